import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

it("drops what Node and its libraries would obey, and nothing else", async () => {
  const dropped = ["NODE_OPTIONS", "NODE_DEBUG", "MIMALLOC_VERBOSE", "FORCE_COLOR", "DEV", "CI"];
  const kept = ["HOLDFAST_NODE_X", "DEVICE", "CIPHER", "TERM"];
  for (const name of [...dropped, ...kept]) vi.stubEnv(name, "1");
  vi.resetModules();
  await import("../../../src/linux/clean-environment.ts");
  expect(dropped.filter((name) => name in process.env)).toEqual([]);
  expect(kept.filter((name) => !(name in process.env))).toEqual([]);
});
