import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "./tools.ts";

/** What we say systemd-sysext merges, what it did merge, and what we could not do. */
interface Case {
  readonly notes: readonly string[];
  readonly active: readonly string[];
  readonly merged: readonly string[];
}

const ALWAYS = ["from-etc", "image", "same-level", "same-version", "scope-with-system"];
/** Where the medium has no attributes for it, nobody takes the one that says its name does not matter. */
const withoutLoose = (names: readonly string[]) => names.filter((name) => name !== "loose");

describe("extensions, judged by the real systemd-sysext", () => {
  let folder = "";
  let cases: Record<"plain" | "developer" | "leftOut" | "safe", Case> & {
    readonly writable: unknown;
    readonly strange: string;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-sysext-"));
    const witness = join(import.meta.dirname, "sysext-witness.ts");
    const words = ["-m", process.execPath, "--disable-warning=ExperimentalWarning", witness, folder];
    cases = JSON.parse(run("unshare", words));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(["plain", "developer", "leftOut", "safe"] as const)("it merges what we say: %s", (name) => {
    const { active, merged, notes } = cases[name];
    expect(notes).toEqual([]);
    expect(active).toEqual(merged);
  });

  test("those that match are merged, and those that do not are not", () => {
    expect(withoutLoose(cases.plain.merged)).toEqual(ALWAYS);
  });

  test("the developer extensions, folder and image, are merged with them", () => {
    expect(withoutLoose(cases.developer.merged)).toEqual(["developer-image", "developer-tools", ...ALWAYS]);
  });

  test("those that are left out are not merged, wherever they lie", () => {
    expect(withoutLoose(cases.leftOut.merged)).toEqual(["same-version", "scope-with-system"]);
  });

  test("/usr is made writable by systemd where it merges and can, else by us, never by both or twice", () => {
    const link = "/state/.holdfast/layers/2.0-key/usr";
    const unmerge = expect.stringMatching(/systemd-sysext unmerge/);
    expect(cases.writable).toEqual({
      mutable: { notes: [], overlay: false, link, told: expect.stringMatching(/MUTABLE_MODE=auto/) },
      own: { notes: [unmerge], overlay: true, link: null, told: null },
      twice: expect.stringMatching(/is the writable layer of another mount already/),
      kept: "mine",
    });
  });

  test("an overlay takes a folder whatever its name is", () => {
    expect(cases.strange).toBe("there");
  });

  test("a safe start merges none", () => {
    expect(cases.safe.merged).toEqual([]);
  });
});
