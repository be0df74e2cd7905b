import { DEVELOPER_POLICIES, type DeveloperFeature, type DeveloperPolicy } from "./developer.ts";

/** What stands in developer.json: that developer mode is on, with what, and how it was paid for. */
export interface DeveloperFlag {
  readonly features: readonly DeveloperFeature[];
  /** Whether the writable /usr lies in memory. */
  readonly ephemeral: boolean;
  /** The policy that it was turned on under. */
  readonly policy: DeveloperPolicy;
  /** Id of the reset that it cost; null under other policies than "wipe". */
  readonly reset: string | null;
}

/** The flag's file as it was found. */
export interface FoundFlag {
  readonly path: string;
  /** Whether it lies inside the encrypted volume. */
  readonly encrypted: boolean;
  /** Null when it is not what Holdfast writes. */
  readonly flag: DeveloperFlag | null;
  /** What is wrong with the file itself, as the end of a sentence; null when nothing is. */
  readonly suspicion: string | null;
}

/** The stricter one of two policies. */
export function stricter(one: DeveloperPolicy, other: DeveloperPolicy): DeveloperPolicy {
  return DEVELOPER_POLICIES.indexOf(one) > DEVELOPER_POLICIES.indexOf(other) ? one : other;
}

/** What is believed of the flags that were found. */
export interface JudgedFlag {
  /** Null means: developer mode is off. */
  readonly flag: DeveloperFlag | null;
  /** Why a flag that is there is not believed, as sentences. */
  readonly problems: readonly string[];
}

/**
 * The flag that counts under `policy`; the strictest reading wins. One that is damaged, that was turned on under
 * a weaker policy, or that lies where anybody could have put it, does not turn developer mode on. `reset` is the
 * id of the last reset; null when there was none.
 */
export function judgeFlag(
  found: readonly FoundFlag[],
  policy: DeveloperPolicy,
  reset: string | null,
): JudgedFlag {
  const judged = found.map((each) => ({ ...each, why: doubtOf(each, policy, reset) }));
  const believed = judged.find(({ why }) => why === null);
  const problems = judged.flatMap(({ path, why }) =>
    why === null ? [] : [`Developer mode is not on by ${path}: ${why}.`],
  );
  return { flag: believed?.flag ?? null, problems };
}

function doubtOf(
  { encrypted, flag, suspicion }: FoundFlag,
  policy: DeveloperPolicy,
  reset: string | null,
): string | null {
  if (suspicion !== null) return suspicion;
  if (flag === null) return "it is not a file that Holdfast wrote";
  if (DEVELOPER_POLICIES.indexOf(flag.policy) < DEVELOPER_POLICIES.indexOf(policy)) {
    return `it was turned on under the policy "${flag.policy}", and the policy is "${policy}" now`;
  }
  if (policy === "secret" && !encrypted) return "it must lie inside the encrypted volume";
  if (policy === "wipe" && (flag.reset === null || flag.reset !== reset)) {
    return "it does not belong to a reset of this device";
  }
  return null;
}
