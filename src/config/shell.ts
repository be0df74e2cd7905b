import { initramfsNeeds } from "./initramfs-needs.ts";
import type { Config, SlotConfig } from "./schema.ts";

/** Linux input event codes of the keys that can ask for the menu (linux/input-event-codes.h). */
const KEYS = {
  "volume-down": { code: 114, name: "KEY_VOLUMEDOWN" },
  "volume-up": { code: 115, name: "KEY_VOLUMEUP" },
  power: { code: 116, name: "KEY_POWER" },
} as const;

/**
 * The part of the configuration that probe and supervisor need without Node, as shell assignments: the file
 * config.env of an initramfs. Every name begins with `hf_`; slots are numbered from 1 in table order.
 */
export function shellConfig(config: Config): string {
  const key = KEYS[config.menu.key];
  const values: Record<string, string | number> = {
    hf_key: config.menu.key,
    hf_key_code: key.code,
    hf_key_name: key.name,
    hf_key_window_ms: config.menu.key_window_ms,
    hf_panel: config.console.panel ? 1 : 0,
    // Only the kernel's framebuffer takes a frame from a shell.
    hf_framebuffer: config.console.framebuffer === "auto" ? "/dev/fb0" : config.console.framebuffer,
    hf_shell: config.policy.shell ? 1 : 0,
    hf_signature: config.policy.signature,
    hf_init: config.boot.init,
    hf_ordinary: config.boot.ordinary,
    hf_message: config["android-misc"].partition,
    hf_message_offset: config["android-misc"].offset,
    hf_state_device: config.state.device ?? "",
    hf_reset_device: config.reset.root ?? config.state.device ?? "",
    hf_slot_count: config.slot.length,
  };
  config.slot.forEach((slot, index) => {
    Object.assign(values, slotValues(slot, `hf_slot_${index + 1}`));
  });
  return assignments(values);
}

/**
 * What the hooks of initramfs generators need of the configuration at build time, as shell assignments: lists of
 * words, and of files one a line.
 */
export function shellNeeds(config: Config): string {
  const { programs, modules, modulesOnDemand, files } = initramfsNeeds(config);
  return assignments({
    hf_programs: programs.join(" "),
    hf_modules: modules.join(" "),
    hf_modules_on_demand: modulesOnDemand.join(" "),
    hf_files: files.join("\n"),
  });
}

function assignments(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quoted(String(value))}\n`)
    .join("");
}

function slotValues(slot: SlotConfig, prefix: string): Record<string, string> {
  return {
    [`${prefix}_id`]: slot.id,
    [`${prefix}_root`]: slot.root,
    [`${prefix}_store`]: slot.store ?? slot.root,
    [`${prefix}_fstype`]: slot.fstype ?? "",
    [`${prefix}_options`]: slot.options,
    [`${prefix}_base`]: slot.base ?? "",
    [`${prefix}_hash`]: slot.root_hash ?? "",
    [`${prefix}_tree`]: slot.verity ?? "",
  };
}

/** A value for a POSIX shell, whatever is in it. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
