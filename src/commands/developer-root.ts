import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { shellSteps } from "../domain/developer-shell.ts";
import { MUTABLE_SYSEXT, type UsrWay, usrWay } from "../domain/developer-usr.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Extension } from "../domain/extensions.ts";
import type { MountStep } from "../domain/mount-plan.ts";
import type { Layers } from "../domain/plan.ts";
import { HISTORY_DIR, STATE } from "../domain/state-layout.ts";
import { mountAt } from "../linux/mount-table.ts";
import { type ExtensionQuestion, extensionsIn, pathBeforeStart } from "../roots/extensions.ts";
import { carryOut } from "../roots/mount-steps.ts";
import { resolveInside } from "../roots/resolve.ts";
import { DeveloperLayers } from "../state/developer-layers.ts";

/** The root that is entered, mounted with all that belongs to it. */
export interface EnteredRoot {
  readonly slot: string;
  readonly sysroot: string;
  /** Where the state partition is mounted now; null when there is none that lasts. */
  readonly state: string | null;
  readonly runDir: string;
  readonly layers: Layers;
  /** Serial consoles, as names below /dev. */
  readonly consoles: readonly string[];
}

/** Where developer extensions lie: shipped with the image, and those of this device. Paths of the running system. */
export const DEVELOPER_FOLDERS = [
  "/usr/lib/holdfast/extensions",
  `/state/${HISTORY_DIR}/extensions`,
] as const;
const UNITS = "/run/systemd/system";
const SYSEXT_UNIT = "/usr/lib/systemd/system/systemd-sysext.service";
const FORMER =
  "The changes to /usr that were made for a former system of this slot are kept, but not used: the boot menu asks what becomes of them.";
/** Memory that an ephemeral layer may take. */
const EPHEMERAL_OPTIONS = "mode=0700,size=50%";

/** Developer mode, laid over one root. */
export class DeveloperRoot {
  readonly #root: EnteredRoot;
  readonly #question: ExtensionQuestion;
  /** System extensions that systemd merges at this start. */
  #merged: number;
  /** Extensions that Holdfast lays over /usr itself, where no systemd does: their trees. */
  readonly #trees: string[] = [];

  constructor(root: EnteredRoot, question: ExtensionQuestion, merged: number) {
    this.#root = root;
    this.#question = question;
    this.#merged = merged;
  }

