import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DEVELOPER_FEATURES,
  type DeveloperChange,
  type DeveloperFeature,
  type DeveloperState,
} from "../domain/developer.ts";
import type { DeveloperFlag } from "../domain/developer-flag.ts";
import { changedBase, placeLayers, type SlotImage } from "../domain/developer-layers.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Extension } from "../domain/extensions.ts";
import { planBinds } from "../domain/state-binds.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { listExtensions, questionAbout } from "../roots/extensions.ts";
import { withTree } from "../roots/look.ts";
import { isUpperMounted } from "../roots/overlay.ts";
import { resolveInside } from "../roots/resolve.ts";
import { readStateDirectories } from "../state/binds.ts";
import { removeDeveloperFlag, writeDeveloperFlag } from "../state/developer-flag.ts";
import { DeveloperLayers } from "../state/developer-layers.ts";
import { checkSecret } from "../state/developer-secret.ts";
import { isEncryptedOpen } from "../state/encrypted.ts";
import { readLeftOut, writeLeftOut } from "../state/extensions-left-out.ts";
import { History } from "../state/history.ts";
import { UnlockTries } from "../state/unlock-tries.ts";
import { historyDirOf, isBooting } from "./boot-state.ts";
import { DEVELOPER_FOLDERS } from "./developer-root.ts";
import type { Device } from "./device.ts";
import { type GlobalOptions, runDirOf, stateDirOf } from "./options.ts";

/** Erases user data and turns developer mode on with it; answers what was done, as a sentence. */
export type Wipe = (chosen: Pick<DeveloperFlag, "features" | "ephemeral">) => Promise<string>;

/** Developer mode, writable layers and extensions of a device, for the menu and the command line. */
export class DeveloperService {
  readonly #options: GlobalOptions;
  readonly #device: Device;
  readonly #wipe: Wipe | null;

  /** `wipe` is null where nobody confirmed that user data is erased. */
  constructor(options: GlobalOptions, device: Device, wipe: Wipe | null) {
    this.#options = options;
    this.#device = device;
    this.#wipe = wipe;
  }

