import {
  DEVELOPER_FEATURES,
  type DeveloperChange,
  type DeveloperFeature,
  type DeveloperState,
} from "../domain/developer.ts";
import { ExitCode, HoldfastError } from "../domain/errors.ts";
import { readInput } from "../linux/input.ts";
import { print, printError } from "../linux/output.ts";
import { DeveloperService, type Wipe } from "./developer-service.ts";
import { wipeForDevelopers } from "./developer-wipe.ts";
import { openDevice } from "./device.ts";
import type { GlobalOptions } from "./options.ts";

export interface DeveloperFlags {
  readonly feature?: readonly string[];
  readonly ephemeral?: boolean;
  readonly json?: boolean;
  /** The word of a person that user data may be erased, where the policy wants that. */
  readonly yes?: boolean;
}

const VERBS = ["status", "on", "off", "discard"] as const;
type Verb = (typeof VERBS)[number];

/**
 * Says how developer mode is, turns it on or off, or discards the changes to /usr. Under the policy "secret" the
 * passphrase of the encrypted volume is read from stdin. Exit 4 when it is refused.
 */
export async function developer(
  options: GlobalOptions,
  word: string,
  flags: DeveloperFlags,
): Promise<ExitCode> {
  const verb = VERBS.find((known) => known === word);
  if (verb === undefined) {
    throw new HoldfastError("usage", `"${word}" is not known; ${VERBS.join(", ")} would be right.`);
  }
  const device = await openDevice(options);
  const wipe: Wipe = (chosen) => wipeForDevelopers(options, device, chosen);
  const service = new DeveloperService(options, device, flags.yes ? wipe : null);
  if (verb !== "status") {
    const secret =
      verb === "on" && device.config.policy.developer === "secret" && device.developerFlag().flag === null;
    const done = await service.apply(changeOf(verb, flags, secret ? readInput() : null), null);
    if (!flags.json) print(`${done}\n`);
  }
  const state = await service.state();
  if (flags.json) print(`${JSON.stringify({ version: 1, ...state }, null, 2)}\n`);
  else if (verb === "status") print(textOf(state));
  for (const problem of device.developerFlag().problems) printError(`holdfast: ${problem}\n`);
  return ExitCode.done;
}

function changeOf(
  verb: Exclude<Verb, "status">,
  flags: DeveloperFlags,
  secret: string | null,
): DeveloperChange {
  if (verb === "off") return { kind: "turn-off" };
  if (verb === "discard") return { kind: "discard", key: null };
  const features = (flags.feature ?? ["writable-usr"]).map(featureOf);
  return { kind: "turn-on", features: [...new Set(features)], ephemeral: flags.ephemeral ?? false, secret };
}

function featureOf(word: string): DeveloperFeature {
  const feature = DEVELOPER_FEATURES.find((known) => known === word);
  if (feature !== undefined) return feature;
  throw new HoldfastError(
    "usage",
    `"${word}" is no feature; ${DEVELOPER_FEATURES.join(", ")} would be right.`,
  );
}

function textOf(state: DeveloperState): string {
  const { enabled, features, ephemeral, policy, layers, baseChanged } = state;
  const what = ephemeral ? `${features.join(", ")} (in memory)` : features.join(", ");
  const lines = [
    `developer mode: ${enabled ? `on: ${what}` : "off"}`,
    `turning it on: ${POLICIES[policy]}`,
    ...layers.map(({ key, slot, bytes, setAside }) => {
      const size = bytes === null ? "" : `, ${Math.ceil(bytes / 2 ** 20)} MiB`;
      const used = setAside ? "set aside" : slot === null ? "no slot has its image any more" : `slot ${slot}`;
      return `changes to /usr: ${key} (${used}${size})`;
    }),
    ...Object.entries(state.unavailable).map(([feature, why]) => `not here: ${feature}. ${why}`),
  ];
  if (baseChanged !== null) {
    lines.push(`slot ${baseChanged.slot} was updated; the changes to its former /usr are not used`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

const POLICIES = {
  wipe: "erases all user data",
  secret: "needs the passphrase of the encrypted data",
  open: "costs nothing",
} as const;
