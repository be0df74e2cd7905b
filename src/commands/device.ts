import { join } from "node:path";
import type { StoreState } from "../boot-control/boot-control.ts";
import type { Discovery } from "../boot-control/decide-scheme.ts";
import type { MessageStore } from "../boot-control/message-store.ts";
import { openBootControl } from "../boot-control/open.ts";
import type { SlotPlace } from "../boot-control/slot-place.ts";
import type { LookInside } from "../boot-control/typed-content.ts";
import type { Config } from "../config/schema.ts";
import type { Decision } from "../domain/decide-boot.ts";
import type { DeveloperPolicy } from "../domain/developer.ts";
import type { JudgedFlag } from "../domain/developer-flag.ts";
import { isSystemKey } from "../domain/kept-systems.ts";
import type { Plan, Reason } from "../domain/plan.ts";
import type { SchemeName } from "../domain/scheme.ts";
import type { Change, SlotState } from "../domain/slot.ts";
import type { Booted, DeviceStatus } from "../domain/status.ts";
import type { GptTable } from "../linux/gpt-table.ts";
import { describeRoot, type RootDescription } from "../roots/partition.ts";
import { readDeveloperFlag } from "../state/developer-flag.ts";
import { History } from "../state/history.ts";
import { readBootRecord } from "./boot-record.ts";
import { historyDirOf } from "./boot-state.ts";
import { recordMatches } from "./booted.ts";
import { type Configuration, configurationFor } from "./configuration.ts";
import { readFailedSlots } from "./failed-slots.ts";
import { OpenedDevice } from "./opened-device.ts";
import { type GlobalOptions, runDirOf, stateDirOf } from "./options.ts";
import { Requests } from "./requests.ts";

/** The plans that enter a slot from here. */
export type EnterPlan = Extract<Plan, { action: "switch-root" | "kexec" }>;

/** What a write left behind. */
export interface Written {
  /** The changed slot. */
  readonly slot: SlotState;
  readonly next: DeviceStatus["next"];
  readonly problems: readonly string[];
}

export interface PlanOptions {
  /** Console on which a person chose the slot; null when nobody did. */
  readonly console?: string | null;
  /** Whether this boot goes without extensions and without the writable layer. */
  readonly safe?: boolean;
  /** Is given the plan before anything is spent for it, and stops that by throwing. */
  keep?(plan: EnterPlan): void;
}

/** The one door of commands and menu to the device: its slots, their state, and the writes to it. */
export interface Device {
  readonly config: Config;
  readonly places: readonly SlotPlace[];
  /** Where the state of the slots is kept. */
  readonly scheme: SchemeName;
  /** Why nothing is written at all, such as a bad configuration; null when writes are allowed. */
  readonly readOnly: Reason | null;
  /** Which slot runs now, and whether that is certain. */
  readonly booted: Booted | null;
  /** What was seen of bootloaders and their stores, and what was concluded from it. */
  readonly discovery: Discovery;
  /** What somebody left for this start to do. */
  readonly requests: Requests;
  /** What is worth knowing about the rest of the disk, such as a partition that is free for an update. */
  readonly notes: readonly string[];
  /** Slots that could not be entered in this boot, with why as a sentence. */
  readonly failed: ReadonlyMap<string, string>;
  /** Sentences about what was found amiss so far, in the store where it was read. */
  problems(): readonly string[];
  /** What the store says, without a look into any root. */
  state(): Promise<StoreState>;
  status(): Promise<DeviceStatus>;
  /** What an ordinary boot does now; writes nothing. */
  decide(): Promise<Decision>;
  /** The slot that the next plain start takes; null when nothing can boot. */
  next(): Promise<string | null>;
  /** How the root of a slot can be entered. */
  describe(slot: string): Promise<RootDescription>;
  /** Writes one change without looking into any root; `console` is where a person asked for it. */
  write(change: Change, console?: string): Promise<Written>;
  /** Writes one change and answers the new status. */
  apply(change: Change, console?: string): Promise<DeviceStatus>;
  /**
   * The plan that enters `slot`. Where Holdfast counts, the try is written down and read back before the
   * plan is answered; before that `keep` is given the plan with the counters of now, and a kernel of the slot's
   * own is put into memory, so that one that the running kernel does not take costs no try. `refused` when the
   * slot cannot be entered from here.
   */
  planFor(slot: string, reason: Reason, options?: PlanOptions): Promise<EnterPlan>;
  /** What is believed about developer mode now. */
  developerFlag(): JudgedFlag;
  /** The image that a slot runs, as its writable layer is keyed; null where that is not known. */
  imageKey(slot: string): Promise<string | null>;
  /** What `repair` would do to damaged partition tables, as sentences; writes nothing. */
  repairs(): Promise<readonly string[]>;
  /**
   * Makes the bad copy of every damaged partition table anew from the good one, because a person asked for
   * it, and reads it back. Answers what was done, as sentences; none when nothing was damaged.
   */
  repair(console?: string): Promise<readonly string[]>;
  /**
   * Marks a slot bad because its proof failed, and keeps the reason; where that cannot be written, the boot
   * goes on. Answers why it could not be, as a sentence; null when it was, or when nothing may be written.
   */
  markDamaged(slot: string, why: string): Promise<string | null>;
  /** Takes note of what the kernel kept of a crash, so that the slot that was entered last is known to have it. */
  noteCrash(): Promise<void>;
  /** Remembers that a person was told of the failure of `slot`, so that it is told once. */
  rememberTold(slot: string, reason: Reason): Promise<void>;
}

