import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readLeftOut, writeLeftOut } from "../../../src/state/extensions-left-out.ts";

const NONE = { sysext: [], confext: [] };

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "holdfast-left-out-"));
  mkdirSync(join(state, ".holdfast"));
});
afterEach(() => rmSync(state, { recursive: true }));

describe("extensions that a person left out", () => {
  test("are kept by kind and name, until they are taken in again", async () => {
    await writeLeftOut(state, { kind: "sysext", name: "tools" }, true);
    await writeLeftOut(state, { kind: "confext", name: "tools" }, true);
    await writeLeftOut(state, { kind: "sysext", name: "tools" }, true);
    expect(readLeftOut(state)).toEqual({ sysext: ["tools"], confext: ["tools"] });
    await writeLeftOut(state, { kind: "sysext", name: "tools" }, false);
    expect(readLeftOut(state)).toEqual({ sysext: [], confext: ["tools"] });
  });

  test.each([
    ["no JSON", "tools"],
    ["of another version", '{"version":2,"sysext":["tools"],"confext":[]}'],
    ["of names that are none", '{"version":1,"sysext":[7],"confext":[]}'],
    ["without one kind", '{"version":1,"sysext":["tools"]}'],
  ])("are none where the file is %s, and the next change mends it", async (_what, text) => {
    writeFileSync(join(state, ".holdfast/extensions.json"), text);
    expect(readLeftOut(state)).toEqual(NONE);
    await writeLeftOut(state, { kind: "sysext", name: "new" }, true);
    expect(readLeftOut(state)).toEqual({ sysext: ["new"], confext: [] });
  });

  test("are none where there is no state partition", () => {
    expect(readLeftOut(null)).toEqual(NONE);
  });
});
