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
  pointer: "M4 2.5V18.5L8.4 14.6L11.2 20.8L13.8 19.6L11 13.6L16.8 13.2Z",
  bin: "M5 7H19M10 7V4.2H14V7M7 7L7.8 20H16.2L17 7M10.3 10.8V16.2M13.7 10.8V16.2",
  box: "M4.5 7.5L12 3.5L19.5 7.5V16.5L12 20.5L4.5 16.5ZM4.5 7.5L12 11.5L19.5 7.5M12 11.5V20.5",
  chip: "M7 7H17V17H7ZM10 3.5V7M14 3.5V7M10 17V20.5M14 17V20.5M3.5 10H7M3.5 14H7M17 10H20.5M17 14H20.5",
  code: "M8.5 7L3.5 12L8.5 17M15.5 7L20.5 12L15.5 17",
  compare: "M8 4V17.5M4.2 13.8L8 17.6L11.8 13.8M16 20V6.5M12.2 10.2L16 6.4L19.8 10.2",
  contrast: `${CIRCLE}M12 3V21M12 7.5H19M12 12H21M12 16.5H19`,
  disk: "M5 6.3c0 -1.6 3.1 -2.8 7 -2.8s7 1.2 7 2.8s-3.1 2.8 -7 2.8s-7 -1.2 -7 -2.8V17.7c0 1.6 3.1 2.8 7 2.8s7 -1.2 7 -2.8V6.3M5 12c0 1.6 3.1 2.8 7 2.8s7 -1.2 7 -2.8",
  down: "M12 4.5V19M5.8 12.8L12 19L18.2 12.8",
  up: "M12 19.5V5M5.8 11.2L12 5L18.2 11.2",
  globe: `${CIRCLE}M3 12H21M12 3c3.4 3.6 3.4 14.4 0 18M12 3c-3.4 3.6 -3.4 14.4 0 18`,
  layers: "M12 4L20.5 8.7L12 13.4L3.5 8.7ZM3.5 13.6L12 18.3L20.5 13.6",
  letters: "M3.5 18.5L8.5 5.5L13.5 18.5M5.2 14H11.8M15 18.5L17.8 11L20.6 18.5M16 15.8H19.6",
  lock: "M6 11H18V20.5H6ZM8.3 11V7.7a3.7 3.7 0 0 1 7.4 0V11",
  page: "M6 3.5H14L18 7.5V20.5H6ZM9.3 11.5H14.7M9.3 15.5H14.7",
  repair: "M9.3 4H14.7V9.3H20V14.7H14.7V20H9.3V14.7H4V9.3H9.3Z",
  save: "M12 3.5V14.5M7.3 10L12 14.7L16.7 10M4.5 16.5V20.5H19.5V16.5",
  screen: "M3.5 5H20.5V16H3.5ZM8.5 20H15.5M12 16V20",
  shell: "M4.5 6.5L10 12L4.5 17.5M12.5 18H19.5",
  shield: "M12 3.3L19.5 6.3V11.3C19.5 15.9 16.4 19.2 12 20.8C7.6 19.2 4.5 15.9 4.5 11.3V6.3Z",
  sliders:
    "M4 7H12M17 7H20M12 7a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0M4 17H7M12 17H20M7 17a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0",
  turn: "M8 6.5H16V17.5H8ZM3.5 9.5a8.6 8.6 0 0 1 3 -5.7M20.5 14.5a8.6 8.6 0 0 1 -3 5.7",
  undo: "M5 9H14.3a5.2 5.2 0 0 1 0 10.4H8.5M9 4.8L4.8 9L9 13.2",
  usb: "M12 3.5V20.5M9 6.7L12 3.5L15 6.7M6.5 9.5V12.5L12 16M17.5 8.5V11L12 14.2",
  network: "M9 4H15V9H9ZM4 15H10V20H4ZM14 15H20V20H14ZM12 9V12M7 15V12H17V15",
  eye: "M2.8 12C5 8 8.3 6 12 6s7 2 9.2 6c-2.2 4 -5.5 6 -9.2 6s-7 -2 -9.2 -6ZM9.2 12a2.8 2.8 0 1 0 5.6 0a2.8 2.8 0 1 0 -5.6 0",
  pencil: "M4.5 19.5L5.5 15L16 4.5L19.5 8L9 18.5ZM13.5 7L17 10.5",
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

/** Icons of rows by their key, or a word of it. */
const KEY_ICON: Readonly<Record<string, IconName>> = {
  continue: "play",
  start: "play",
  once: "arrow",
  back: "back",
  home: "arrow",
  power: "power",
  "power-off": "power",
  restart: "restart",
  recovery: "repair",
  firmware: "chip",
  bootloader: "chip",
  fastboot: "usb",
  edl: "chip",
  "make-default": "flag",
  "fresh-tries": "plus",
  "mark-good": "check",
  "mark-bad": "cross",
  compare: "compare",
  developer: "code",
  "turn-on": "code",
  "turn-off": "power",
  "writable-usr": "code",
  "dev-extension": "box",
  "no-verity": "shield",
  shell: "shell",
  temporary: "clock",
  ephemeral: "clock",
  discard: "undo",
  "keep-layer": "check",
  "set-aside-layer": "box",
  "discard-layer": "undo",
  layers: "layers",
  extension: "box",
  safe: "shield",
  reset: "bin",
  erase: "bin",
  settings: "sliders",
  data: "disk",
  all: "bin",
  systems: "box",
  tools: "sliders",
  logs: "page",
  kernel: "chip",
  crash: "triangle",
  holdfast: "mark",
  history: "clock",
  "next-error": "triangle",
  down: "down",
  up: "up",
  save: "save",
  state: "disk",
  unlock: "lock",
  repair: "repair",
  display: "globe",
  "text-size": "letters",
  contrast: "contrast",
  rotation: "turn",
  usb: "usb",
  partition: "disk",
  "read-only": "eye",
  "read-write": "pencil",
  "take-back": "undo",
  network: "network",
  packages: "box",
};

/** The icon of an action by its key, such as "mark-good:a" or "continue". */
export function iconForKey(key: string): IconName {
  const [first = "", second = ""] = key.split(":");
  return KEY_ICON[key] ?? KEY_ICON[second] ?? KEY_ICON[first] ?? "dot";
}
