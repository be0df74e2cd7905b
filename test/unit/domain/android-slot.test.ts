import { expect, test } from "vitest";
import { androidSlot } from "../../../src/domain/android-slot.ts";
import { parseBootconfig } from "../../../src/domain/bootconfig.ts";
import { parseCommandLine } from "../../../src/domain/command-line.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

const slot = (commandLine: string, bootconfig = "") =>
  androidSlot(parseCommandLine(commandLine), parseBootconfig(bootconfig));

test("an Android bootloader's word on the kernel command line is certain", () => {
  expect(slot("ro androidboot.slot_suffix=_b quiet")).toEqual({ suffix: "_b", certain: true });
  expect(slot("androidboot.slot=a")).toEqual({ suffix: "_a", certain: true });
});

test("so is its word in the bootconfig, with quotes and blanks as the kernel prints them", () => {
  const bootconfig =
    'androidboot.hardware = "qcom"\nandroidboot.slot_suffix = "_a"\nandroidboot.list = "x", "y"\n';
  expect(slot("quiet", bootconfig)).toEqual({ suffix: "_a", certain: true });
});

test("words that contradict each other are not certain", () => {
  expect(slot("androidboot.slot_suffix=_a", 'androidboot.slot_suffix = "_b"')).toEqual({
    suffix: "_a",
    certain: false,
  });
});

test.each([
  "",
  "slot_suffix=_a",
  "androidboot.slot_suffix=",
  "androidboot.slot_suffix=_ab",
  "androidboot.slot=1",
])("no slot is read out of %j", (commandLine) => {
  expect(slot(commandLine, "androidboot.slot_suffix")).toBeNull();
});

fuzz(
  "the bootconfig",
  [Buffer.from('androidboot.slot_suffix = "_a"\nandroidboot.list = "x", "y"\nkey\nkernel.quiet = \n')],
  (bytes) => {
    const found = androidSlot(new Map(), parseBootconfig(bytes.toString("utf8")));
    if (found !== null) expect(found.suffix).toMatch(/^_[a-z]$/);
  },
);
