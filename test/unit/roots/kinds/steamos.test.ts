import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { System } from "../../../../src/domain/system.ts";
import type { Place } from "../../../../src/roots/kinds/kind.ts";
import { steamos } from "../../../../src/roots/kinds/steamos.ts";
import { KERNEL, write } from "../../../fixtures/systems/family.ts";
import { conf, steamosFamily } from "../../../fixtures/systems/steamos.ts";

/* Layout only: files as the chain loader keeps them on the ESP. */

let root: string;
let place: Place;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-steamos-"));
  place = steamosFamily.make(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const all = (): System[] =>
  steamos.list(place).map((id) => steamos.describe(place, id, { kernel: KERNEL, lastRun: null }));
const change = (name: string, values: Readonly<Record<string, string | number>>) =>
  write(root, `SteamOS/conf/${name}.conf`, conf(values));

test("images are shown with the counters of their store, the newest wish is the default", () => {
  expect(all()).toMatchObject([
    { id: "A", title: "SteamOS A", health: { state: "good", triesDone: 0 }, flags: { default: false } },
    { id: "B", health: { state: "trying", triesLeft: 4, triesDone: 2 }, flags: { default: true } },
    { id: "dev", health: { state: "bad" }, flags: { default: false } },
  ]);
  expect(all()[1]?.health.evidence).toEqual(["2 starts were not confirmed (boot-attempts)."]);
});

test("none is entered from here, and the reason says who starts it", () => {
  for (const { once, always } of all()) {
    expect(once).toEqual({
      entry: null,
      reason: "Only its own chain loader starts it, with the kernel of that image.",
    });
    expect(always.command).toBeNull();
  }
});

test("with six starts that were not confirmed an image is bad", () => {
  change("B", { "boot-requested-at": 20261002080000, "boot-attempts": 7 });
  expect(all()[1]?.health).toMatchObject({ state: "bad", triesLeft: 0, triesDone: 7 });
});

test("two wishes of one second, and a wish for the other image, leave the default open", () => {
  change("A", { "boot-requested-at": 20261002080000 });
  expect(all().map(({ flags }) => flags.default)).toEqual([null, null, null]);
  change("A", { "boot-requested-at": 20261003080000, "boot-other": 1 });
  expect(all().map(({ flags }) => flags.default)).toEqual([null, null, null]);
  expect(all()[0]?.warnings).toEqual(["It asks for the other image at the next start (boot-other)."]);
});

test.each(["", "\0\0\0", "boot-attempts: many\nboot-requested-at: soon\n"])(
  "a file that says nothing leaves everything unknown: %j",
  (text) => {
    write(root, "SteamOS/conf/A.conf", text);
    expect(all()[0]).toMatchObject({ health: { state: "unknown", triesLeft: null, triesDone: null } });
  },
);
