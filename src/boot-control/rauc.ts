import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RaucConfig } from "../config/schemes.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { HoldfastError, whyUnreadable } from "../domain/errors.ts";
import type { Counting } from "../domain/slot.ts";
import { EFIVARS } from "../linux/efivars-folder.ts";
import type { BootControl } from "./boot-control.ts";
import { openCustom } from "./custom.ts";
import { openGrubEnv } from "./grubenv.ts";
import { RaucNoop } from "./rauc-noop.ts";
import { bootedByRauc, namedSlots } from "./rauc-order.ts";
import { parseRaucSystem, type RaucSlot, type RaucSystem } from "./rauc-system.ts";
import { openUbootEnv } from "./uboot-env.ts";
import { VariableControl } from "./variable-control.ts";

export interface RaucOptions {
  /** Slot ids in table order; null takes the slots of system.conf. */
  readonly slots: readonly string[] | null;
  readonly counting: Counting;
  readonly booted: string | null;
  /** Sysroot that files are looked up in; "/" when missing. */
  readonly root?: string | undefined;
}

export interface OpenedRauc {
  readonly control: BootControl;
  readonly system: RaucSystem;
}

/** RAUC's configuration at `path`; throws `badConfig` when it cannot be read or understood. */
export async function readRaucSystem(path: string): Promise<RaucSystem> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new HoldfastError("badConfig", `${path} cannot be read: ${whyUnreadable(cause)}`, { cause });
  }
  return parseRaucSystem(text, path);
}

/** Opens the store that RAUC itself uses, by what its configuration says; writes nothing. */
export async function openRauc(config: RaucConfig, options: RaucOptions): Promise<OpenedRauc> {
  const { counting, booted, root = "/" } = options;
  const system = await readRaucSystem(join(root, config.system_conf));
  const bootnames = bootnamesOf(system, config, options.slots);
  const slots = Object.keys(bootnames);
  const common = { slots, counting, booted, root, scheme: "rauc" } as const;
  return { control: await openStore(system, config, { ...common, bootnames }), system };
}

interface Common {
  readonly slots: readonly string[];
  readonly bootnames: Readonly<Record<string, string>>;
  readonly counting: Counting;
  readonly booted: string | null;
  readonly root: string;
  readonly scheme: "rauc";
}

function openStore(system: RaucSystem, config: RaucConfig, common: Common): Promise<BootControl> {
  const { bootnames } = common;
  const options = { ...common, freshTries: system.attempts };
  switch (system.bootloader) {
    case "uboot": {
      const keys = { fw_env_config: config.fw_env_config, style: "rauc", flags: "auto" } as const;
      const tries = { primary_tries: system.attemptsPrimary };
      return openUbootEnv({ ...keys, ...tries, bootnames, slot_variables: {} }, options);
    }
    case "grub":
      return openGrubEnv({ grubenv: system.grubenv, style: "rauc", bootnames, entries: {} }, options);
    case "custom": {
      const script = backendOf(system, common.root);
      return openCustom({ script, protocol: "rauc", timeout_ms: 5000, bootnames }, options);
    }
    case "barebox":
      return openBarebox(system, config, common);
    case "efi":
      return openEfi(system, common);
    case "noop":
      return Promise.resolve(new RaucNoop(common.slots, options));
  }
}

async function openBarebox(system: RaucSystem, config: RaucConfig, common: Common): Promise<BootControl> {
  const { BareboxStore } = await import("./barebox-store.ts");
  const { RaucBareboxStyle } = await import("./rauc-barebox-style.ts");
  const store = new BareboxStore({ tool: config.barebox_state, root: common.root, ...system.barebox });
  const style = new RaucBareboxStyle(namedSlots(common.slots, common.bootnames), system);
  return new VariableControl(store, style, common);
}

async function openEfi(system: RaucSystem, common: Common): Promise<BootControl> {
  const { RaucEfi } = await import("./rauc-efi.ts");
  const slots = namedSlots(common.slots, common.bootnames);
  return new RaucEfi(await bootVariables(common.root), { ...common, slots, freshTries: system.attempts });
}

async function bootVariables(root: string) {
  const { EfiVariables, GLOBAL_VENDOR } = await import("../linux/efivars.ts");
  return new EfiVariables(join(root, EFIVARS), GLOBAL_VENDOR);
}

/**
 * The slot that runs, by the bootloader's own word: rauc.slot=, barebox's bootchooser.active=, or the firmware's
 * BootCurrent. Null where there is none.
 */
export async function bootedSlot(
  { bootloader }: RaucSystem,
  slots: readonly RaucSlot[],
  { commandLine, root }: { commandLine: string; root: string },
): Promise<string | null> {
  const named = bootedByRauc(commandLine, slots)?.slot;
  if (named !== undefined) return named;
  const called = (name: string | undefined) => slots.find(({ bootname }) => bootname === name)?.id ?? null;
  if (bootloader === "barebox") {
    const words = parseCommandLine(commandLine);
    return called(words.get("bootchooser.active") ?? words.get("bootstate.active"));
  }
  if (bootloader !== "efi") return null;
  const { readBootOptions } = await import("./boot-options.ts");
  const { options, current } = readBootOptions(await bootVariables(root));
  return called(options.find(({ number }) => number === current)?.description);
}

function backendOf({ backend }: RaucSystem, root: string): string {
  if (backend === null) {
    throw new HoldfastError(
      "badConfig",
      "bootloader-custom-backend is missing in [handlers] of RAUC's system.conf",
    );
  }
  return join(root, backend);
}

/** Slot ids in table order with RAUC's names for them. */
function bootnamesOf(
  system: RaucSystem,
  { bootnames, system_conf }: RaucConfig,
  ids: readonly string[] | null,
): Readonly<Record<string, string>> {
  if (ids === null) return Object.fromEntries(system.slots.map(({ id, bootname }) => [id, bootname]));
  const known = system.slots.map(({ bootname }) => bootname);
  return Object.fromEntries(
    ids.map((id) => {
      const wanted = bootnames[id];
      const found = known.find((name) =>
        wanted === undefined ? name.toLowerCase() === id : name === wanted,
      );
      if (found !== undefined) return [id, found];
      const what = `slot ${id}: no slot of ${system_conf} has the bootname ${wanted ?? id}`;
      throw new HoldfastError("badConfig", `${what}; there are ${known.join(", ")}`);
    }),
  );
}
