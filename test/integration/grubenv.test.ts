import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openGrubEnv } from "../../src/boot-control/grubenv.ts";
import { decodeGrubEnv, editGrubEnv, encodeGrubEnv } from "../../src/bytes/grubenv.ts";
import { GrubEnvConfig } from "../../src/config/schemes.ts";
import type { Change } from "../../src/domain/slot.ts";
import { Random } from "../fixtures/random.ts";
import { grubList, raucConf, raucSession } from "./boot-tools.ts";
import { run } from "./tools.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-grubenv-"));
  path = join(folder, "grubenv");
  run("grub-editenv", [path, "create"]);
});
afterEach(() => rmSync(folder, { recursive: true }));

const RAUC = ["saved_entry=0", "ORDER=A B", "A_OK=1", "A_TRY=0", "B_OK=1", "B_TRY=0", "note=a\\b"];

function open(style: GrubEnvConfig["style"], slots: readonly string[] = ["a", "b"]) {
  const config = GrubEnvConfig().parse({ grubenv: path, style });
  return openGrubEnv(config, { slots, counting: "bootloader", freshTries: 3, booted: null });
}

async function change(what: Change, style: GrubEnvConfig["style"] = "rauc") {
  return (await open(style)).apply(what);
}

describe("RAUC's variables", () => {
  beforeEach(() => void run("grub-editenv", [path, "set", ...RAUC]));

  test("a block made by grub-editenv reads as it was made", async () => {
    const { slots, ...rest } = await (await open("rauc")).read();
    expect(slots.map((slot) => [slot.id, slot.health, slot.priority, slot.triesLeft])).toEqual([
      ["a", "trying", 2, 1],
      ["b", "trying", 1, 1],
    ]);
    expect(rest).toEqual({ default: "a", once: null, problems: [] });
  });

  test.each<[string, Change, string[]]>([
    ["select", { kind: "select", slot: "b", once: false }, ["ORDER=B A"]],
    ["mark good", { kind: "mark-good", slot: "a" }, []],
    ["mark bad", { kind: "mark-bad", slot: "a" }, ["ORDER=B", "A_OK=0"]],
    ["set tries", { kind: "set-tries", slot: "b", tries: 1 }, []],
  ])("%s leaves the very bytes that grub-editenv leaves", async (_, what, edits) => {
    const theirs = `${path}.theirs`;
    copyFileSync(path, theirs);
    if (edits.length > 0) run("grub-editenv", [theirs, "set", ...edits]);
    await change(what);
    expect(readFileSync(path).equals(readFileSync(theirs))).toBe(true);
    expect(grubList(path)).toEqual(grubList(theirs));
  });

  test("a used try reads as one, and a good mark takes it back", async () => {
    run("grub-editenv", [path, "set", "A_TRY=1"]);
    const state = await (await open("rauc")).read();
    expect(state.slots[0]).toMatchObject({ health: "bad", triesLeft: 0 });
    expect(state.default).toBe("b");
    await change({ kind: "mark-good", slot: "a" });
    expect(grubList(path)).toMatchObject({ A_OK: "1", A_TRY: "0", ORDER: "A B" });
  });

  test("the file keeps its inode and size, and a link to it stays a link", async () => {
    const link = join(folder, "link");
    symlinkSync(path, link);
    const before = statSync(path);
    const config = GrubEnvConfig().parse({ grubenv: link });
    const control = await openGrubEnv(config, {
      slots: ["a", "b"],
      counting: "bootloader",
      freshTries: 1,
      booted: null,
    });
    await control.apply({ kind: "select", slot: "b", once: false });
    expect(statSync(path)).toMatchObject({ ino: before.ino, size: 1024 });
    expect(grubList(link).ORDER).toBe("B A");
  });

  test("rauc status agrees with every change, and Holdfast with what rauc marks", async () => {
    const conf = raucConf(folder, ["bootloader=grub", `grubenv=${path}`]);
    const status = () => raucSession(conf, "A", ["status"])[0];
    await change({ kind: "mark-bad", slot: "a" });
    expect(status()).toMatchObject({ primary: "rootfs.1", states: { A: "bad", B: "good" } });
    await change({ kind: "select", slot: "a", once: false });
    expect(status()).toMatchObject({ primary: "rootfs.0", states: { A: "good", B: "good" } });
    const [, marked] = raucSession(conf, "A", ["mark-bad other", "mark-active other"]);
    expect(marked).toMatchObject({ primary: "rootfs.1" });
    expect((await (await open("rauc")).read()).default).toBe("b");
  });
});

