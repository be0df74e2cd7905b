import { parseArgs } from "node:util";
import { HoldfastError, messageOf } from "../domain/errors.ts";

export const DEMO_USAGE = `usage: npm run demo [-- OPTIONS]
  --size WxH          the panel in pixels (720x1440; try 1080x2340 or 1280x800)
  --plain             do not hold volume-down at power-on: an ordinary boot without the menu
  --menu              ask for the menu on the kernel command line, at every start
  --reset             begin with a fresh disk
  --screendump FILE   save what the running demo's panel shows as a PNG file`;

export interface DemoWords {
  readonly size: { readonly width: number; readonly height: number };
  /** Whether volume-down is held at power-on. */
  readonly hold: boolean;
  readonly menu: boolean;
  readonly reset: boolean;
  readonly screendump: string | null;
  readonly help: boolean;
}

/** The options of `npm run demo`; a wrong one is an error that shows all of them. */
export function parseDemoWords(words: readonly string[]): DemoWords {
  const { size, plain, menu, reset, screendump, help } = parse(words);
  return {
    size: parseSize(size ?? "720x1440"),
    hold: plain !== true && menu !== true,
    menu: menu === true,
    reset: reset === true,
    screendump: screendump ?? null,
    help: help === true,
  };
}

function parse(words: readonly string[]) {
  const flag = { type: "boolean" } as const;
  const value = { type: "string" } as const;
  const options = { size: value, screendump: value, plain: flag, menu: flag, reset: flag, help: flag };
  try {
    return parseArgs({ args: [...words], options }).values;
  } catch (error) {
    throw new HoldfastError("usage", messageOf(error), { next: DEMO_USAGE });
  }
}

/** bochs-drm takes sizes of 320x240 or more, and widths in steps of eight pixels. */
function parseSize(word: string): DemoWords["size"] {
  const match = /^(\d{3,4})x(\d{3,4})$/.exec(word);
  const width = Number(match?.[1]);
  const height = Number(match?.[2]);
  if (width >= 320 && height >= 240 && width % 8 === 0) return { width, height };
  throw new HoldfastError("usage", `${word} is no size such as 720x1440; the width is a multiple of 8`, {
    next: DEMO_USAGE,
  });
}
