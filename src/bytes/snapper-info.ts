import { HoldfastError } from "../domain/errors.ts";

/** What snapper writes beside a snapshot (snapper: snapper/Snapshot.cc, Snapshot::writeInfo). */
export interface SnapperInfo {
  /** "single", "pre" or "post". */
  readonly type: string;
  readonly number: number;
  /** As ISO 8601 in UTC; null where the file has none that is a date. */
  readonly date: string | null;
  readonly description: string | null;
  /** The clean-up that will remove it; null where none will. */
  readonly cleanup: string | null;
  readonly userdata: ReadonlyMap<string, string>;
}

/** Parses info.xml; throws `badStore` with what is wrong. */
export function parseSnapperInfo(text: string, where: string): SnapperInfo {
  const values = leavesOf(text, where);
  const value = (name: string) => values.find(([path]) => path === `snapshot/${name}`)?.[1] || null;
  const number = value("num");
  if (number === null || !/^\d{1,9}$/.test(number)) {
    throw new HoldfastError("badStore", `${where}: its <num> is "${number ?? ""}", a number would be right`);
  }
  return {
    type: value("type") ?? "single",
    number: Number(number),
    date: dateOf(value("date")),
    description: value("description"),
    cleanup: value("cleanup"),
    userdata: userdataOf(values),
  };
}

/** Each <userdata> is one key and one value. */
function userdataOf(values: readonly Leaf[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let key = "";
  for (const [path, text] of values) {
    if (path === "snapshot/userdata/key") key = text;
    if (path === "snapshot/userdata/value" && key !== "") found.set(key, text);
  }
  return found;
}

/** Snapper writes UTC without saying so. */
function dateOf(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return null;
  const iso = `${text.replace(" ", "T")}Z`;
  const time = Date.parse(iso);
  // A month of 30 days has no 31st: such a date would become another one.
  return Number.isNaN(time) || new Date(time).toISOString() !== iso.replace("Z", ".000Z") ? null : iso;
}

/** The text that begins an element, with the names of it and those around it. */
type Leaf = readonly [path: string, text: string];

/** The XML that snapper writes has elements and text, neither attributes nor sections of other kinds. */
function leavesOf(text: string, where: string): Leaf[] {
  const leaves: Leaf[] = [];
  const open: string[] = [];
  for (const [, end, name = "", empty, content = ""] of text
    .replace(/^\s*<\?xml[^>]*\?>/, "")
    .matchAll(/<(\/?)([A-Za-z][\w-]*)\s*(\/?)>([^<]*)/g)) {
    if (end === "/") {
      if (open.pop() !== name) throw new HoldfastError("badStore", `${where}: </${name}> closes nothing`);
      continue;
    }
    if (empty === "/") continue;
    open.push(name);
    leaves.push([open.join("/"), decodeEntities(content.trim())]);
  }
  const last = open.at(-1);
  if (last !== undefined) throw new HoldfastError("badStore", `${where}: it ends inside <${last}>`);
  return leaves;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(\w+);/g, (found, name: string) => ENTITIES[name] ?? found);
}