describe("greenboot's variables", () => {
  const counters = () => {
    const { boot_counter, boot_success, next_entry } = grubList(path);
    return [boot_counter, boot_success, next_entry];
  };

  test("grub-editenv lists every mark, and nothing else changes", async () => {
    run("grub-editenv", [path, "set", "kernelopts=quiet rw", "boot_counter=2", "boot_success=0"]);
    const state = await (await open("greenboot")).read();
    expect(state.slots.map((slot) => [slot.health, slot.triesLeft])).toEqual([
      ["trying", 2],
      ["unknown", null],
    ]);
    await change({ kind: "mark-good", slot: "a" }, "greenboot");
    expect(counters()).toEqual([undefined, "1", undefined]);
    await change({ kind: "set-tries", slot: "a", tries: 5 }, "greenboot");
    expect(counters()).toEqual(["5", "0", undefined]);
    expect(await change({ kind: "mark-bad", slot: "a" }, "greenboot")).toMatchObject({ default: "b" });
    expect(counters()).toEqual(["0", "0", undefined]);
    await change({ kind: "select", slot: "b", once: true }, "greenboot");
    expect(counters()).toEqual(["0", "0", "1"]);
    expect(grubList(path).kernelopts).toBe("quiet rw");
  });
});

test("300 random edits leave the very bytes that grub-editenv leaves", () => {
  const random = new Random(3);
  const names = ["ORDER", "A_OK", "A_TRY", "x", "ORDERS", "long_name_of_a_variable"];
  const theirs = `${path}.theirs`;
  copyFileSync(path, theirs);
  let ours: Buffer = readFileSync(path);
  for (let round = 0; round < 300; round++) {
    const name = random.pick(names);
    const value = random.pick(["", "0", "A B", "back\\slash", "=", "#", "ü", "x".repeat(random.below(60))]);
    const removes = random.below(4) === 0;
    run("grub-editenv", [theirs, ...(removes ? ["unset", name] : ["set", `${name}=${value}`])]);
    const stored = removes ? null : Buffer.from(value).toString("latin1");
    const env = editGrubEnv(decodeGrubEnv(ours, "ours"), new Map([[name, stored]]));
    ours = encodeGrubEnv(env, "ours");
    expect(ours.equals(readFileSync(theirs)), `round ${round}: ${name}=${value}`).toBe(true);
  }
});

test.each<[string, (bytes: Buffer) => Buffer]>([
  ["is empty", () => Buffer.alloc(0)],
  ["is a byte short", (bytes) => bytes.subarray(1)],
  ["is a byte long", (bytes) => Buffer.concat([bytes, Buffer.from("#")])],
  ["has no signature", (bytes) => bytes.fill("x", 0, 4)],
  ["has other padding", (bytes) => bytes.fill("x", 1023)],
])("a block that %s is told of and never written", async (_, damage) => {
  run("grub-editenv", [path, "set", ...RAUC]);
  const damaged = damage(readFileSync(path));
  writeFileSync(path, damaged);
  const state = await (await open("rauc")).read();
  expect(state.slots.map((slot) => slot.health)).toEqual(["unknown", "unknown"]);
  expect(state.problems).toEqual([expect.stringMatching(/grubenv is no GRUB environment block: /)]);
  await expect(change({ kind: "select", slot: "b", once: false })).rejects.toMatchObject({
    kind: "badStore",
  });
  expect(readFileSync(path).equals(damaged)).toBe(true);
});
