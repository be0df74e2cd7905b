import * as z from "zod/mini";
import { parseCommandLine } from "../domain/command-line.ts";
import { DEVELOPER_POLICIES } from "../domain/developer.ts";
import { HoldfastError } from "../domain/errors.ts";
import { SLOT_WORD } from "../domain/own-kernel.ts";
import { planBinds } from "../domain/state-binds.ts";
import { ENCRYPTED_DIR } from "../domain/state-layout.ts";
import { DEFAULTS } from "./defaults.ts";
import { atPlace, explainIssues, keyName } from "./explain.ts";
import { type Layer, mergeTables, readLayer, readLayers } from "./layers.ts";
import { ordinaryFaults } from "./ordinary.ts";
import { type Config, configSchema, sectionsSchema } from "./schema.ts";

export interface LoadedConfig {
  readonly config: Config;
  /** Sentences about words of the kernel command line that are not obeyed. */
  readonly problems: string[];
  /** The files that were read, lowest first; empty when there is none and everything is discovered. */
  readonly sources: string[];
}

/** Where the configuration comes from. */
export interface ConfigSource {
  /** Replaces the look-up when given. */
  readonly file: string | null;
  /** The sysroot that the look-up starts from; "/" for the running system. */
  readonly root: string;
  /** The kernel command line; may make policy stricter, never looser. */
  readonly commandLine: string;
}

const OFF = new Set(["0", "no", "off", "false"]);
/** Words that others obey: the probe, the hooks, the terminals, and the opening of the slots. */
export const KERNEL_WORDS = [
  "holdfast.menu",
  "holdfast.off",
  "holdfast.term",
  "holdfast.locale",
  "holdfast.safe",
  SLOT_WORD,
] as const;
const KNOWN_WORDS: ReadonlySet<string> = new Set(KERNEL_WORDS);

function checked(values: Record<string, unknown>, layers: readonly Layer[]): Config {
  const sections = z.safeParse(sectionsSchema(Object.keys(values)), values);
  // What is wrong is explained by the whole schema.
  const result = sections.success
    ? { success: true as const, data: { ...defaultConfig(), ...sections.data } }
    : z.safeParse(configSchema(), values);
  const wrong = result.success
    ? [
        ...repeated("id", result.data, layers),
        ...repeated("store", result.data, layers),
        ...stateFaults(result.data, layers),
        ...pinFaults(result.data, layers),
        ...ordinaryFaults(result.data, layers),
      ]
    : explainIssues(result.error.issues, configSchema(), values, layers);
  if (result.success && wrong.length === 0) return result.data;
  throw new HoldfastError("badConfig", wrong.join("\n"), {
    next: "Correct the file; until then Holdfast only reads and writes nothing.",
  });
}

/** A console that asks for a PIN which nobody can know would be locked for good. */
function pinFaults({ console }: Config, layers: readonly Layer[]): string[] {
  if (console.ask_pin.length === 0 || console.pin !== undefined) return [];
  return [atPlace(layers, ["console", "ask_pin"], "console.ask_pin needs console.pin, the hash of the PIN")];
}

/** Sentences about slots that share what each needs for itself; counters in one store would be one counter. */
function repeated(key: "id" | "store", config: Config, layers: readonly Layer[]): string[] {
  return config.slot.flatMap((slot, index) => {
    const value = slot[key];
    const first = config.slot.findIndex((other) => other[key] === value);
    if (value === undefined || first === index) return [];
    const path = ["slot", index, key];
    const what = `${keyName(path)} is "${value}" again, as slot[${first + 1}]`;
    return [
      atPlace(layers, path, `${what}; every slot needs ${key === "id" ? "an" : "a"} ${key} of its own`),
    ];
  });
}

/** Sentences about directories of [state] that could not be bound, and an image that nothing could open. */
function stateFaults({ state }: Config, layers: readonly Layer[]): string[] {
  const directories = state.directories.map((name) => {
    const encrypted = name.startsWith(`${ENCRYPTED_DIR}/`);
    return { name: Buffer.from(encrypted ? name.slice(ENCRYPTED_DIR.length + 1) : name), encrypted };
  });
  const refused = planBinds(directories).refused.map(({ reason }) =>
    atPlace(layers, ["state", "directories"], `state.directories: ${reason}`),
  );
  const { encrypted } = state;
  if (encrypted?.size_mib === undefined || encrypted.key_file !== undefined) return refused;
  const keyless = "state.encrypted.size_mib is given, but no key_file that a new image could be opened with";
  return [...refused, atPlace(layers, ["state", "encrypted", "size_mib"], keyless)];
}

/** Obeys the words `holdfast.…` of the kernel command line; they may only take permissions away. */
function withCommandLine(config: Config, commandLine: string): { config: Config; problems: string[] } {
  const problems: string[] = [];
  let policy = config.policy;
  for (const [name, value] of parseCommandLine(commandLine)) {
    if (!name.startsWith("holdfast.") || KNOWN_WORDS.has(name)) continue;
    if (name === "holdfast.shell" && OFF.has(value)) policy = { ...policy, shell: false };
    else if (name === "holdfast.shell")
      problems.push(
        "holdfast.shell on the kernel command line is not obeyed: it may only take the shell away.",
      );
    else if (name === "holdfast.developer") {
      const stricter = DEVELOPER_POLICIES.slice(DEVELOPER_POLICIES.indexOf(policy.developer));
      const wanted = stricter.find((each) => each === value);
      if (wanted !== undefined) policy = { ...policy, developer: wanted };
      else
        problems.push(
          "holdfast.developer on the kernel command line is not obeyed: it may only be stricter.",
        );
    } else if (name === "holdfast.signature" && value === "required")
      policy = { ...policy, signature: "required" };
    else if (name === "holdfast.signature")
      problems.push("holdfast.signature on the kernel command line is not obeyed: it may only be stricter.");
    else problems.push(`${name} on the kernel command line is not known and is not obeyed.`);
  }
  return { config: { ...config, policy }, problems };
}

/** The configuration without any file: what the schema's defaults say. */
export function defaultConfig(): Config {
  return DEFAULTS;
}

/**
 * Reads, merges and checks the configuration.
 * @throws HoldfastError `badConfig` with one line per fault: file, line, key, what was found, what is right.
 */
export function loadConfig(source: ConfigSource): LoadedConfig {
  const layers = source.file === null ? readLayers(source.root) : [readLayer(source.file)];
  const values = layers.reduce<Record<string, unknown>>(
    (merged, layer) => mergeTables(merged, layer.values),
    {},
  );
  const { config, problems } = withCommandLine(checked(values, layers), source.commandLine);
  return { config, problems, sources: layers.map((layer) => layer.file) };
}
