import { DEVELOPER_FEATURES, type DeveloperFeature, type DeveloperState } from "../../domain/developer.ts";
import { inOwnWords } from "../device-words.ts";
import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import type { DeveloperDraft, Model } from "../model.ts";
import { known } from "../readings.ts";
import { plural, sizeText, text } from "../texts.ts";
import type { View } from "../view.ts";
import { readingBanner } from "./reading-banner.ts";

/** Developer mode as it is and as it was chosen. */
interface Subject {
  readonly state: DeveloperState;
  readonly draft: DeveloperDraft;
}

export function developerOf(model: Model): DeveloperState | null {
  return known(model, { service: "developer" });
}

function subjectOf(model: Model): Subject | null {
  const state = developerOf(model);
  if (state === null) return null;
  return { state, draft: model.draft ?? { features: state.features, ephemeral: state.ephemeral } };
}

function featureRule(feature: DeveloperFeature): ItemRule<Subject> {
  return {
    key: `feature:${feature}`,
    label: () => text(`developer.feature.${feature}`),
    detail: () => text(`developer.feature.${feature}.detail`),
    control: ({ draft }) => ({ kind: "toggle", on: draft.features.includes(feature) }),
    obstacle: ({ state }) => {
      const why = state.unavailable[feature];
      return why === undefined ? null : inOwnWords(why);
    },
    action: ({ draft }) => {
      const features = DEVELOPER_FEATURES.filter((each) =>
        each === feature ? !draft.features.includes(each) : draft.features.includes(each),
      );
      return { kind: "draft", draft: { ...draft, features } };
    },
  };
}

const EPHEMERAL: ItemRule<Subject> = {
  key: "ephemeral",
  shown: ({ draft }) => draft.features.includes("writable-usr"),
  label: () => text("developer.ephemeral"),
  detail: () => text("developer.ephemeral.detail"),
  control: ({ draft }) => ({ kind: "toggle", on: draft.ephemeral }),
  action: ({ draft }) => ({ kind: "draft", draft: { ...draft, ephemeral: !draft.ephemeral } }),
};

function isSame({ state, draft }: Subject): boolean {
  return (
    state.enabled &&
    state.ephemeral === draft.ephemeral &&
    state.features.length === draft.features.length &&
    draft.features.every((feature) => state.features.includes(feature))
  );
}

/** What turning it on costs is asked for once; a change of what is on already costs nothing more. */
function costs({ state }: Subject, policy: DeveloperState["policy"]): boolean {
  return !state.enabled && state.policy === policy;
}

const TURN_ON: ItemRule<Subject> = {
  key: "turn-on",
  shown: (subject) => !isSame(subject),
  label: ({ state }) => text(state.enabled ? "developer.change" : "developer.on"),
  detail: (subject) => (subject.state.enabled ? null : text(`developer.on.${subject.state.policy}`)),
  obstacle: ({ state, draft }) => {
    if (draft.features.length === 0) return text("developer.obstacle.none");
    return state.retryIn > 0 ? plural("developer.obstacle.retry", Math.ceil(state.retryIn)) : null;
  },
  word: (subject) => (costs(subject, "wipe") ? "word.erase" : null),
  action: (subject) => {
    const { features, ephemeral } = subject.draft;
    if (costs(subject, "secret")) return { kind: "secret", purpose: "turn-on-developer" };
    const change = { kind: "turn-on", features, ephemeral, secret: null } as const;
    return { kind: "ask", ask: { service: "changeDeveloper", change } };
  },
};

const TURN_OFF: ItemRule<Subject> = {
  key: "turn-off",
  shown: ({ state }) => state.enabled,
  label: () => text("developer.off"),
  detail: () => text("developer.off.detail"),
  action: () => ({ kind: "ask", ask: { service: "changeDeveloper", change: { kind: "turn-off" } } }),
};

/** Removing the layers; shared with the screen of layers. */
export const DISCARD: ItemRule<Pick<Subject, "state">> = {
  key: "discard",
  shown: ({ state }) => state.layers.length > 0,
  label: () => text("developer.discard"),
  detail: ({ state }) => {
    const sizes = state.layers.map(({ bytes }) => bytes);
    if (sizes.includes(null)) return text("developer.discard.detail");
    const size = sizes.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
    return text("developer.discard.frees", { size: sizeText(size) });
  },
  word: () => "word.discard",
  action: () => ({
    kind: "ask",
    ask: { service: "changeDeveloper", change: { kind: "discard", key: null } },
  }),
};

const RULES: readonly ItemRule<Subject>[] = [
  ...DEVELOPER_FEATURES.map(featureRule),
  EPHEMERAL,
  TURN_ON,
  TURN_OFF,
  DISCARD,
];

function banner(model: Model): View["banner"] {
  const state = developerOf(model);
  if (state === null) return readingBanner(model, { service: "developer" });
  return state.enabled
    ? { tone: "warning", text: text("developer.banner.on"), technical: null }
    : { tone: "info", text: text(`developer.banner.${state.policy}`), technical: null };
}

/** Developer mode: what it may open, chosen one by one. */
export const developer: Screen = {
  id: "developer",
  title: () => text("developer.title"),
  needs: () => [{ service: "developer" }],
  banner,
  items: (model) => {
    const subject = model.offered.has("changeDeveloper") ? subjectOf(model) : null;
    return [...(subject === null ? [] : itemsOf(RULES, subject)), ...itemsOf([BACK], null)];
  },
};
