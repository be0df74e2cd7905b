import { expect, test } from "vitest";
import { decideScheme } from "../../../src/boot-control/decide-scheme.ts";
import type { Finding } from "../../../src/boot-control/scheme.ts";

function finding(scheme: Finding["scheme"], more: Partial<Finding> = {}): Finding {
  return {
    scheme,
    confidence: "strong",
    found: `${scheme} seen`,
    inferred: "",
    disk: null,
    covers: [],
    ...more,
  };
}

test("nothing found: nothing is chosen and nothing asked", () => {
  expect(decideScheme([])).toEqual({ chosen: null, findings: [], question: null });
});

test("one valid store is chosen without a question", () => {
  expect(decideScheme([finding("grubenv")])).toMatchObject({ chosen: { scheme: "grubenv" }, question: null });
});

test("two valid stores are a question that names both and where to answer it", () => {
  const { chosen, question } = decideScheme([finding("uboot-env"), finding("grubenv")]);
  expect(chosen?.scheme).toBe("uboot-env");
  expect(question).toBe(
    "Which keeps the slot state: uboot-env (uboot-env seen) or grubenv (grubenv seen)? Say so in the configuration, as [boot] scheme.",
  );
});

test("the bootloader's own word goes before stores that merely lie there, wherever it stands", () => {
  const found = [finding("grubenv"), finding("systemd-boot", { confidence: "certain" })];
  expect(decideScheme(found)).toMatchObject({ chosen: { scheme: "systemd-boot" }, question: null });
});

test("two words of bootloaders contradict each other: a question", () => {
  const certain = { confidence: "certain" } as const;
  expect(decideScheme([finding("rauc", certain), finding("chromeos-gpt", certain)]).question).not.toBeNull();
});

test("a store that another scheme itself uses is no contradiction", () => {
  const found = [finding("uboot-env"), finding("rauc", { covers: ["uboot-env"] })];
  expect(decideScheme(found)).toMatchObject({ chosen: { scheme: "rauc" }, question: null });
});

test("names alone are a question", () => {
  expect(decideScheme([finding("android-gpt", { confidence: "weak" })]).question).toMatch(
    /^Is the slot state kept as/,
  );
});

test("two disks that show the same are a question, and the first is looked at", () => {
  const found = ["/dev/sda", "/dev/sdb"].map((disk) => finding("chromeos-gpt", { disk }));
  expect(decideScheme(found)).toMatchObject({
    chosen: { disk: "/dev/sda" },
    question:
      "Which disk carries the slots: /dev/sda or /dev/sdb? Say so in the configuration, as [boot] disk.",
  });
});
