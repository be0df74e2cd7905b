import { join } from "node:path";
import type { SlotPlace } from "../boot-control/slot-place.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { RootMount } from "../domain/plan.ts";
import { kernelRelease, usesModules } from "../linux/kernel.ts";
import { lookFolder } from "../linux/look-folder.ts";
import { blocked, type RootDescription } from "../roots/partition.ts";
import { type Parts, placeOf } from "./device-parts.ts";
import { runDirOf } from "./options.ts";

/** The roots of a device's slots. They do not change while a menu is open, and looking inside means a mount. */
export class SlotRoots {
  /** Folder for mounts of ours. */
  readonly workDir: string;
  readonly #parts: Parts;
  readonly #descriptions = new Map<string, Promise<RootDescription>>();

  constructor(parts: Parts) {
    this.#parts = parts;
    this.workDir = join(lookFolder(runDirOf(parts.options)), "roots");
  }

  /** How the root of a slot can be entered. */
  describe(slot: string): Promise<RootDescription> {
    const place = placeOf(this.#parts.places, slot);
    const key = `${slot} ${this.#enforcesVerity ? "proved" : "unproved"}`;
    const known = this.#descriptions.get(key);
    if (known !== undefined) return known;
    const why = this.#parts.failed.get(slot);
    if (why !== undefined) return Promise.resolve(blocked(why));
    const description = this.#describe(place);
    this.#descriptions.set(key, description);
    return description;
  }

  async #describe(place: SlotPlace): Promise<RootDescription> {
    const { config, bootedByBootloader } = this.#parts;
    const verity = this.#verityOf(place);
    const description = await this.#parts.describe(
      { ...place, verity },
      {
        kernel: kernelRelease(),
        usesModules: usesModules(),
        init: config.boot.init,
        ownKernel: place.id === bootedByBootloader,
        workDir: this.workDir,
      },
    );
    const choice = config.slot.find(({ id }) => id === place.id)?.kernel ?? place.kernel;
    const { device, base } = place;
    const { entry, fstype } = description;
    if (entry !== "reboot" || choice === undefined || device === null || fstype === null) return description;
    const { withOwnKernel } = await import("./own-kernel.ts");
    const image = { device, fstype, verity, isUsr: base !== null };
    return withOwnKernel(description, choice, image, this.workDir);
  }

  /** The image that a slot runs, as its writable layer is keyed; null where that is not known. */
  async imageKey(slot: string): Promise<string | null> {
    const { device, verity } = placeOf(this.#parts.places, slot);
    const { fstype, os } = await this.describe(slot);
    if (device === null || fstype === null) return null;
    const { keyOfImage } = await import("../roots/image-key.ts");
    return keyOfImage({ device, fstype, rootHash: verity?.rootHash ?? null, version: os?.version ?? null });
  }

  /** What is mounted to enter the root of a slot; throws `refused` where it cannot be entered from here. */
  async mountOf(slot: string): Promise<RootMount> {
    const place = placeOf(this.#parts.places, slot);
    const { entry, entryReason, fstype, baseFstype } = await this.describe(slot);
    const { device, options, base } = place;
    if (entry !== "switch-root" || device === null || fstype === null) {
      const next = `Make it the next start (holdfast select ${slot}) and reboot.`;
      throw new HoldfastError("refused", `${place.label} cannot be entered from here. ${entryReason ?? ""}`, {
        ...(entry === "reboot" ? { next } : {}),
      });
    }
    const image = { device, fstype, options, verity: this.#verityOf(place) };
    const { init } = this.#parts.config.boot;
    if (base === null || baseFstype === null) return { ...image, init, usr: null };
    return { device: base.device, fstype: baseFstype, options: base.options, verity: null, init, usr: image };
  }

  #verityOf({ verity }: SlotPlace): SlotPlace["verity"] {
    return this.#enforcesVerity ? verity : null;
  }

  /** Asked each time: a person may turn developer mode on in the menu, and start a slot with it. */
  get #enforcesVerity(): boolean {
    return this.#parts.developerFlag().flag?.features.includes("no-verity") !== true;
  }
}
