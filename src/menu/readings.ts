import type { AskFor, Reading, Readings, ReadName } from "./asks.ts";
import type { Effect, Model, Step } from "./model.ts";

/** An ask from whose service its answer follows. */
type AskOf<Name extends ReadName> = { readonly service: Name } & AskFor<Name>;

/** Names an ask with all its values. */
export function keyOf(ask: { readonly service: ReadName }): string {
  return JSON.stringify(ask);
}

/** What came of a read; null while it was not asked. */
export function readingOf<Name extends ReadName>(model: Model, ask: AskOf<Name>): Reading<Name> | null {
  const reading = model.readings[ask.service as Name] as Reading<Name> | undefined;
  return reading !== undefined && reading.key === keyOf(ask) ? reading : null;
}

/** The answer to a read; null while there is none. */
export function known<Name extends ReadName>(model: Model, ask: AskOf<Name>) {
  const reading = readingOf(model, ask);
  return reading?.state === "known" ? reading.value : null;
}

/** Asks what is not known yet of `needs`, as far as this device has the service. */
export function withNeeds({ model, effects }: Step, needs: readonly AskFor<ReadName>[]): Step {
  let { nextId } = model;
  let readings: Readings = model.readings;
  const asked: Effect[] = [];
  for (const ask of needs) {
    if (!model.offered.has(ask.service) || readings[ask.service]?.key === keyOf(ask)) continue;
    readings = { ...readings, [ask.service]: { key: keyOf(ask), state: "asked", id: nextId } };
    asked.push({ kind: "ask", id: nextId++, ask, from: null });
  }
  if (asked.length === 0) return { model, effects };
  return { model: { ...model, readings, nextId }, effects: [...effects, ...asked] };
}

/** Reads anew what is known, which counts until the answer comes; once at a time. */
export function askedAgain({ model, effects }: Step, ask: AskFor<ReadName>): Step {
  const reading = model.readings[ask.service];
  if (reading?.state !== "known" || reading.key !== keyOf(ask) || reading.again !== undefined)
    return { model, effects };
  const id = model.nextId;
  const readings: Readings = { ...model.readings, [ask.service]: { ...reading, again: id } };
  return {
    model: { ...model, readings, nextId: id + 1 },
    effects: [...effects, { kind: "ask", id, ask, from: null }],
  };
}

/** Forgets what was read, so that the next look is a new one; what is being read goes on. */
export function forget(model: Model, names: readonly ReadName[]): Model {
  const readings: Readings = Object.fromEntries(
    Object.entries(model.readings).filter(
      ([name, reading]) => reading.state === "asked" || !names.includes(name as ReadName),
    ),
  );
  return { ...model, readings };
}

/** Replaces what is known of one service, as a write that answers with the new state does. */
export function learn<Name extends ReadName>(
  model: Model,
  ask: AskOf<Name>,
  value: Extract<Reading<Name>, { state: "known" }>["value"],
): Model {
  const reading = { key: keyOf(ask), state: "known", value };
  return { ...model, readings: { ...model.readings, [ask.service]: reading } };
}

/** One second went by for what may be tried again only after a while. */
export function waited(model: Model): Model {
  const { state, developer } = model.readings;
  let now = model;
  if (state?.state === "known" && (state.value.encrypted?.wait ?? 0) > 0) {
    const { encrypted } = state.value;
    const value = encrypted && { ...state.value, encrypted: { ...encrypted, wait: encrypted.wait - 1 } };
    if (value !== null) now = learn(now, { service: "state" }, value);
  }
  if (developer?.state === "known" && developer.value.retryIn > 0) {
    const value = { ...developer.value, retryIn: Math.max(0, developer.value.retryIn - 1) };
    now = learn(now, { service: "developer" }, value);
  }
  return now;
}
