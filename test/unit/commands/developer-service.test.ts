import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DeveloperService } from "../../../src/commands/developer-service.ts";
import type { Device } from "../../../src/commands/device.ts";
import { defaultConfig } from "../../../src/config/load.ts";
import type { DeveloperPolicy } from "../../../src/domain/developer.ts";
import { readDeveloperFlag } from "../../../src/state/developer-flag.ts";
import { DeveloperLayers } from "../../../src/state/developer-layers.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-developer-"));
  mkdirSync(join(root, "state/.holdfast/extensions/tools"), { recursive: true });
  mkdirSync(join(root, "run"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const state = () => join(root, "state");

/** A device with slot a that has the image `key`; nothing of it is real but the state partition's folder. */
function service(policy: DeveloperPolicy, key: string | null = "new", wiped: unknown[] | null = null) {
  const config = { ...defaultConfig(), policy: { shell: false, developer: policy } };
  const place = { id: "a", label: "Slot A", device: null, verity: null };
  const device = {
    ...{ config, places: [place], readOnly: null, booted: null },
    developerFlag: () => readDeveloperFlag(state(), policy),
    imageKey: async () => key,
    describe: async () => ({ fstype: null, entryReason: "It is not real." }),
  } as unknown as Device;
  const options = { config: null, root, disk: null, scheme: null, logLevel: "warn" } as const;
  const wipe = async (chosen: unknown) => {
    wiped?.push(chosen);
    return "wiped";
  };
  return new DeveloperService(options, device, wiped === null ? null : wipe);
}

const turnOn = { kind: "turn-on", features: ["writable-usr"], ephemeral: false, secret: null } as const;

// Developer mode is root's to change.
describe.runIf(process.getuid?.() === 0)("developer mode", () => {
  test("is turned on and off under the policy open, and that is remembered", async () => {
    const developer = service("open");
    expect(await developer.change(turnOn, "ttyS0")).toMatchObject({
      enabled: true,
      features: ["writable-usr"],
    });
    expect(await developer.change({ kind: "turn-off" }, "panel")).toMatchObject({
      enabled: false,
      features: [],
    });
    const history = readFileSync(join(state(), ".holdfast/history.jsonl"), "utf8");
    expect(history).toMatch(/"event":"developer".*is on with writable-usr.*"console":"ttyS0"/);
  });

  test("erases user data under the policy wipe, once that was confirmed", async () => {
    await expect(service("wipe").change(turnOn, null)).rejects.toThrow(/erases all user data/);
    const wiped: unknown[] = [];
    await service("wipe", "new", wiped).change(turnOn, null);
    expect(wiped).toEqual([{ features: ["writable-usr"], ephemeral: false }]);
  });

  test("refuses a feature that cannot be had, and says why", async () => {
    const change = { ...turnOn, features: ["no-verity"] } as const;
    await expect(service("open").change(change, null)).rejects.toThrow(/No system of this device is proved/);
    expect(readDeveloperFlag(state(), "open").flag).toBeNull();
  });

  test("asks what becomes of the layer of an image that was updated, and does it", async () => {
    const layers = new DeveloperLayers(state());
    const { upper } = await layers.prepare("old", "a", statSync(root));
    writeFileSync(join(upper, "marker"), "mine");
    const developer = service("open");
    expect((await developer.state()).baseChanged).toEqual({ slot: "a", key: "old" });
    const aside = await developer.change({ kind: "set-aside-layer", key: "old" }, null);
    expect(aside).toMatchObject({ baseChanged: null, layers: [{ key: "old", setAside: true }] });
    const kept = await developer.change({ kind: "keep-layer", key: "old" }, null);
    expect(kept.layers).toMatchObject([{ key: "new", slot: "a", setAside: false }]);
    expect(readFileSync(join(layers.foldersOf("new").upper, "marker"), "utf8")).toBe("mine");
    expect((await developer.change({ kind: "discard", key: null }, null)).layers).toEqual([]);
  });

  test("knows of no change while the image of the slot cannot be read", async () => {
    await new DeveloperLayers(state()).prepare("old", "a", statSync(root));
    const found = await service("open", null).state();
    expect(found).toMatchObject({ baseChanged: null, layers: [{ key: "old", slot: null }] });
  });
});
