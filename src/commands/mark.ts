import { existsSync } from "node:fs";
import { join } from "node:path";
import { ExitCode, HoldfastError } from "../domain/errors.ts";
import type { Change, SlotState } from "../domain/slot.ts";
import { ENCRYPTED_DIR, SET_ASIDE } from "../domain/state-layout.ts";
import { print } from "../linux/output.ts";
import { forgetEmergencyStarts } from "../state/history.ts";
import { type Device, openDevice } from "./device.ts";
import { type GlobalOptions, stateDirOf } from "./options.ts";
import { reportProblems } from "./status.ts";

type What = "good" | "bad" | "tries";

/** Reads the words after `mark`; commander has no command with a choice and an optional number. */
function whatOf(what: string, tries: string | undefined): { what: What; tries: number } {
  if (what !== "good" && what !== "bad" && what !== "tries") {
    throw new HoldfastError("usage", `"${what}" is no mark; right would be good, bad or tries N.`);
  }
  if (what !== "tries" && tries !== undefined) {
    throw new HoldfastError("usage", `mark ${what} takes no number, but "${tries}" was given.`, {
      next: "Name another slot with --slot.",
    });
  }
  if (what === "tries" && !/^\d{1,3}$/.test(tries ?? "")) {
    throw new HoldfastError("usage", `mark tries needs a whole number, but ${tries ?? "none"} was given.`);
  }
  return { what, tries: Number(tries) };
}

/** The slot that runs, when that is certain: a mark on the wrong slot would break the fallback. */
function runningSlot({ booted }: Device): string {
  if (booted?.certain) return booted.slot;
  const found =
    booted === null
      ? "It is not known which slot runs."
      : `Slot ${booted.slot} seems to run, but that is only a guess.`;
  throw new HoldfastError("refused", found, { next: "Name the slot with --slot." });
}

function changeOf(what: What, slot: string, tries: number): Change {
  if (what === "tries") return { kind: "set-tries", slot, tries };
  return { kind: what === "good" ? "mark-good" : "mark-bad", slot };
}

function resultOf({ id, health, triesLeft }: SlotState): string {
  const tries = health === "trying" && triesLeft !== null ? `, tries left: ${triesLeft}` : "";
  return `Slot ${id} is ${health}${tries}.`;
}

function forgetStarts(options: GlobalOptions): void {
  const state = stateDirOf(options);
  if (state !== null) forgetEmergencyStarts(state);
}

/** A system that is sure that it works needs nothing back of what a reset has set aside. */
async function endGrace(options: GlobalOptions): Promise<void> {
  const state = stateDirOf(options);
  const places = state === null ? [] : [state, join(state, ENCRYPTED_DIR)];
  if (state === null || !places.some((place) => existsSync(join(place, SET_ASIDE)))) return;
  const { eraseSetAside } = await import("../state/reset/entries.ts");
  await eraseSetAside(state);
}

/** Marks a slot, the running one when none is named. */
export async function mark(
  options: GlobalOptions,
  word: string,
  number: string | undefined,
  { slot: named }: { slot?: string },
): Promise<ExitCode> {
  const { what, tries } = whatOf(word, number);
  // Also where a broken configuration keeps the mark itself from being written.
  if (what === "good" && named === undefined) forgetStarts(options);
  const device = await openDevice(options);
  const slot = named ?? runningSlot(device);
  if (what === "good" && device.scheme === "memory" && device.readOnly === null) {
    await endGrace(options);
    print(`Slot ${slot} needs no mark: nobody counts its starts.\n`);
    return ExitCode.done;
  }
  const written = await device.write(changeOf(what, slot, tries));
  if (what === "good") await endGrace(options);
  print(`${resultOf(written.slot)}\n`);
  reportProblems(written.problems);
  return ExitCode.done;
}