  /**
   * Has the developer extensions merged that are made for this system: by systemd-sysext through /run/extensions, or
   * by `openUsr` where there is no systemd. Answers sentences about those that are not.
   * @throws HoldfastError `refused` when there is none.
   */
  addExtensions(): string[] {
    const found = extensionsIn("sysext", DEVELOPER_FOLDERS, this.#question);
    const wanted = found.filter(({ matches, leftOut }) => matches && !leftOut);
    if (wanted.length === 0) {
      const why = found.map(({ path, mismatch }) => `${path}: ${mismatch ?? "It is left out."}`);
      throw new HoldfastError(
        "refused",
        why.join(" ") || `There is none in ${DEVELOPER_FOLDERS.join(" or ")}.`,
      );
    }
    if (this.#question.systemd === null) this.#mountTrees(wanted);
    else this.#bind(wanted);
    return found.flatMap(({ path, mismatch }) =>
      mismatch === null ? [] : [`The developer extension ${path} is not used. ${mismatch}`],
    );
  }

  /**
   * Has systemd open a shell on the serial consoles and on USB.
   * @throws HoldfastError `refused` where there is no systemd.
   */
  openShells(consoles: readonly string[]): void {
    if (this.#question.systemd === null) {
      throw new HoldfastError("refused", "This system has no systemd that would open it.");
    }
    carryOut(shellSteps(consoles));
  }

  /** Mounts and not links: systemd-sysext 252 does not follow links that lie in its folders. */
  #bind(extensions: readonly Extension[]): void {
    const binds = extensions.map(({ name, path, format }): MountStep => {
      const target = `/run/extensions/${name}${format === "image" ? ".raw" : ""}`;
      return { kind: "bind", source: this.#real(path), target };
    });
    const start: MountStep = {
      kind: "link",
      path: `${UNITS}/sysinit.target.wants/systemd-sysext.service`,
      target: SYSEXT_UNIT,
    };
    carryOut(this.#question.starts.sysext ? binds : [...binds, start]);
    this.#merged += extensions.length;
  }

  /** Where a path of the coming system lies now. */
  #real(path: string): string {
    return pathBeforeStart(this.#question.view, path) ?? path;
  }

  #mountTrees(extensions: readonly Extension[]): void {
    for (const { name, path, format } of extensions) {
      const real = this.#real(path);
      const target = join(this.#root.runDir, "extensions", name);
      if (format === "image") carryOut([{ kind: "mount-image", image: real, target }]);
      this.#trees.push(format === "image" ? target : real);
    }
  }

  /**
   * Makes /usr writable as the features ask, and lays over it what no systemd merges. Answers what a person should
   * know of it.
   * @throws HoldfastError when /usr stays as it is.
   */
  async openUsr(): Promise<string[]> {
    const { developer } = this.#root.layers;
    const over = this.#trees.map((tree) => join(tree, "usr")).filter((usr) => existsSync(usr));
    if (developer === null || !developer.features.includes("writable-usr")) {
      if (over.length > 0) carryOut([this.#overlay(over, null)]);
      return [];
    }
    const way = this.#way(developer.ephemeral);
    if (way.by === "nobody") throw new HoldfastError("refused", way.reason);
    try {
      if (way.by === "systemd-sysext") await this.#openThroughSystemd(developer.ephemeral);
      else await this.#openByOverlay(over, developer.ephemeral);
    } catch (error) {
      if (over.length > 0) carryOut([this.#overlay(over, null)]);
      throw error;
    }
    const former = developer.ephemeral ? [] : this.#formerLayers();
    return [...(way.warning === null ? [] : [way.warning]), ...former];
  }

  /** An update of the slot must not lose the changes to its former image silently. */
  #formerLayers(): string[] {
    const { state, slot, layers } = this.#root;
    const stored = state === null ? [] : new DeveloperLayers(state).list({ measure: false });
    const isFormer = stored.some((each) => each.slot === slot && !each.setAside && each.key !== layers.image);
    return isFormer ? [FORMER] : [];
  }

  #way(ephemeral: boolean): UsrWay {
    const usr = mountAt(this.#usr()) ?? mountAt(this.#root.sysroot);
    return usrWay({
      depth: usr?.fstype === "overlay" ? 1 : 0,
      systemd: this.#question.systemd,
      extensions: this.#merged,
      canLink: this.#canLink(),
      ephemeral,
    });
  }

  async #openByOverlay(over: readonly string[], ephemeral: boolean): Promise<void> {
    if (!ephemeral) {
      carryOut([this.#overlay(over, await this.#prepared())]);
      return;
    }
    const target = join(this.#root.runDir, "layer");
    const [upper, work] = [join(target, "usr"), join(target, "work")];
    carryOut([
      {
        kind: "mount",
        device: "tmpfs",
        target,
        fstype: "tmpfs",
        options: EPHEMERAL_OPTIONS,
        access: "writable",
      },
      { kind: "folder", path: upper, like: this.#usr() },
      { kind: "folder", path: work },
      this.#overlay(over, { upper, work }),
    ]);
  }

  async #openThroughSystemd(ephemeral: boolean): Promise<void> {
    const mode = ephemeral ? "ephemeral" : "auto";
    const told: MountStep = {
      kind: "file",
      path: `${UNITS}/systemd-sysext.service.d/50-holdfast.conf`,
      text: `[Service]\nEnvironment=SYSTEMD_SYSEXT_MUTABLE_MODE=${mode}\n`,
    };
    const folder = this.#mutableFolder();
    if (ephemeral || folder === null) return carryOut([told]);
    await this.#prepared();
    // As the running system sees it.
    const target = join(STATE, HISTORY_DIR, "layers", this.#root.layers.image ?? "", "usr");
    carryOut([told, { kind: "link", path: join(folder, "usr"), target }]);
  }

  async #prepared(): Promise<{ upper: string; work: string }> {
    const { state, slot, layers } = this.#root;
    if (state === null) throw new HoldfastError("refused", "There is no state partition that could keep it.");
    if (layers.image === null) {
      throw new HoldfastError(
        "refused",
        "Nothing tells this image from others, so no layer can belong to it.",
      );
    }
    return new DeveloperLayers(state).prepare(layers.image, slot, statSync(this.#usr()));
  }

  #overlay(over: readonly string[], writable: { upper: string; work: string } | null): MountStep {
    return { kind: "overlay", target: this.#usr(), over, writable };
  }

  #usr(): string {
    return join(this.#root.sysroot, "usr");
  }

  /** Asked only where it matters: it leaves a folder behind. */
  #canLink(): boolean {
    const mutable = (this.#question.systemd ?? 0) >= MUTABLE_SYSEXT;
    return mutable && this.#hasState() && this.#mutableFolder() !== null;
  }

  #hasState(): boolean {
    return resolveInside(this.#root.sysroot, "/state") !== null;
  }

  /** Where systemd-sysext looks for what is written; null where it cannot be made. */
  #mutableFolder(): string | null {
    const parent = resolveInside(this.#root.sysroot, "/var/lib");
    if (parent === null) return null;
    const folder = join(parent, "extensions.mutable");
    try {
      carryOut([{ kind: "folder", path: folder }]);
      return folder;
    } catch {
      return null;
    }
  }
}
