import { afterAll, expect, test } from "vitest";
import { freeMemory } from "../../../src/linux/free-memory.ts";
import { DeviceFiles } from "../../fixtures/device-files.ts";

const files = new DeviceFiles();
afterAll(() => files.clear());

test("what programs can get is what the kernel says is available, not what nobody uses", () => {
  const meminfo = "MemTotal:         245760 kB\nMemFree:            4096 kB\nMemAvailable:      81920 kB";
  const folder = files.make({ proc: { meminfo } });
  expect(freeMemory(`${folder}/proc/meminfo`)).toBe(80 * 1024 * 1024);
});

test("a kernel that does not say is no kernel without memory", () => {
  const folder = files.make({ proc: { meminfo: "MemTotal: 245760 kB" } });
  expect(freeMemory(`${folder}/proc/meminfo`)).toBeNull();
  expect(freeMemory(`${folder}/none`)).toBeNull();
});
