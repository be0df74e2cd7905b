import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RaucConfig } from "../config/schemes.ts";
import { HoldfastError, whyUnreadable } from "../domain/errors.ts";
import type { Counting } from "../domain/slot.ts";
import type { BootControl } from "./boot-control.ts";
import { openCustom } from "./custom.ts";
import { openGrubEnv } from "./grubenv.ts";
import { parseRaucSystem, type RaucSystem } from "./rauc-system.ts";
import { openUbootEnv } from "./uboot-env.ts";

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
    default:
      throw unsupported(system.bootloader);
  }
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

function unsupported(bootloader: string): HoldfastError {
  const next = {
    barebox: "its state is laid out in the device tree; a script around barebox-state can be used as custom",
    efi: "a script around efibootmgr can be used as custom",
  }[bootloader];
  return new HoldfastError("badConfig", `RAUC's bootloader=${bootloader} is not supported yet`, {
    next: next ?? "RAUC keeps no slot state with it; choose another scheme",
  });
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
