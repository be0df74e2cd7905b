import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DeveloperLayers } from "../../../src/state/developer-layers.ts";

let state: string;
let layers: DeveloperLayers;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "holdfast-layers-"));
  layers = new DeveloperLayers(state);
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const lower = () => statSync(state);
const names = () => readdirSync(layers.folder).sort();
const listed = () => layers.list({ measure: false }).map(({ key, slot, setAside }) => [key, slot, setAside]);

async function withLayer(key: string): Promise<string> {
  const { upper } = await layers.prepare(key, "a", lower());
  writeFileSync(join(upper, "marker"), key);
  return upper;
}

describe("writable layers", () => {
  test("there are none before one was made", () => {
    expect(layers.list({ measure: true })).toEqual([]);
    expect(layers.discard(null, false)).toBe(0);
  });

  test("one is made once for an image, and found again", async () => {
    const upper = await withLayer("one");
    expect(await layers.prepare("one", "a", lower())).toMatchObject({ upper });
    expect(existsSync(join(upper, "marker"))).toBe(true);
    expect(statSync(upper).mode & 0o777).toBe(lower().mode & 0o777);
    expect(listed()).toEqual([["one", "a", false]]);
  });

  test("one that was cut short while it was made is made anew", async () => {
    mkdirSync(join(layers.folder, ".new-one/usr/half"), { recursive: true });
    expect(listed()).toEqual([]);
    const { upper } = await layers.prepare("one", "a", lower());
    expect(readdirSync(upper)).toEqual([]);
    expect(names()).toEqual(["one"]);
  });

  test("discarding says what it frees and leaves nothing", async () => {
    await withLayer("one");
    layers.setAside("one");
    await withLayer("two");
    writeFileSync(join(layers.foldersOf("two").upper, "large"), Buffer.alloc(1 << 20));
    expect(layers.discard(null, false)).toBeGreaterThanOrEqual(1 << 20);
    expect(names()).toEqual([]);
  });

  test("discarding one leaves the others", async () => {
    await withLayer("one");
    await withLayer("two");
    layers.discard("one", false);
    expect(listed()).toEqual([["two", "a", false]]);
  });

  test("one in use is out of use at once, and its files go with the next start", async () => {
    await withLayer("one");
    layers.discard("one", true);
    expect(listed()).toEqual([]);
    expect(names()).toEqual([".discarded-one"]);
    expect(layers.discard(null, true)).toBe(0);
    expect(names()).toEqual([".discarded-one"]);
    layers.finishDiscards(1000);
    expect(names()).toEqual([]);
  });

  test("removing stops when its time is over and goes on later", async () => {
    await withLayer("one");
    layers.discard("one", true);
    layers.finishDiscards(-1);
    expect(names()).toEqual([".discarded-one"]);
    layers.finishDiscards(1000);
    expect(names()).toEqual([]);
  });

  test("one that was set aside is kept and not used, and can be used again", async () => {
    await withLayer("old");
    layers.setAside("old");
    expect(listed()).toEqual([["old", "a", true]]);
    layers.keep("old", "new");
    expect(listed()).toEqual([["new", "a", false]]);
    expect(existsSync(join(layers.foldersOf("new").upper, "marker"))).toBe(true);
  });

  test("one is not used with an image that has a layer of its own", async () => {
    await withLayer("old");
    await withLayer("new");
    expect(() => layers.keep("old", "new")).toThrow(/has a writable layer of its own/);
    expect(listed()).toHaveLength(2);
  });

  test("one is kept over the empty one that a start made for the new image meanwhile", async () => {
    const upper = await withLayer("old");
    await layers.prepare("new", "a", lower());
    layers.keep("old", "new");
    expect(listed()).toEqual([["new", "a", false]]);
    expect(existsSync(join(layers.foldersOf("new").upper, "marker"))).toBe(true);
    expect(existsSync(upper)).toBe(false);
    layers.finishDiscards(Number.POSITIVE_INFINITY);
    expect(names()).toEqual(["new"]);
  });

  test.each(["discard", "setAside", "keep"] as const)(
    "%s of a layer that is not there is refused",
    (what) => {
      const run = {
        discard: () => layers.discard("x", false),
        setAside: () => layers.setAside("x"),
        keep: () => layers.keep("x", "y"),
      };
      expect(run[what]).toThrow('There is no writable layer "x".');
    },
  );
});
