import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  readDeveloperFlag,
  removeDeveloperFlag,
  writeDeveloperFlag,
} from "../../../src/state/developer-flag.ts";

let state: string;
let file: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "holdfast-flag-"));
  file = join(state, ".holdfast/developer.json");
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const OPEN = { features: ["writable-usr"], ephemeral: true, policy: "open", reset: null } as const;
const isRoot = process.getuid?.() === 0;

// Only what belongs to root is believed.
describe.runIf(isRoot)("the flag of developer mode", () => {
  test("is read as it was written, and is gone once it was removed", async () => {
    await writeDeveloperFlag(state, OPEN);
    expect(readDeveloperFlag(state, "open")).toEqual({ flag: OPEN, problems: [] });
    await removeDeveloperFlag(state);
    expect(readDeveloperFlag(state, "open")).toEqual({ flag: null, problems: [] });
  });

  test("lies inside the encrypted volume under the policy secret", async () => {
    mkdirSync(join(state, "encrypted"));
    await writeDeveloperFlag(state, { ...OPEN, policy: "secret" });
    expect(readFileSync(join(state, "encrypted/.holdfast/developer.json"), "utf8")).toMatch(/"secret"/);
    expect(readDeveloperFlag(state, "secret").flag).not.toBeNull();
  });

  test.each([
    ["writable by others", () => chmodSync(file, 0o666), /others than root may write to it/],
    ["of another owner", () => chownSync(file, 1000, 1000), /belongs to user 1000/],
    ["no JSON", () => writeFileSync(file, "on"), /not a file that Holdfast wrote/],
    [
      "of a feature that is none",
      () => writeFileSync(file, JSON.stringify({ version: 1, ...OPEN, features: ["root"] })),
      /not a file/,
    ],
    [
      "with a key too many",
      () => writeFileSync(file, JSON.stringify({ version: 1, ...OPEN, root: 1 })),
      /not a file/,
    ],
    ["too long", () => writeFileSync(file, " ".repeat(5000)), /has 5000 bytes/],
    [
      "a link",
      () => {
        rmSync(file);
        symlinkSync("/etc/passwd", file);
      },
      /no regular file/,
    ],
    [
      "a folder",
      () => {
        rmSync(file);
        mkdirSync(file);
      },
      /no regular file/,
    ],
  ])("that is %s is not believed, and why is said", async (_what, tamper, why) => {
    await writeDeveloperFlag(state, OPEN);
    tamper();
    const { flag, problems } = readDeveloperFlag(state, "open");
    expect(flag).toBeNull();
    expect(problems).toEqual([expect.stringMatching(why)]);
    expect(problems[0]).toContain(file);
  });

  test("that is not believed once written is an error", async () => {
    await expect(writeDeveloperFlag(state, { ...OPEN, policy: "wipe", reset: "unknown" })).rejects.toThrow(
      /does not belong to a reset/,
    );
  });
});
