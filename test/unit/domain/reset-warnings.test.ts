import { expect, test } from "vitest";
import { resetWarnings, type WarningFacts } from "../../../src/domain/reset-warnings.ts";
import { translated } from "../../../src/menu/device-words.ts";
import { speaking } from "../../../src/menu/texts.ts";

const facts: WarningFacts = {
  role: "state",
  scope: "all",
  isRead: true,
  grace: "no",
  remakesEncrypted: null,
};
const ANEW = "A new, empty encrypted part is made with the device's own key.";
const LOST = "No new encrypted part is made here: that takes a passphrase or a key in the TPM.";

test.each<[string, Partial<WarningFacts>, readonly string[]]>([
  ["of nothing where all goes and nothing is encrypted", {}, []],
  ["that the encrypted part is made anew by the device's own key", { remakesEncrypted: true }, [ANEW]],
  ["that one with a passphrase or TPM key only is not", { remakesEncrypted: false }, [LOST]],
  ["of nothing encrypted where only settings go", { scope: "settings", remakesEncrypted: false }, []],
  [
    "of what stays and what is erased later",
    { scope: "data", grace: "yes", remakesEncrypted: false },
    [
      "What is removed is erased once the fresh system has started well.",
      LOST,
      "The language stays, and how the menu looks.",
    ],
  ],
  [
    "of too little room",
    { scope: "settings", grace: "noRoom" },
    ["There is too little room to set anything aside: what is removed is erased at once."],
  ],
  [
    "of what is not known",
    { isRead: false },
    ["The partition could not be read, so it is not known what is on it."],
  ],
  ["of no such thing for an encrypted root", { role: "root", isRead: false }, []],
])("warns %s, in every language", (_, change, expected) => {
  const warnings = resetWarnings({ ...facts, ...change });
  expect(warnings).toEqual(expected);
  for (const locale of ["de", "ar"] as const) {
    expect(speaking(locale, () => warnings.map(translated))).not.toContain(null);
  }
});