  async state({ measure = true }: { measure?: boolean } = {}): Promise<DeveloperState> {
    const { flag } = this.#device.developerFlag();
    const state = stateDirOf(this.#options);
    const stored = state === null ? [] : new DeveloperLayers(state).list({ measure });
    const images = await this.#images();
    return {
      enabled: flag !== null,
      features: flag?.features ?? [],
      ephemeral: flag?.ephemeral ?? false,
      policy: this.#device.config.policy.developer,
      layers: placeLayers(stored, images),
      baseChanged: changedBase(stored, images),
      unavailable: await this.#unavailable(state),
      retryIn: state === null ? 0 : new UnlockTries(state).wait,
    };
  }

  /** Does what a person asks, and answers the state after it; `from` is the console. */
  async change(change: DeveloperChange, from: string | null): Promise<DeveloperState> {
    await this.apply(change, from);
    return this.state();
  }

  /** The same for a command: answers what was done, as a sentence. */
  async apply(change: DeveloperChange, from: string | null): Promise<string> {
    this.#refuseReadOnly();
    const done = await this.#apply(change);
    await this.#remember(done, from);
    return done;
  }

  async #apply(change: DeveloperChange): Promise<string> {
    const state = this.#state();
    const layers = new DeveloperLayers(state);
    switch (change.kind) {
      case "turn-on":
        return this.#turnOn(state, change);
      case "turn-off":
        await removeDeveloperFlag(state);
        return "Developer mode was turned off. Its changes to /usr are kept, but not used.";
      case "discard": {
        const bytes = layers.discard(change.key, isUpperMounted(layers.folder));
        return `Changes to /usr were discarded; this frees ${mebibytes(bytes)}.`;
      }
      case "keep-layer":
        layers.keep(change.key, await this.#newKeyOf(layers, change.key));
        return "The changes to /usr of the former system are used with the new one.";
      case "set-aside-layer":
        layers.setAside(change.key);
        return "The changes to /usr of the former system were set aside.";
    }
  }

  /** The extensions that a slot finds at its next start. */
  async extensions(slot: string): Promise<readonly Extension[]> {
    const state = stateDirOf(this.#options);
    const binds = state === null ? [] : planBinds(readStateDirectories(state)).binds;
    const leftOut = readLeftOut(state);
    const workDir = runDirOf(this.#options);
    // The running system has its binds, and more in /run than a look at its image tells.
    if (this.#runs(slot)) {
      return listExtensions(questionAbout({ tree: this.#options.root, state, binds: [] }, leftOut, workDir));
    }
    return this.#look(slot, (tree) =>
      listExtensions(questionAbout({ tree, state, binds }, leftOut, workDir)),
    );
  }

  /** Leaves an extension out of the next starts, or takes it in again; answers those of the slot. */
  async leaveOut(
    slot: string,
    extension: Extension,
    out: boolean,
    from: string,
  ): Promise<readonly Extension[]> {
    this.#refuseReadOnly();
    await writeLeftOut(this.#state(), extension, out);
    await this.#remember(`${extension.name} is ${out ? "left out of" : "taken into"} the next starts.`, from);
    return this.extensions(slot);
  }

  #refuseReadOnly(): void {
    if (process.getuid?.() !== 0) {
      throw new HoldfastError("refused", "Only root can change developer mode and extensions.", {
        next: "Run it as root.",
      });
    }
    const { readOnly } = this.#device;
    if (readOnly !== null) throw new HoldfastError("refused", `Nothing was changed: ${readOnly.text}`);
  }

  async #remember(what: string, from: string | null): Promise<void> {
    await new History(historyDirOf(this.#options)).recordDone("developer", what, from);
  }

  #state(): string {
    const state = stateDirOf(this.#options);
    if (state !== null) return state;
    throw new HoldfastError("refused", NO_STATE);
  }

  async #turnOn(
    state: string,
    { features, ephemeral, secret }: Extract<DeveloperChange, { kind: "turn-on" }>,
  ): Promise<string> {
    if (features.length === 0) throw new HoldfastError("usage", "No feature of developer mode was chosen.");
    const unavailable = await this.#unavailable(state);
    for (const feature of features) {
      const why = unavailable[feature];
      if (why !== undefined) throw new HoldfastError("refused", `${feature} cannot be had. ${why}`);
    }
    const done = `Developer mode is on with ${features.join(", ")}.`;
    const { flag } = this.#device.developerFlag();
    const { developer: policy } = this.#device.config.policy;
    if (flag !== null) {
      // What it costs was paid when it was turned on.
      await writeDeveloperFlag(state, { ...flag, features, ephemeral });
    } else if (policy === "wipe") {
      if (this.#wipe === null) throw new HoldfastError("refused", WIPE_FIRST, { next: CONFIRM });
      return this.#wipe({ features, ephemeral });
    } else {
      if (policy === "secret") await this.#checkSecret(state, secret);
      await writeDeveloperFlag(state, { features, ephemeral, policy, reset: null });
    }
    return done;
  }

  async #checkSecret(state: string, secret: string | null): Promise<void> {
    await checkSecret(state, secret);
    if (isEncryptedOpen(state)) return;
    throw new HoldfastError("refused", "The encrypted data is locked, so nothing can be kept in it.", {
      next: "Unlock it first.",
    });
  }

  /** The key of the image that a layer is to be used with. */
  async #newKeyOf(layers: DeveloperLayers, key: string): Promise<string> {
    const images = await this.#images();
    if (images.some((image) => image.key === key)) return key;
    const stored = layers.list({ measure: false }).find((each) => each.key === key);
    const image = images.find(({ slot }) => slot === stored?.slot);
    if (image?.key != null) return image.key;
    throw new HoldfastError(
      "refused",
      "The system that this layer belongs to is not on this device any more.",
    );
  }

  async #images(): Promise<SlotImage[]> {
    const images: SlotImage[] = [];
    for (const { id } of this.#device.places) {
      images.push({ slot: id, key: await this.#device.imageKey(id).catch(() => null) });
    }
    return images;
  }

  async #unavailable(state: string | null): Promise<Partial<Record<DeveloperFeature, string>>> {
    if (state === null) return Object.fromEntries(DEVELOPER_FEATURES.map((feature) => [feature, NO_STATE]));
    const found: [DeveloperFeature, string | null][] = [
      ["writable-usr", isBooting(this.#options) && !knowsOverlay() ? NO_OVERLAY : null],
      ["dev-extension", (await this.#hasDeveloperExtension(state)) ? null : NO_EXTENSION],
      ["no-verity", this.#device.places.some(({ verity }) => verity !== null) ? null : NO_VERITY],
    ];
    return Object.fromEntries(found.filter(([, why]) => why !== null));
  }

  async #hasDeveloperExtension(state: string): Promise<boolean> {
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

const NO_STATE = "There is no state partition that could keep it.";
const NO_OVERLAY = "This kernel has no overlay file system here.";
const NO_EXTENSION = `There is no developer extension in ${DEVELOPER_FOLDERS.join(" or ")}.`;
const NO_VERITY = "No system of this device is proved by dm-verity.";
const WIPE_FIRST = "Turning developer mode on erases all user data.";
const CONFIRM = "Add --yes to have it erased at the next start, or turn it on in the boot menu.";

function knowsOverlay(): boolean {
  return readFileSync("/proc/filesystems", "utf8").split(/\s/).includes("overlay");
}

function hasEntries(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length > 0;
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
