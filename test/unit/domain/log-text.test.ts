import { expect, it } from "vitest";
import { cleanLine, linesOf, parseCrashLine, parseKernelRecord } from "../../../src/domain/log-text.ts";
import { Random } from "../../fixtures/random.ts";

it.each([
  ["\u001b[2J\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;a title\u0007text", "text"],
  ["a\tb\u0007\u0000c", "a bc"],
  ["\u202egnp.exe", "gnp.exe"],
  ["\u009b31mC1", "31mC1"],
  ["trailing   ", "trailing"],
])("frees %j of what a terminal would obey", (text, clean) => {
  expect(cleanLine(text)).toBe(clean);
});

it("cuts a line of a megabyte and says so", () => {
  const line = cleanLine("x".repeat(1 << 20));
  expect(line).toBe(`${"x".repeat(500)}…`);
});

it("takes bytes that are no text, and every end of a line", () => {
  expect(linesOf(Buffer.from([0x61, 0xff, 0x0a, 0x62, 0x0d, 0x0a, 0x63]))).toEqual(["a\ufffd", "b", "c"]);
  expect(linesOf(Buffer.alloc(0))).toEqual([]);
});

it("keeps the newest lines", () => {
  const lines = linesOf(Buffer.from(Array.from({ length: 9000 }, (_, number) => `${number}`).join("\n")));
  expect(lines).toHaveLength(5000);
  expect(lines.at(-1)).toBe("8999");
});

it("answers any bytes with lines that move no cursor", () => {
  const random = new Random(7);
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(Array.from({ length: 200 }, () => random.below(256)));
    for (const line of linesOf(bytes)) expect(line).not.toMatch(/\p{Cc}/u);
  }
});

it("reads the kernel's records", () => {
  const record = Buffer.from("3,339,5140900,-;EXT4-fs error (device vda6): bad block\n SUBSYSTEM=block\n");
  expect(parseKernelRecord(record)).toEqual({
    text: "[    5.140900] EXT4-fs error (device vda6): bad block",
    tone: "error",
  });
  // A message of a program (facility 3): the level is the lowest three bits.
  expect(parseKernelRecord(Buffer.from("30,1,7,-;systemd[1]: hello\n"))?.tone).toBe("plain");
  expect(parseKernelRecord(Buffer.from("4,1,7,c;a warning; with a semicolon\n"))?.text).toMatch(
    / a warning; with/,
  );
  expect(parseKernelRecord(Buffer.from("no record"))).toBeNull();
});

it("reads what pstore kept", () => {
  expect(parseCrashLine("<0>[   12.3] Kernel panic - not syncing")).toEqual({
    text: "[   12.3] Kernel panic - not syncing",
    tone: "error",
  });
  expect(parseCrashLine("Panic#1 Part1").tone).toBe("error");
  expect(parseCrashLine("<6>[    0.0] Linux version 6.1").tone).toBe("plain");
});
