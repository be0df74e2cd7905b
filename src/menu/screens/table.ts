import type { Item, Screen } from "../item.ts";
import { type Model, topOf } from "../model.ts";
import type { Message, ScreenId } from "../view.ts";
import { compare } from "./compare.ts";
import { developer } from "./developer.ts";
import { display } from "./display.ts";
import { home } from "./home.ts";
import { layers } from "./layers.ts";
import { log } from "./log.ts";
import { logs } from "./logs.ts";
import { power } from "./power.ts";
import { progress } from "./progress.ts";
import { receipt } from "./receipt.ts";
import { repair } from "./repair.ts";
import { reset } from "./reset.ts";
import { resetPreview } from "./reset-preview.ts";
import { slot } from "./slot.ts";
import { state } from "./state.ts";
import { system } from "./system.ts";
import { systems } from "./systems.ts";
import { tools } from "./tools.ts";
import { usb } from "./usb.ts";
import { usbExport } from "./usb-export.ts";

/** Every screen by its id. */
export const SCREENS: Readonly<Record<ScreenId, Screen>> = {
  home,
  slot,
  systems,
  system,
  compare,
  developer,
  layers,
  state,
  reset,
  "reset-preview": resetPreview,
  progress,
  receipt,
  tools,
  logs,
  log,
  repair,
  usb,
  "usb-export": usbExport,
  display,
  power,
};

/** The items of the screen that is seen. */
export function itemsNow(model: Model): readonly Item[] {
  const place = topOf(model);
  return SCREENS[place.screen].items(model, place);
}

/** The long text of the screen that is seen; null where there is none. */
export function linesNow(model: Model): readonly Message[] | null {
  const place = topOf(model);
  return SCREENS[place.screen].lines?.(model, place) ?? null;
}