export interface OpenMode {
  /**
   * For the boot path: a bad configuration makes the device read-only instead of failing, and a store that
   * cannot be read makes its slots unknown.
   */
  readonly tolerant: boolean;
  /** The configuration where it was read already. */
  readonly configuration?: Configuration;
  /** False where systems that only the type of their partition tells are left to others; true when missing. */
  readonly byType?: boolean;
}

/** Opens the device that the options and the configuration name. */
export async function openDevice(
  options: GlobalOptions,
  mode: OpenMode = { tolerant: false },
): Promise<Device> {
  const { commandLine, readOnly, ...loaded } = mode.configuration ?? configurationFor(options, mode);
  const config = underRoot(loaded.config, options.root);
  const record = readBootRecord(runDirOf(options));
  // An image that is looked at from elsewhere says nothing about the machine that looks.
  const machine = options.disk !== null && options.root === "/" ? null : options.root;
  const open = (booted: string | null) =>
    openBootControl({
      ...{ config, disk: options.disk, scheme: options.scheme, commandLine, booted, machine },
      attach: mode.tolerant && machine !== null && process.getuid?.() === 0,
      look: machine === "/" && process.getuid?.() === 0 ? lookInside(options) : null,
      ...(mode.byType !== undefined && { byType: mode.byType }),
    });
  let opened = await open(record?.slot ?? null);
  const foreign = record !== null && !recordMatches(record, opened.places);
  if (foreign) opened = await open(null);
  const why = readOnly ?? ambiguous(opened.discovery);
  const history = new History(why === null ? historyDirOf(options) : null);
  const developerFlag = () => developerFlagOf(options, config.policy.developer, why);
  return new OpenedDevice({
    ...opened,
    options,
    config,
    mode,
    readOnly: why,
    history,
    failed: readFailedSlots(runDirOf(options)),
    requests: new Requests(() => openRequests(config, opened.table, options, why)),
    commandLine,
    // One of another family tells that no slot runs.
    record: foreign && !isSystemKey(record.slot) ? null : record,
    configProblems: loaded.problems,
    describe: describeRoot,
    developerFlag,
  });
}

/** Looks into what only the type of its partition tells to be a system. */
function lookInside(options: GlobalOptions): LookInside {
  return async (devices) => {
    const { holdOneSystem } = await import("../roots/typed-content.ts");
    const { searchFor } = await import("./kept-systems.ts");
    return holdOneSystem(searchFor(options, null), devices);
  };
}

/** Behind a configuration that cannot be believed the strictest policy holds, and developer mode is off. */
function developerFlagOf(
  options: GlobalOptions,
  policy: DeveloperPolicy,
  readOnly: Reason | null,
): JudgedFlag {
  const state = stateDirOf(options);
  const judged = state === null ? NO_FLAG : readDeveloperFlag(state, policy);
  if (judged.flag === null || readOnly?.code !== "bad-config") return judged;
  return { flag: null, problems: ["Developer mode is off while the configuration cannot be believed."] };
}

const NO_FLAG: JudgedFlag = { flag: null, problems: [] };

/** Where others leave word for a start; nowhere while nothing may be written, as it could not be cleared. */
async function openRequests(
  config: Config,
  table: GptTable | null,
  options: GlobalOptions,
  readOnly: Reason | null,
): Promise<MessageStore | null> {
  if (readOnly !== null) return null;
  const { openMessage } = await import("../boot-control/open-message.ts");
  const sysfs = join(options.root, "sys");
  const named = options.disk === null ? null : { table };
  return openMessage({ config: config["android-misc"], named, sysfs });
}

/** A guess about where slot state is kept must not write: a person has to say it first. */
function ambiguous({ question }: Discovery): Reason | null {
  return question === null ? null : { code: "ambiguous-store", text: question };
}

/** The counter file lies in the sysroot too. */
function underRoot(config: Config, root: string): Config {
  if (root === "/") return config;
  return { ...config, boot: { ...config.boot, counter_file: join(root, config.boot.counter_file) } };
}
