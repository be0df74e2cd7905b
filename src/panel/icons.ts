import type { Health } from "../domain/slot.ts";
import type { Tone } from "../menu/view.ts";

const CIRCLE = "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0Z";
const OCTAGON = "M8.3 3H15.7L21 8.3V15.7L15.7 21H8.3L3 15.7V8.3Z";

/** Drawn with a line 2 wide and round ends on a field of 24 x 24. */
export const ICONS = {
  /** Holdfast's mark: an H whose feet are the roots by which kelp keeps to its rock. */
  mark: "M7.5 3.5V12.5C7.5 16.5 6.5 18.8 3.5 20.5M16.5 3.5V12.5C16.5 16.5 17.5 18.8 20.5 20.5M7.5 10.5H16.5M12 10.5V20.5",
  check: `${CIRCLE}M8 12.3L11 15.2L16.2 9.3`,
  clock: `${CIRCLE}M12 7.2V12L15.4 14`,
  cross: `${OCTAGON}M9 9L15 15M15 9L9 15`,
  minus: `${CIRCLE}M8.2 12H15.8`,
  question: `${CIRCLE}M9.4 9.5a2.7 2.7 0 1 1 4 2.4c-1 .5 -1.4 1 -1.4 2M12 16.9v.01`,
  info: `${CIRCLE}M12 11.2V16.4M12 7.7v.01`,
  triangle: "M12 3.6L21.6 20.2H2.4ZM12 9.8V14.2M12 17.2v.01",
  octagon: `${OCTAGON}M12 7.6V12.6M12 16.3v.01`,
  power: "M12 3V11.5M7 6.3a8 8 0 1 0 10 0",
  restart: "M19.8 8.6A8.3 8.3 0 1 0 20.3 12M20 3.8V8.6H15.2",
  play: "M8 5.2L18.6 12L8 18.8Z",
  arrow: "M4.5 12H19M13 6L19 12L13 18",
  back: "M19.5 12H5M11 6L5 12L11 18",
  chevron: "M9.5 5.5L16 12L9.5 18.5",
  flag: "M6 21V4H18.5L15.5 8.3L18.5 12.6H6",
  plus: "M12 5V19M5 12H19",
  bolt: "M13.2 3.5L6.5 13.4H11.6L10.4 20.5L17.5 10.4H12.2Z",
  tick: "M5 12.6L10 17.4L19.2 7",
  hold: "M9.2 12.6V5.6a1.9 1.9 0 0 1 3.8 0V10.4l4.3 .9a2.3 2.3 0 0 1 1.8 2.6l-.5 3.2a5 5 0 0 1 -5 4.1h-1.4a5 5 0 0 1 -4.2 -2.3l-2.9 -4.6a1.7 1.7 0 0 1 2.7 -2Z",
  differs: "M4.5 9H19.5M4.5 15H19.5M15.5 4.5L8.5 19.5",
  shift: "M12 4L19.5 12.2H15.3V19.5H8.7V12.2H4.5Z",
  erase: "M8.6 5H20.5V19H8.6L2.8 12ZM11.4 9.2L17 14.8M17 9.2L11.4 14.8",
  list: "M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5v.01M4.5 12v.01M4.5 17.5v.01",
  dot: "M12 11.99v.01",
  volumeKeys:
    "M12 2.5a5 5 0 0 1 5 5V16.5a5 5 0 0 1 -10 0V7.5a5 5 0 0 1 5 -5ZM9.8 9L12 6.8L14.2 9M9.8 15L12 17.2L14.2 15",
  powerKey:
    "M12 2.5a5 5 0 0 1 5 5V16.5a5 5 0 0 1 -10 0V7.5a5 5 0 0 1 5 -5ZM12 8.6V11.6M10.1 10.5a2.7 2.7 0 1 0 3.8 0",
} as const;

export type IconName = keyof typeof ICONS;

/** Health by shape, for those who do not see the colour. */
export const HEALTH_ICON: Readonly<Record<Health, IconName>> = {
  good: "check",
  trying: "clock",
  bad: "cross",
  empty: "minus",
  unknown: "question",
};

/** Tone by shape. */
export const TONE_ICON: Readonly<Record<Tone, IconName>> = {
  neutral: "info",
  good: "check",
  info: "info",
  warning: "triangle",
  danger: "octagon",
};

/** Icons of rows by the first word of their key. */
const KEY_ICON: Readonly<Record<string, IconName>> = {
  continue: "play",
  start: "play",
  enter: "play",
  boot: "play",
  once: "arrow",
  select: "flag",
  "make-default": "flag",
  back: "back",
  power: "power",
  "power-off": "power",
  off: "power",
  reboot: "restart",
  restart: "restart",
  tries: "plus",
  "set-tries": "plus",
  "fresh-tries": "plus",
  "mark-good": "check",
  "mark-bad": "cross",
  tools: "chevron",
  compare: "chevron",
};

/** The icon of an action by its key, such as "mark-good:a" or "continue". */
export function iconForKey(key: string): IconName {
  return KEY_ICON[key] ?? KEY_ICON[key.split(":")[0] ?? ""] ?? "dot";
}
