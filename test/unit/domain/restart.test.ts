import { expect, test } from "vitest";
import { type RestartFacts, restartWays } from "../../../src/domain/restart.ts";

const NOTHING: RestartFacts = { modes: [], firmwareSetup: false, message: false, recoveryPartition: false };
const targets = (facts: Partial<RestartFacts>) =>
  restartWays({ ...NOTHING, ...facts }).map(({ target, by }) => `${target} by ${by}`);
const mode = (word: string) => ({ word, node: "/reboot-mode" });

test("a device that shows nothing restarts into its system only", () => {
  expect(restartWays(NOTHING)).toEqual([{ target: "system", by: "plain", evidence: null }]);
});

test("the firmware's setup is offered where the firmware says that it takes the wish", () => {
  expect(targets({ firmwareSetup: true })).toEqual(["system by plain", "firmware by efi"]);
});

test("words of the kernel's driver are matched exactly, and name the node that knows them", () => {
  const modes = ["normal", "bootloader", "recovery", "loader", "edl", "recovery-mode"].map(mode);
  expect(targets({ modes })).toEqual([
    "system by plain",
    "bootloader by reboot-mode",
    "recovery by reboot-mode",
    "edl by reboot-mode",
  ]);
  expect(restartWays({ ...NOTHING, modes: [mode("recovery")] })[1]).toMatchObject({
    word: "recovery",
    evidence: "mode-recovery of /reboot-mode",
  });
  expect(targets({ modes: [mode("loader")] })).toEqual(["system by plain"]);
});

test("the bootloader's message leads to bootloader and recovery, to fastboot only with a recovery of its own", () => {
  expect(targets({ message: true })).toEqual([
    "system by plain",
    "bootloader by message",
    "recovery by message",
  ]);
  expect(targets({ message: true, recoveryPartition: true })).toContain("fastboot by message");
  expect(targets({ recoveryPartition: true })).toEqual(["system by plain"]);
});

test("a word for the kernel goes before a message: it leaves nothing behind", () => {
  expect(targets({ message: true, modes: [mode("recovery")] })).toContain("recovery by reboot-mode");
});
