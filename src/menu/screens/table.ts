import type { Item, Screen } from "../item.ts";
import { type Model, topOf } from "../model.ts";
import type { ScreenId } from "../view.ts";
import { home } from "./home.ts";
import { power } from "./power.ts";
import { slot } from "./slot.ts";

/** Every screen by its id. */
export const SCREENS: Readonly<Record<ScreenId, Screen>> = { home, slot, power };

/** The items of the screen that is seen. */
export function itemsNow(model: Model): readonly Item[] {
  const place = topOf(model);
  return SCREENS[place.screen].items(model, place);
}
