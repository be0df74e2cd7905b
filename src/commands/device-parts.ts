import type { BootControl } from "../boot-control/boot-control.ts";
import type { Discovery } from "../boot-control/decide-scheme.ts";
import type { SlotPlace } from "../boot-control/slot-place.ts";
import type { Config } from "../config/schema.ts";
import type { JudgedFlag } from "../domain/developer-flag.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Reason } from "../domain/plan.ts";
import type { describeRoot } from "../roots/partition.ts";
import type { History } from "../state/history.ts";
import type { BootRecord } from "./boot-record.ts";
import type { OpenMode } from "./device.ts";
import type { GlobalOptions } from "./options.ts";
import type { Requests } from "./requests.ts";

/** What openDevice gathered. */
export interface Parts {
  readonly control: BootControl;
  readonly places: readonly SlotPlace[];
  readonly bootedByBootloader: string | null;
  readonly inferred: string | null;
  readonly discovery: Discovery;
  /** Disks whose partition table the slots depend on. */
  readonly disks: readonly string[];
  readonly notes: readonly string[];
  readonly options: GlobalOptions;
  readonly config: Config;
  readonly mode: OpenMode;
  readonly readOnly: Reason | null;
  readonly history: History;
  /** Slots that could not be entered in this boot, with why. */
  readonly failed: ReadonlyMap<string, string>;
  readonly requests: Requests;
  readonly commandLine: string;
  readonly record: BootRecord | null;
  readonly configProblems: readonly string[];
  /** Looks into a root. */
  readonly describe: typeof describeRoot;
  /** What is believed about developer mode. */
  readonly developerFlag: () => JudgedFlag;
}

/** The place of the slot that a person or a plan names; throws `usage` with the ones that there are. */
export function placeOf(places: readonly SlotPlace[], slot: string): SlotPlace {
  const place = places.find((each) => each.id === slot);
  if (place !== undefined) return place;
  const known = places.map((each) => each.id).join(", ");
  throw new HoldfastError("usage", `There is no slot "${slot}"; this device has ${known || "none"}.`);
}
