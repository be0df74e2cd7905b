import { existsSync } from "node:fs";
import { join } from "node:path";
import { INSIDE_SCRIPT } from "../boot-control/backend-script.ts";
import { readRaucSystem } from "../boot-control/rauc.ts";
import { ExitCode, HoldfastError } from "../domain/errors.ts";
import type { Health, SlotState } from "../domain/slot.ts";
import { print } from "../linux/output.ts";
import { type Device, openDevice } from "./device.ts";
import type { GlobalOptions } from "./options.ts";

/** What RAUC calls the slots: pairs of slot id and bootname. */
type Names = readonly (readonly [string, string])[];

/** Verbs of RAUC's protocol, with the words that each takes. */
const VERBS: Readonly<Record<string, readonly string[]>> = {
  "get-primary": [],
  "set-primary": ["SLOT"],
  "get-state": ["SLOT"],
  "set-state": ["SLOT", "good|bad"],
  "get-current": [],
};

/**
 * Speaks the protocol of RAUC's custom bootloader backend (rauc: docs/integration.rst, "Custom"): one answer
 * on stdout, 0 for done. Slots go by RAUC's bootname, which is our slot id in any case of letters; it is
 * written as `systemConf` spells it, because RAUC compares letter by letter.
 */
export async function rauc(
  options: GlobalOptions,
  verb: string,
  words: readonly string[],
  { systemConf }: { systemConf: string },
): Promise<ExitCode> {
  checkWords(verb, words);
  if (process.env[INSIDE_SCRIPT] !== undefined) throw askedInCircles();
  const device = await openDevice(options);
  const names = await namesOf(device, join(options.root, systemConf));
  const answer = await run(device, names, verb, words);
  if (answer !== null) print(`${answer}\n`);
  return ExitCode.done;
}

function checkWords(verb: string, words: readonly string[]): void {
  const takes = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (takes === undefined) {
    const known = Object.keys(VERBS).join(", ");
    throw new HoldfastError("usage", `"${verb}" is no verb of RAUC's protocol; there are ${known}.`);
  }
  if (words.length !== takes.length) {
    throw new HoldfastError("usage", `right would be: holdfast rauc ${[verb, ...takes].join(" ")}`);
  }
  if (verb === "set-state" && words[1] !== "good" && words[1] !== "bad") {
    throw new HoldfastError("usage", `"${words[1]}" is no state of a slot; right would be good or bad.`);
  }
}

function askedInCircles(): HoldfastError {
  return new HoldfastError("refused", "Holdfast is asked by a script that it runs itself.", {
    next: "Where holdfast is RAUC's backend, its own scheme has to be another one than rauc.",
  });
}

async function namesOf(device: Device, systemConf: string): Promise<Names> {
  const spelled = existsSync(systemConf) ? (await readRaucSystem(systemConf)).slots : [];
  return device.places.map(({ id }) => {
    const found = spelled.find(({ bootname }) => bootname.toLowerCase() === id);
    return [id, found?.bootname ?? id] as const;
  });
}

/** The answer of a verb; null where the protocol has none. */
async function run(
  device: Device,
  names: Names,
  verb: string,
  [word = "", state]: readonly string[],
): Promise<string | null> {
  switch (verb) {
    case "get-primary":
      return primaryOf(device, names);
    case "get-current":
      return currentOf(device, names);
    case "get-state":
      return raucState(await stateOf(device, idOf(word, names)));
    case "set-primary":
      await device.write({ kind: "select", slot: idOf(word, names), once: false });
      return null;
    default:
      await device.write({ kind: state === "good" ? "mark-good" : "mark-bad", slot: idOf(word, names) });
      return null;
  }
}

function idOf(word: string, names: Names): string {
  const exact = names.find(([id, name]) => name === word || id === word);
  const found = exact ?? names.find(([id]) => id === word.toLowerCase());
  if (found !== undefined) return found[0];
  const known = names.map(([, name]) => name).join(", ");
  throw new HoldfastError("usage", `There is no slot "${word}"; this device has ${known}.`);
}

function nameOf(id: string, names: Names): string {
  return names.find(([each]) => each === id)?.[1] ?? id;
}

async function primaryOf(device: Device, names: Names): Promise<string> {
  const { once, default: preferred } = await device.state();
  const slot = once ?? preferred;
  if (slot !== null) return nameOf(slot, names);
  throw new HoldfastError("nothingBootable", "No slot can boot.");
}

function currentOf({ booted }: Device, names: Names): string {
  if (booted?.certain) return nameOf(booted.slot, names);
  throw new HoldfastError("refused", "It is not known for certain which slot runs.");
}

async function stateOf(device: Device, id: string): Promise<SlotState> {
  const slot = (await device.state()).slots.find((each) => each.id === id);
  if (slot !== undefined) return slot;
  throw new HoldfastError("badStore", `The store says nothing about slot "${id}".`);
}

/** RAUC knows two states: a slot that the bootloader would start is good. */
function raucState({ id, health }: { readonly id: string; readonly health: Health }): "good" | "bad" {
  if (health === "unknown") throw new HoldfastError("badStore", `The state of slot ${id} could not be read.`);
  return health === "good" || health === "trying" ? "good" : "bad";
}
