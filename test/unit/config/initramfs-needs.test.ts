import { expect, test } from "vitest";
import { initramfsNeeds } from "../../../src/config/initramfs-needs.ts";
import { defaultConfig } from "../../../src/config/load.ts";

test("an initramfs can mount the ESP that a boot entry is renamed on, and write the firmware's variables", () => {
  const { modules, modulesOnDemand } = initramfsNeeds(defaultConfig());
  expect(modulesOnDemand).toEqual(expect.arrayContaining(["vfat", "nls_cp437", "nls_ascii", "efivarfs"]));
  // Most boots mount no ESP.
  expect(modules).not.toContain("vfat");
});
