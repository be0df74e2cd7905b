import { readFileSync } from "node:fs";
import {
  DEVELOPER_FEATURES,
  type DeveloperChange,
  type DeveloperFeature,
  type DeveloperState,
} from "../domain/developer.ts";
import type { DeveloperFlag } from "../domain/developer-flag.ts";
import { changedBase, placeLayers, type SlotImage } from "../domain/developer-layers.ts";
import { HoldfastError } from "../domain/errors.ts";
import { isUpperMounted } from "../roots/overlay.ts";
import { removeDeveloperFlag, writeDeveloperFlag } from "../state/developer-flag.ts";
import { DeveloperLayers } from "../state/developer-layers.ts";
import { checkSecret } from "../state/developer-secret.ts";
import { isEncryptedOpen } from "../state/encrypted.ts";
import { UnlockTries } from "../state/unlock-tries.ts";
import { isBooting } from "./boot-state.ts";
import { DEVELOPER_FOLDERS } from "./developer-root.ts";
import type { Device } from "./device.ts";
import { LayerChanges, NO_STATE } from "./layer-changes.ts";
import { type GlobalOptions, stateDirOf } from "./options.ts";
import { loadLayerModules, SlotExtensions } from "./slot-extensions.ts";

/** Erases user data and turns developer mode on with it; answers what was done, as a sentence. */
export type Wipe = (chosen: Pick<DeveloperFlag, "features" | "ephemeral">) => Promise<string>;

/** Developer mode and the writable layers of a device, for the menu and the command line. */
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
    const changes = new LayerChanges(this.#options, this.#device);
    const done = await this.#apply(changes.begin(), change);
    await changes.remember(done, from);
    return done;
  }

  async #apply(state: string, change: DeveloperChange): Promise<string> {
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
      ["writable-usr", (await this.#lacksOverlay()) ? NO_OVERLAY : null],
      [
        "dev-extension",
        (await new SlotExtensions(this.#options, this.#device).hasDeveloper(state)) ? null : NO_EXTENSION,
      ],
      ["no-verity", this.#device.places.some(({ verity }) => verity !== null) ? null : NO_VERITY],
    ];
    return Object.fromEntries(found.filter(([, why]) => why !== null));
  }

  async #lacksOverlay(): Promise<boolean> {
    if (!isBooting(this.#options) || knowsOverlay()) return false;
    await loadLayerModules(this.#options);
    return !knowsOverlay();
  }
}

const NO_OVERLAY = "This kernel has no overlay file system here.";
const NO_EXTENSION = `There is no developer extension in ${DEVELOPER_FOLDERS.join(" or ")}.`;
const NO_VERITY = "No system of this device is proved by dm-verity.";
const WIPE_FIRST = "Turning developer mode on erases all user data.";
const CONFIRM = "Add --yes to have it erased at the next start, or turn it on in the boot menu.";

function knowsOverlay(): boolean {
  return readFileSync("/proc/filesystems", "utf8").split(/\s/).includes("overlay");
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
