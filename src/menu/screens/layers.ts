import type { DeveloperState, WritableLayer } from "../../domain/developer.ts";
import type { Extension } from "../../domain/extensions.ts";
import { inOwnWords } from "../device-words.ts";
import { BACK, type Item, type ItemRule, itemOf, itemsOf, type Screen } from "../item.ts";
import { findSlot, type Model, nameOf, type Place } from "../model.ts";
import { known } from "../readings.ts";
import { sizeText, text } from "../texts.ts";
import type { Fact, View } from "../view.ts";
import { DISCARD, developerOf } from "./developer.ts";
import { readingBanner } from "./reading-banner.ts";

function askOf(place: Place) {
  return { service: "extensions", slot: place.slot ?? "" } as const;
}

interface Subject {
  readonly model: Model;
  readonly place: Place;
}

const SAFE: ItemRule<Subject> = {
  key: "safe",
  shown: ({ model }) => model.canStartSafely,
  label: ({ model, place }) => text("layers.safe", { slot: nameOf(model.status, place.slot ?? "") }),
  detail: () => text("layers.safe.detail"),
  obstacle: ({ model, place }) =>
    findSlot(model.status, place.slot)?.entry === "switch-root" ? null : text("layers.safe.obstacle"),
  action: ({ place }) => ({
    kind: "finish",
    outcome: { kind: "enter", slot: place.slot ?? "", safe: true },
  }),
};

function extensionItem(extension: Extension, place: Place): Item {
  const isIdle = extension.matches && !extension.leftOut && !extension.active;
  const rule: ItemRule<null> = {
    key: `extension:${extension.kind}:${extension.name}`,
    label: () => extension.name,
    detail: () => text(isIdle ? "layers.idle" : `layers.${extension.kind}`, { path: extension.path }),
    control: () => ({ kind: "toggle", on: !extension.leftOut }),
    obstacle: () => (extension.mismatch === null ? null : inOwnWords(extension.mismatch)),
    action: () => ({
      kind: "ask",
      ask: { service: "leaveOut", extension, out: !extension.leftOut, slot: place.slot ?? "" },
    }),
  };
  return itemOf(rule, null);
}

type Decision = "keep-layer" | "set-aside-layer" | "discard-layer";

/** What becomes of the writable layer of an image that was updated: a person has to say. */
function decisions(state: DeveloperState): Item[] {
  const changed = state.baseChanged;
  if (changed === null) return [];
  const { key } = changed;
  const ruleOf = (name: Decision, kind: "keep-layer" | "set-aside-layer" | "discard"): ItemRule<null> => ({
    key: name,
    label: () => text(`layers.${name}`),
    detail: () => text(`layers.${name}.detail`),
    action: () => ({ kind: "ask", ask: { service: "changeDeveloper", change: { kind, key } } }),
  });
  const kept = [ruleOf("keep-layer", "keep-layer"), ruleOf("set-aside-layer", "set-aside-layer")];
  return itemsOf([...kept, { ...ruleOf("discard-layer", "discard"), word: () => "word.discard" }], null);
}

function layerFact({ status }: Model, { key, slot, bytes, setAside }: WritableLayer): Fact {
  const size = bytes === null ? text("layers.size.unknown") : sizeText(bytes);
  const name = slot === null ? text("layers.slot.none") : nameOf(status, slot);
  return {
    label: text("layers.layer", { slot: name }),
    value: text(setAside ? "layers.layer.aside" : "layers.layer.value", { size, key }),
  };
}

function banner(model: Model, place: Place): View["banner"] {
  const developer = developerOf(model);
  if (developer !== null && developer.baseChanged !== null) {
    const slot = nameOf(model.status, developer.baseChanged.slot);
    return { tone: "warning", text: text("layers.banner.changed", { slot }), technical: null };
  }
  if (!model.offered.has("extensions")) return null;
  const reading = readingBanner(model, askOf(place));
  if (reading !== null) return reading;
  const count = known(model, askOf(place))?.length ?? 0;
  return count > 0 ? null : { tone: "neutral", text: text("layers.banner.none"), technical: null };
}

/** What lies over the image of a slot: extensions and writable layers; and a start without them. */
export const layers: Screen = {
  id: "layers",
  title: ({ status }, place) => text("layers.title", { slot: nameOf(status, place.slot ?? "") }),
  needs: (_, place) => [askOf(place), { service: "developer" }],
  banner,
  facts: (model) => developerOf(model)?.layers.map((layer) => layerFact(model, layer)) ?? [],
  items: (model, place) => {
    const developer = model.offered.has("changeDeveloper") ? developerOf(model) : null;
    const extensions = model.offered.has("leaveOut") ? (known(model, askOf(place)) ?? []) : [];
    return [
      ...itemsOf([SAFE], { model, place }),
      ...(developer === null ? [] : decisions(developer)),
      ...extensions.map((extension) => extensionItem(extension, place)),
      ...(developer === null ? [] : itemsOf([DISCARD], { state: developer })),
      ...itemsOf([BACK], null),
    ];
  },
};
