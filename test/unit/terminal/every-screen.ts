import type { Model } from "../../../src/menu/model.ts";
import type { ScreenId } from "../../../src/menu/view.ts";
import { PREVIEW } from "../../fixtures/fake-services.ts";
import { TOUCH } from "../menu/walk/hands.ts";
import { walk } from "../menu/walk/walk.ts";
import { WORLDS } from "../menu/walk/worlds.ts";

/** Every screen, as a walk over the devices first came to it. */
const reached = new Map<ScreenId, Model>(
  WORLDS.toReversed().flatMap((world) => [...walk(world, TOUCH).screens]),
);

function underWay(model: Model): Model {
  const progress = { step: "making the file system", done: 2, of: 5, fraction: 0.5 };
  const ask = { service: "reset", preview: PREVIEW } as const;
  return {
    ...model,
    stack: [model.stack[0], { screen: "progress", slot: null, focus: null }],
    busy: { id: 1, ask, from: "panel", next: null, progress },
  };
}

/** A reset ends before a walk looks at it. */
const [[, first]] = [...reached] as [[ScreenId, Model]];

export const EVERY_SCREEN: readonly (readonly [ScreenId, Model])[] = [
  ...reached,
  ["progress", underWay(first)],
];
