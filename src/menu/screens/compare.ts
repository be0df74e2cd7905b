import type { ComparedSystem, Comparison, PackageDifference } from "../../domain/comparison.ts";
import { inOwnWords } from "../device-words.ts";
import { BACK, type Item, type ItemRule, itemOf, itemsOf, type Screen } from "../item.ts";
import type { Model, Place } from "../model.ts";
import { known } from "../readings.ts";
import { groupAround, nameIn } from "../systems.ts";
import { sizeText, type TextKey, text, timeText } from "../texts.ts";
import type { Message, Table } from "../view.ts";
import { readingBanner } from "./reading-banner.ts";
import { SCROLL_RULES } from "./scroll-items.ts";

function askOf(place: Place) {
  return { service: "compare", left: place.slot ?? "", right: place.other ?? "" } as const;
}

const ROWS: readonly (readonly [label: TextKey, cell: (system: ComparedSystem) => string | null])[] = [
  ["compare.row.name", ({ name }) => name],
  ["compare.row.version", ({ version }) => version],
  ["compare.row.built", ({ buildDate }) => (buildDate === null ? null : timeText(buildDate))],
  ["compare.row.kernel", ({ kernel }) => kernel],
  ["compare.row.size", ({ bytes }) => (bytes === null ? null : sizeText(bytes))],
];

function tableOf(model: Model, { left, right }: Comparison): Table {
  return {
    columns: [nameIn(model, left.slot), nameIn(model, right.slot)],
    rows: ROWS.map(([label, cell]) => {
      const unknown = text("compare.unknown");
      const cells = [cell(left) ?? unknown, cell(right) ?? unknown] as const;
      return { label: text(label), cells, differs: cells[0] !== cells[1] };
    }),
  };
}

function packageLines(packages: PackageDifference): Message[] {
  const { added, removed, upgraded, downgraded, unchanged, source } = packages;
  const counts = {
    added: added.length,
    removed: removed.length,
    upgraded: upgraded.length,
    downgraded: downgraded.length,
    unchanged,
  };
  const arrow = text("compare.arrow");
  return [
    { tone: "neutral", text: text("compare.packages", { source, ...counts }) },
    ...downgraded.map(({ name, left, right }) => ({
      tone: "warning" as const,
      text: text("compare.package.downgraded", { name, left, right, sign: arrow }),
    })),
    ...removed.map(({ name, version }) => ({
      tone: "danger" as const,
      text: text("compare.package.removed", { name, version }),
    })),
    ...added.map(({ name, version }) => ({
      tone: "good" as const,
      text: text("compare.package.added", { name, version }),
    })),
    ...upgraded.map(({ name, left, right }) => ({
      tone: "info" as const,
      text: text("compare.package.upgraded", { name, left, right, sign: arrow }),
    })),
  ];
}

/** The long text stays the same array as long as the comparison is the same. */
const lines = new WeakMap<Comparison, Map<string, readonly Message[]>>();

function linesOf(model: Model, comparison: Comparison): readonly Message[] {
  const byLocale = lines.get(comparison) ?? new Map<string, readonly Message[]>();
  lines.set(comparison, byLocale);
  const { locale } = model.display;
  const made = byLocale.get(locale) ?? [
    ...comparison.stays.map((sentence) => ({ tone: "neutral" as const, text: inOwnWords(sentence) })),
    ...(comparison.packages === null
      ? [
          {
            tone: "warning" as const,
            text: inOwnWords(comparison.packagesProblem ?? text("compare.packages.none")),
          },
        ]
      : packageLines(comparison.packages)),
  ];
  byLocale.set(locale, made);
  return made;
}

function linesAt(model: Model, place: Place): readonly Message[] | null {
  const comparison = known(model, askOf(place));
  return comparison === null ? null : linesOf(model, comparison);
}

/** What the left one can be compared with: the other slots, or the others of its family. */
function comparable(model: Model, { slot }: Place): readonly string[] {
  const group = groupAround(model, slot);
  if (group !== undefined) {
    return group.systems.filter(({ flags }) => !flags.incomplete).map(({ key }) => key);
  }
  return model.status.slots.filter(({ health }) => health !== "empty").map(({ id }) => id);
}

/** Other pairs, where there are more than two. */
function others(model: Model, place: Place): Item[] {
  return comparable(model, place)
    .filter((key) => key !== place.slot && key !== place.other)
    .map((key) => {
      const rule: ItemRule<null> = {
        key: `with:${key}`,
        label: () => text("compare.with", { slot: nameIn(model, key) }),
        action: () => ({ kind: "place", change: { other: key, at: 0 } }),
      };
      return itemOf(rule, null);
    });
}

/** What differs between two systems. */
export const compare: Screen = {
  id: "compare",
  title: (model, place) =>
    text("compare.title", {
      left: nameIn(model, place.slot ?? ""),
      right: nameIn(model, place.other ?? ""),
    }),
  needs: (_, place) => [askOf(place)],
  banner: (model, place) => readingBanner(model, askOf(place)),
  table: (model, place) => {
    const comparison = known(model, askOf(place));
    return comparison === null ? null : tableOf(model, comparison);
  },
  lines: linesAt,
  items: (model, place) => [
    ...itemsOf(SCROLL_RULES, { at: place.at ?? 0, count: linesAt(model, place)?.length ?? 0 }),
    ...others(model, place),
    ...itemsOf([BACK], null),
  ],
  firstFocus: (items) => (items.some(({ key, enabled }) => key === "down" && enabled) ? "down" : "back"),
};
