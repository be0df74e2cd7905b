import { LAYER_MODULES } from "../domain/developer.ts";
import { modulesFor, type StateNeeds, toolsFor } from "../domain/state-tools.ts";
import type { Config } from "./schema.ts";

/** What the configuration asks of an initramfs besides Holdfast itself. */
export interface InitramfsNeeds {
  /** Programs, as they are called. */
  readonly programs: readonly string[];
  /** Kernel modules to load at every boot, as modprobe names them. */
  readonly modules: readonly string[];
  /** Kernel modules that only some boots load. */
  readonly modulesOnDemand: readonly string[];
  /** Files that the configuration names, by their paths. */
  readonly files: readonly string[];
}

/** What the sections [state] and [reset] ask of the initramfs. */
export function stateNeeds({ state, reset }: Config): StateNeeds {
  const own = state.device === undefined ? null : state.fstype;
  const fstype = reset.root === undefined ? own : reset.root_fstype;
  return { fstype, encrypted: state.encrypted !== undefined || reset.root !== undefined };
}

/** An ESP with its code pages, which are named by the kernel's configuration, and the firmware's variables. */
const ESP_MODULES = ["vfat", "nls_cp437", "nls_ascii", "nls_utf8", "efivarfs"];

export function initramfsNeeds(config: Config): InitramfsNeeds {
  // A state partition that discovery finds needs the same as one that is named.
  const needs = { ...stateNeeds(config), fstype: stateNeeds(config).fstype ?? config.state.fstype };
  const fileSystems = config.slot.flatMap(({ fstype }) => fstype ?? []);
  const proved = config.slot.some(({ root_hash }) => root_hash !== undefined);
  return {
    programs: toolsFor(needs).map(({ program }) => program),
    modules: unique(["evdev", ...fileSystems, ...(proved ? ["dm_verity"] : []), ...modulesFor(needs)]),
    // Read-only roots of any slot and boot partitions that discovery finds, and what developer mode and extensions
    // lay over them.
    modulesOnDemand: unique([...LAYER_MODULES, "dm_verity", "dm_crypt", ...ESP_MODULES]),
    files: unique(filesOf(config)),
  };
}

function filesOf(config: Config): string[] {
  const { boot, state, slot, rauc, custom } = config;
  const schemeFiles: Readonly<Record<string, readonly string[]>> = {
    "uboot-env": [config["uboot-env"].fw_env_config],
    rauc: [rauc.system_conf, rauc.fw_env_config],
    custom: custom === undefined ? [] : [custom.script],
  };
  return [
    ...(schemeFiles[boot.scheme] ?? []),
    ...(state.encrypted?.key_file === undefined ? [] : [state.encrypted.key_file]),
    ...slot.flatMap(({ root_hash }) => (root_hash?.startsWith("/") === true ? [root_hash] : [])),
  ];
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}
