import { expect, test } from "vitest";
import { crashIn } from "../../../src/domain/slot-failure.ts";

const LINES = [
  "Panic#1 Part1",
  "[    2.101010] EXT4-fs (vda2): mounted filesystem",
  "[    3.141592] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100",
  "[    3.200000] CPU: 0 PID: 1 Comm: init",
];

test("a panic is named by its own words, with the lines before it", () => {
  expect(crashIn(LINES)).toEqual({
    kind: "crash",
    text: "kernel panic: Attempted to kill init! exitcode=0x00000100",
    lines: LINES.slice(0, 3),
  });
});

test("damaged data that dm-verity found goes before the panic that followed", () => {
  const verity = "[    3.0] device-mapper: verity: 254:1: data block 4711 is corrupted";
  expect(crashIn([verity, ...LINES])?.text).toBe("dm-verity: 254:1: data block 4711 is corrupted");
});

test("what names no cause is no crash, and only the last lines are kept", () => {
  expect(crashIn(["[ 1.0] hello", ""])).toBeNull();
  expect(crashIn([])).toBeNull();
  const long = [...Array.from({ length: 500 }, (_, i) => `line ${i}`), ...LINES];
  expect(crashIn(long)?.lines).toHaveLength(20);
});
