import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { explainIssues } from "../config/explain.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Capability, Change, Counting } from "../domain/slot.ts";
import { writeDurably } from "../linux/durable.ts";
import type { BootControl, StoreState } from "./boot-control.ts";
import { applyChange, COUNTER_CAPABILITIES, type CounterTable, freshTable, storeState } from "./counters.ts";
import { checkChange, MAX_TRIES } from "./refusal.ts";

const Counter = (max: number) => z.int().check(z.minimum(0), z.maximum(max));

/** The file's shape, version 1. Strict: what is not understood is not written over. */
const CounterFileShape = z.strictObject({
  version: z.literal(1),
  once: z.nullable(z.string()),
  slots: z.record(
    z.string(),
    z.strictObject({
      priority: Counter(MAX_TRIES),
      triesLeft: Counter(MAX_TRIES),
      triesDone: Counter(Number.MAX_SAFE_INTEGER),
      successful: z.boolean(),
    }),
  ),
});

export interface CounterFileOptions {
  /** In table order. */
  readonly slots: readonly string[];
  readonly freshTries: number;
  readonly booted: string | null;
}

/**
 * Slot state in a JSON file of ours, for devices whose bootloader knows nothing of slots. A missing file is
 * a device that was never started: every slot has fresh tries. Slots that the configuration does not name
 * stay in the file; one that the file does not know comes last.
 */
export class CounterFile implements BootControl {
  readonly scheme = "counter-file";
  readonly counting: Counting = "holdfast";
  readonly capabilities: ReadonlySet<Capability> = new Set(COUNTER_CAPABILITIES);
  readonly freshTries: number;
  readonly #path: string;
  readonly #ids: readonly string[];
  readonly #booted: string | null;

  constructor(path: string, options: CounterFileOptions) {
    this.freshTries = options.freshTries;
    this.#path = path;
    this.#ids = options.slots;
    this.#booted = options.booted;
  }

  async read(): Promise<StoreState> {
    return this.#stateOf((await this.#load()).table);
  }

  async apply(change: Change): Promise<StoreState> {
    checkChange(
      this,
      change,
      this.#ids.map((id) => ({ id })),
    );
    const { table } = await this.#load();
    const wanted = encode(applyChange(table, change, this.freshTries));
    if (wanted === encode(table)) return this.#stateOf(table);
    await this.#write(wanted);
    const after = await this.#load();
    if (after.text !== wanted) {
      throw new HoldfastError("notReadBack", `${this.#path} does not hold what was written`);
    }
    return this.#stateOf(after.table);
  }

  async #load(): Promise<{ table: CounterTable; text: string | null }> {
    const fresh = freshTable(this.#ids, this.freshTries);
    const text = await this.#text();
    if (text === null) return { table: fresh, text };
    const { once, slots } = decode(text, this.#path);
    const added = this.#ids.filter((id) => !Object.hasOwn(slots, id));
    const last = added.map((id) => [id, { ...fresh.slots[id], priority: 1 }] as const);
    return { table: { once, slots: { ...slots, ...Object.fromEntries(last) } } as CounterTable, text };
  }

  async #text(): Promise<string | null> {
    try {
      return readFileSync(this.#path, "utf8");
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw new HoldfastError("badStore", `${this.#path} cannot be read: ${messageOf(cause)}`, { cause });
    }
  }

  async #write(text: string): Promise<void> {
    await writeDurably(this.#path, text).catch((cause: unknown) => {
      const what = `${this.#path} could not be written: ${messageOf(cause)}`;
      throw new HoldfastError("notReadBack", what, { cause });
    });
  }

  #stateOf(table: CounterTable): StoreState {
    const once = table.once !== null && this.#ids.includes(table.once) ? table.once : null;
    return storeState(this.#ids, { ...table, once }, this.#booted);
  }
}

function encode(table: CounterTable): string {
  return `${JSON.stringify({ version: 1, ...table }, null, 2)}\n`;
}

function decode(text: string, path: string): z.infer<typeof CounterFileShape> {
  const values = parseJson(text, path);
  const parsed = CounterFileShape.safeParse(values);
  if (parsed.success) return parsed.data;
  const [sentence] = explainIssues(parsed.error.issues, CounterFileShape, values, [
    { file: path, text: "", values },
  ]);
  throw damaged(path, sentence ?? `${path} is not valid`);
}

function parseJson(text: string, path: string): Record<string, unknown> {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, `${path} is no JSON: ${messageOf(cause)}`, cause);
  }
  if (typeof values === "object" && values !== null && !Array.isArray(values)) return { ...values };
  throw damaged(path, `${path} holds no JSON object`);
}

function damaged(path: string, message: string, cause?: unknown): HoldfastError {
  const next = `correct it, or remove ${path} to give every slot fresh tries`;
  return new HoldfastError("badStore", message, { next, cause });
}
