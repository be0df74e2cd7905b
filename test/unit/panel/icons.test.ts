import { expect, test } from "vitest";
import { iconForKey } from "../../../src/panel/icons.ts";
import { menuScreens } from "../../fixtures/menu-screens.ts";

/** These show by a circle what they are. */
const BARE = /^language:/;

test("every item of every screen has an icon of its own", () => {
  const items = Object.values(menuScreens()).flatMap(({ items }) => items);
  const rows = items.filter(({ card, key }) => card === null && !BARE.test(key));
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter(({ key }) => iconForKey(key) === "dot").map(({ key }) => key)).toEqual([]);
});
