import { expect, test } from "vitest";
import { bootServices } from "../../../src/commands/boot-services.ts";
import type { Device } from "../../../src/commands/device.ts";
import { defaultConfig } from "../../../src/config/load.ts";
import { deviceOf } from "../menu/device.ts";

test("a repair answers what was done, on whose word, and the status after it", async () => {
  const asked: (string | undefined)[] = [];
  const device: Partial<Device> = {
    config: defaultConfig(),
    async repair(console) {
      asked.push(console);
      return ["/dev/vda: the backup GPT was written from the other copy"];
    },
    status: async () => deviceOf({ default: "b" }),
  };
  const services = bootServices(device as Device, { root: "/nonexistent", commandLine: "" });
  const { done, status } = await services.repair("ttyS0");
  expect([asked, done.length, status.default]).toEqual([["ttyS0"], 1, "b"]);
  expect(await services.restartTargets()).toEqual([{ target: "system", evidence: null }]);
});
