import type { ResetScope, ResetTarget } from "./reset.ts";
import { keptFiles } from "./reset-entries.ts";

/** What decides what people are warned of before a reset. */
export interface WarningFacts {
  readonly role: ResetTarget["role"];
  readonly scope: ResetScope;
  /** Whether it is known what is on the partition. */
  readonly isRead: boolean;
  /** Whether what goes is set aside first; `noRoom` where it should be and cannot. */
  readonly grace: "yes" | "no" | "noRoom";
  /** Whether the encrypted part is made anew with a key that the device has by itself; null where there is none. */
  readonly remakesEncrypted: boolean | null;
}

/** Sentences that stand in the preview of a reset, each with its translation in the locales. */
export function resetWarnings({ role, scope, isRead, grace, remakesEncrypted }: WarningFacts): string[] {
  const warnings: string[] = [];
  if (role === "state" && !isRead) {
    warnings.push("The partition could not be read, so it is not known what is on it.");
  }
  if (grace === "yes") warnings.push("What is removed is erased once the fresh system has started well.");
  if (grace === "noRoom") {
    warnings.push("There is too little room to set anything aside: what is removed is erased at once.");
  }
  if (scope !== "settings" && remakesEncrypted !== null) {
    warnings.push(
      remakesEncrypted
        ? "A new, empty encrypted part is made with the device's own key."
        : "No new encrypted part is made here: that takes a passphrase or a key in the TPM.",
    );
  }
  if (role === "state" && keptFiles(scope).includes("display.json")) {
    warnings.push("The language stays, and how the menu looks.");
  }
  return warnings;
}
