import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { LAYER_MODULES } from "../domain/developer.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Extension } from "../domain/extensions.ts";
import { planBinds } from "../domain/state-binds.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { loadModules } from "../linux/load-modules.ts";
import { listExtensions, questionAbout } from "../roots/extensions.ts";
import { withTree } from "../roots/look.ts";
import { resolveInside } from "../roots/resolve.ts";
import { readStateDirectories } from "../state/binds.ts";
import { readLeftOut, writeLeftOut } from "../state/extensions-left-out.ts";
import { isBooting } from "./boot-state.ts";
import { DEVELOPER_FOLDERS } from "./developer-root.ts";
import type { Device } from "./device.ts";
import { LayerChanges } from "./layer-changes.ts";
import { type GlobalOptions, runDirOf, stateDirOf } from "./options.ts";

/** The extensions that the slots of a device find, and which of them are left out. */
export class SlotExtensions {
  readonly #options: GlobalOptions;
  readonly #device: Device;

  constructor(options: GlobalOptions, device: Device) {
    this.#options = options;
    this.#device = device;
  }

  /** Those that a slot finds at its next start. */
  async list(slot: string): Promise<readonly Extension[]> {
    const state = stateDirOf(this.#options);
    const binds = state === null ? [] : planBinds(readStateDirectories(state)).binds;
    const leftOut = readLeftOut(state);
    const workDir = runDirOf(this.#options);
    // The running system has its binds, and more in /run than a look at its image tells.
    if (this.#runs(slot)) {
      return listExtensions(questionAbout({ tree: this.#options.root, state, binds: [] }, leftOut, workDir));
    }
    await loadLayerModules(this.#options);
    return this.#look(slot, (tree) =>
      listExtensions(questionAbout({ tree, state, binds }, leftOut, workDir)),
    );
  }

  /** Leaves one out of the next starts, or takes it in again; answers those of the slot. */
  async leaveOut(
    slot: string,
    extension: Extension,
    out: boolean,
    from: string,
  ): Promise<readonly Extension[]> {
    const changes = new LayerChanges(this.#options, this.#device);
    await writeLeftOut(changes.begin(), extension, out);
    await changes.remember(
      `${extension.name} is ${out ? "left out of" : "taken into"} the next starts.`,
      from,
    );
    return this.list(slot);
  }

  /** Whether there is a developer extension on the state partition or in a slot's image. */
  async hasDeveloper(state: string): Promise<boolean> {
    if (hasEntries(join(state, HISTORY_DIR, "extensions"))) return true;
    for (const { id } of this.#device.places) {
      const shipped = (tree: string) => resolveInside(tree, DEVELOPER_FOLDERS[0]) !== null;
      if (await this.#look(id, shipped).catch(() => false)) return true;
    }
    return false;
  }

  #runs(slot: string): boolean {
    return !isBooting(this.#options) && this.#device.booted?.slot === slot && this.#device.booted.certain;
  }

  /** Shows `use` the root of a slot. */
  async #look<T>(slot: string, use: (tree: string) => T): Promise<T> {
    const { fstype, entryReason } = await this.#device.describe(slot);
    const place = this.#device.places.find(({ id }) => id === slot);
    if (place === undefined || place.device === null || fstype === null) {
      throw new HoldfastError(
        "refused",
        `${place?.label ?? slot} cannot be looked into. ${entryReason ?? ""}`,
      );
    }
    const folder = join(runDirOf(this.#options), "roots", slot);
    return withTree({ ...place, device: place.device, fstype, folder }, use);
  }
}

/** Loads what layers take, which the initramfs does for nobody else; the running system has its own ways to it. */
export async function loadLayerModules(options: GlobalOptions): Promise<void> {
  if (isBooting(options)) await loadModules(LAYER_MODULES);
}

function hasEntries(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}
