import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { historyDirOf, isBooting, knownState, stateReason } from "../../../src/commands/boot-state.ts";
import type { GlobalOptions } from "../../../src/commands/options.ts";
import { writeStateRecord } from "../../../src/commands/state-record.ts";
import type { StateReport } from "../../../src/domain/state-report.ts";

let root: string;
let options: GlobalOptions;
const run = () => join(root, "run/holdfast");
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-root-"));
  mkdirSync(join(root, "state"));
  options = { config: null, root, disk: null, scheme: null, logLevel: "warn" };
});
afterEach(() => rmSync(root, { recursive: true }));

const report: StateReport = {
  kind: "partition",
  device: "/dev/vda6",
  fstype: "ext4",
  size: 100,
  free: 50,
  encrypted: { open: false, locked: true, failures: 1, wait: 0, problem: null },
  problem: null,
  notes: ["A note."],
};

it("mounts nothing for another sysroot, and never once the root was entered", () => {
  expect(isBooting(options)).toBe(false);
  expect(isBooting({ ...options, root: "/", disk: "disk.img" })).toBe(false);
});

it("tells the commands that come after how /state was found", () => {
  expect(knownState(options)).toBeNull();
  writeStateRecord(run(), report);
  expect(knownState(options)).toEqual(report);
});

it.each(["", "{", '{"version":1,"kind":"odd"}'])("takes a record that is none for none: %j", (text) => {
  mkdirSync(run(), { recursive: true });
  writeFileSync(join(run(), "state.json"), text);
  expect(knownState(options)).toBeNull();
});

it("keeps the history of a boot without a lasting state in /run", () => {
  expect(historyDirOf(options)).toBe(join(root, "state"));
  writeStateRecord(run(), { ...report, kind: "temporary" });
  expect(historyDirOf(options)).toBe(run());
});

it("asks for a passphrase only where one would help", () => {
  expect(stateReason(report).code).toBe("state-locked");
  const damaged = { ...report, encrypted: { ...report.encrypted, locked: false } } as StateReport;
  expect(stateReason(damaged)).toEqual({
    code: "state-unusable",
    text: "Your encrypted data could not be opened.",
  });
  expect(stateReason({ ...report, kind: "unusable", encrypted: null }).text).toMatch(/everything in memory/);
});
