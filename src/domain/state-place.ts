import { HoldfastError } from "./errors.ts";
import { STATE_LABEL, STATE_TYPE_GUID } from "./state-layout.ts";

/** A partition that may be the state partition. */
export interface StateCandidate {
  readonly device: string;
  readonly label: string | null;
  /** GPT type GUID, lower case. */
  readonly type: string;
  /** Whether it lies on the disk that the slots are on. */
  readonly onBootDisk: boolean;
  /** Whether its disk can be pulled out, such as a USB stick. */
  readonly removable: boolean;
}

/**
 * The state partition among all partitions of the machine. `ref` is PARTLABEL= or PARTTYPE= of the
 * configuration; null looks for Holdfast's own type, then for the label "state". The boot disk comes first,
 * then other fixed disks: a stick with a partition of that name must not become the owner's data.
 * Null when there is none; throws `noDevice` when it cannot be told which of several it is.
 */
export function choosePlace<T extends StateCandidate>(
  ref: string | null,
  candidates: readonly T[],
): T | null {
  for (const wanted of ref === null ? DEFAULT_REFS : [ref]) {
    const matching = candidates.filter((candidate) => answers(wanted, candidate));
    for (const near of [onBootDisk, onFixedDisk]) {
      const [first, ...others] = matching.filter(near);
      if (first === undefined) continue;
      if (others.length === 0) return first;
      throw ambiguous(wanted, [first, ...others]);
    }
  }
  return null;
}

const DEFAULT_REFS = [`PARTTYPE=${STATE_TYPE_GUID}`, `PARTLABEL=${STATE_LABEL}`] as const;

function answers(ref: string, { label, type }: StateCandidate): boolean {
  return ref === `PARTLABEL=${label}` || ref.toLowerCase() === `parttype=${type}`;
}

function onBootDisk(candidate: StateCandidate): boolean {
  return candidate.onBootDisk;
}

function onFixedDisk({ removable }: StateCandidate): boolean {
  return !removable;
}

function ambiguous(ref: string, found: readonly StateCandidate[]): HoldfastError {
  const names = found.map(({ device }) => device).join(" and ");
  return new HoldfastError(
    "noDevice",
    `${names} both answer to ${ref}; which one is /state cannot be told.`,
    {
      next: 'Name the partition in the configuration: [state] device = "PARTUUID=…".',
    },
  );
}
