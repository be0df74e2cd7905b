import { readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { type EnvLocation, parseFwEnvConfig } from "../bytes/fw-env-config.ts";
import type { EnvFlagRule } from "../bytes/uboot-env.ts";
import type { UbootEnvConfig } from "../config/schemes.ts";
import { HoldfastError, whyUnreadable } from "../domain/errors.ts";
import { writeDurably } from "../linux/durable.ts";
import { diskOrBootPartitionAt } from "../linux/emmc-boot.ts";
import { withLockFiles } from "../linux/lock-file.ts";
import { BootcountStyle } from "./bootcount-style.ts";
import { namedSlots } from "./rauc-order.ts";
import { RaucUbootStyle } from "./rauc-uboot-style.ts";
import { type EnvCopy, UbootEnvStore } from "./uboot-env-store.ts";
import { VariableControl, type VariableOpenOptions } from "./variable-control.ts";
import type { VariableStyle } from "./variable-style.ts";

/** Opens U-Boot's environment as a store of slot state; reads fw_env.config, and writes nothing. */
export async function openUbootEnv(
  config: UbootEnvConfig,
  options: VariableOpenOptions,
): Promise<VariableControl> {
  const store = await openEnvStore(config, options.root ?? "/");
  const { scheme = "uboot-env", counting, booted } = options;
  return new VariableControl(store, styleOf(config, options), { scheme, counting, booted });
}

function styleOf(config: UbootEnvConfig, { slots, freshTries }: VariableOpenOptions): VariableStyle {
  if (config.style === "bootcount") {
    const chosenBy = slots.map((id) => ({ id, variables: config.slot_variables[id] ?? {} }));
    return new BootcountStyle(chosenBy, freshTries);
  }
  return new RaucUbootStyle(namedSlots(slots, config.bootnames), {
    attempts: freshTries,
    attemptsPrimary: config.primary_tries ?? freshTries,
  });
}

/** The store that fw_env.config below `root` names; a file is looked up there too, a device is not. */
export async function openEnvStore(
  config: Pick<UbootEnvConfig, "fw_env_config" | "flags">,
  root = "/",
): Promise<UbootEnvStore> {
  const file = join(root, config.fw_env_config);
  const locations = parseFwEnvConfig(await textOf(file), file);
  const copies = await Promise.all(locations.map((location) => copyOf(location, root, locations.length)));
  const found = await ruleOf(locations);
  const rule = config.flags === "auto" ? found : config.flags;
  return new UbootEnvStore({ copies, rule, withLock: (use) => withLockFiles(locksIn(root), use) });
}

/** Lock files of U-Boot's own fw_setenv and of libubootenv's. */
function locksIn(root: string): string[] {
  return [join(root, "run/fw_printenv.lock"), join(root, "run/lock/fw_printenv.lock")];
}

/** Raw flash memory; its block device /dev/mtdblockN is one like any other. */
const FLASH = /^\/dev\/mtd\d+$/;

async function ruleOf(locations: readonly EnvLocation[]): Promise<EnvFlagRule> {
  if (locations.some(({ device }) => /^\/dev\/mtdblock\d/.test(device))) return "boolean";
  const flash = locations.filter(({ device }) => FLASH.test(device));
  if (flash.length === 0) return "incremental";
  const { flashRule } = await import("./flash-env.ts");
  return flashRule(flash);
}

async function copyOf(location: EnvLocation, root: string, copies: number): Promise<EnvCopy> {
  const { device, offset, size } = location;
  if (FLASH.test(device)) {
    const { flashCopy } = await import("./flash-env.ts");
    return flashCopy(location);
  }
  checkDevice(device);
  const path = device.startsWith("/dev/") ? device : join(root, device);
  const whole = copies === 1 && offset === 0 && (await sizeOfFile(path)) === size;
  return {
    name: path,
    open: diskOrBootPartitionAt(path),
    offset,
    size,
    replace: whole ? async (bytes) => writeDurably(await realpath(path), bytes) : null,
  };
}

function checkDevice(device: string): void {
  if (!/^\/dev\/ubi/.test(device)) return;
  throw new HoldfastError("refused", `${device} is a UBI volume, which Holdfast cannot write`, {
    next: "a script around fw_printenv and fw_setenv can be used as custom",
  });
}

/** Null when it is no regular file. */
async function sizeOfFile(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new HoldfastError("badConfig", `${file} cannot be read: ${whyUnreadable(cause)}`, {
      next: "name the file in the configuration, as fw_env_config",
      cause,
    });
  }
}
