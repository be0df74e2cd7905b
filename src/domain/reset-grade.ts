import type { ErasureGrade, ResetTarget } from "./reset.ts";
import type { StateFileSystem } from "./state-tools.ts";

/** What decides how well an erasure erases. */
export interface ErasureFacts {
  readonly role: ResetTarget["role"];
  readonly fstype: StateFileSystem;
  /** Whether entries are only removed or set aside, without a new file system. */
  readonly removesOnly: boolean;
  /** Whether there is a LUKS volume whose keys go: encrypted.img, or the root itself. */
  readonly encrypted: boolean;
  /** Whether that volume opens with an empty passphrase, so that its key was readable by anyone. */
  readonly emptyPassphrase: boolean;
  /** Names of what lies beside the volume unencrypted. */
  readonly plain: readonly string[];
  /** How the device's blocks are erased. */
  readonly blocks: "secure" | "plain" | "overwritten" | "none";
}

/** What the erasure can honestly promise for everything that it removes, and what stands behind it. */
export function gradeOf(facts: ErasureFacts): { readonly grade: ErasureGrade; readonly reason: string } {
  if (facts.removesOnly) {
    return { grade: "deleted", reason: "Files are deleted; special tools may bring parts of them back." };
  }
  const keys = keysOf(facts);
  if (keys.destroyed && facts.plain.length === 0) {
    return { grade: "keys-destroyed", reason: `${keys.reason} Without them the data cannot be read.` };
  }
  const blocks = BLOCKS[facts.blocks];
  const beside = keys.destroyed ? ` ${facts.plain.join(", ")} was not encrypted.` : "";
  return {
    grade: blocks.grade,
    reason: [keys.reason, beside.trim(), blocks.reason].filter(Boolean).join(" "),
  };
}

function keysOf(facts: ErasureFacts): { destroyed: boolean; reason: string } {
  if (!facts.encrypted) return { destroyed: false, reason: "" };
  if (facts.emptyPassphrase) {
    const reason = "The encryption has an empty passphrase, so its key was no secret.";
    return { destroyed: false, reason };
  }
  // Copy-on-write and log-structured file systems write to new blocks: the old ones keep the keys.
  if (facts.role === "state" && facts.fstype !== "ext4") {
    const reason = `The keys are erased, but ${facts.fstype} may keep older copies of them.`;
    return { destroyed: false, reason };
  }
  return { destroyed: true, reason: "The keys of the encrypted data are destroyed." };
}

const BLOCKS: Readonly<Record<ErasureFacts["blocks"], { grade: ErasureGrade; reason: string }>> = {
  secure: { grade: "discarded", reason: "The device is told to erase everything securely." },
  plain: {
    grade: "discarded",
    reason: "The device is told to drop everything; whether it does so at once is up to it.",
  },
  overwritten: { grade: "overwritten", reason: "Everything is overwritten once." },
  none: {
    grade: "deleted",
    reason: "The old data is not overwritten; special tools may bring it back.",
  },
};
