import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import type { Config } from "../config/schema.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { writeDurably } from "../linux/durable.ts";
import {
  DEFAULT_DISPLAY,
  type DisplayChoice,
  LOCALES,
  type Locale,
  ROTATIONS,
  TEXT_SIZES,
  THEMES,
} from "../menu/display.ts";

/** What a person chose, in /state/.holdfast/display.json. */
const displayFile = () =>
  z.object({
    version: z.literal(1),
    locale: z.enum(LOCALES),
    theme: z.enum(THEMES),
    textSize: z.enum(TEXT_SIZES),
    rotation: z.literal(ROTATIONS),
  });

function fileIn(state: string): string {
  return join(state, HISTORY_DIR, "display.json");
}

/** The language of a word such as "de" or "de_DE.UTF-8"; null for one that the menu does not speak. */
function localeOf(word: string | undefined): Locale | null {
  const language = word?.toLowerCase().split(/[_.-]/)[0];
  return LOCALES.find((locale) => locale === language) ?? null;
}

function remembered(state: string | null): DisplayChoice | null {
  if (state === null) return null;
  try {
    const { version: _, ...choice } = z.parse(displayFile(), JSON.parse(readFileSync(fileIn(state), "utf8")));
    return choice;
  } catch {
    // Nobody chose yet, or the file is broken: the configuration's choice is as good as any.
    return null;
  }
}

/**
 * How the menu is shown: what a person chose on this device, else what the configuration says. The language
 * of the kernel command line (holdfast.locale=de) comes before both. `state` is where /state is mounted.
 */
export function displayFor(config: Config, commandLine: string, state: string | null): DisplayChoice {
  const { locale, theme, text_size } = config.menu;
  const configured = { ...DEFAULT_DISPLAY, locale, theme, textSize: text_size };
  const chosen = remembered(state) ?? configured;
  const asked = localeOf(parseCommandLine(commandLine).get("holdfast.locale"));
  return asked === null ? chosen : { ...chosen, locale: asked };
}

/** Keeps a choice for the next menus. Without /state there is nowhere to keep it. */
export async function rememberDisplay(choice: DisplayChoice, state: string | null): Promise<void> {
  if (state === null) return;
  await writeDurably(fileIn(state), `${JSON.stringify({ version: 1, ...choice })}\n`);
}
