import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import type { StoredLayer } from "../domain/developer-layers.ts";
import { HoldfastError } from "../domain/errors.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { syncPath, writeDurably } from "../linux/durable.ts";
import { treeSize } from "../linux/tree-size.ts";

const LAYERS = "layers";
/** Beginnings of names of what is no layer in use; images' keys never begin with a dot. */
const ASIDE = ".aside-";
const DISCARDED = ".discarded-";
const UNFINISHED = ".new-";

const layerFile = () => z.object({ version: z.literal(1), slot: z.nullable(z.string()) });

/** The two folders that an overlay needs besides what lies under it. */
export interface LayerFolders {
  readonly upper: string;
  readonly work: string;
}

/**
 * The writable layers of /usr on the state partition that is mounted at `state`: one folder for each image, by its
 * key. Each change is one rename, so that a power loss leaves the old or the new.
 */
export class DeveloperLayers {
  readonly #folder: string;

  constructor(state: string) {
    this.#folder = join(state, HISTORY_DIR, LAYERS);
  }

  /** Below it lie the layers. */
  get folder(): string {
    return this.#folder;
  }

  /** Every layer, those that were set aside too. With `measure` its size is counted, which takes its time. */
  list({ measure }: { measure: boolean }): StoredLayer[] {
    return this.#names().flatMap((name) => {
      const setAside = name.startsWith(ASIDE);
      if (name.startsWith(".") && !setAside) return [];
      const path = join(this.#folder, name);
      const key = setAside ? name.slice(ASIDE.length) : name;
      return [{ key, setAside, slot: slotOf(path), bytes: measure ? treeSize(path) : null }];
    });
  }

  /** Where the layer of an image lies. */
  foldersOf(key: string): LayerFolders {
    return foldersIn(join(this.#folder, key));
  }

  /**
   * Has a layer ready for an image, an empty one when there is none. `lower` is the folder that it will cover:
   * the upper one gets its mode and owner.
   */
  async prepare(key: string, slot: string, lower: Stats): Promise<LayerFolders> {
    const path = join(this.#folder, key);
    if (!this.#names().includes(key)) {
      const unfinished = join(this.#folder, `${UNFINISHED}${key}`);
      await rm(unfinished, { recursive: true, force: true });
      const { upper, work } = foldersIn(unfinished);
      for (const folder of [upper, work]) mkdirSync(folder, { recursive: true });
      chownSync(upper, lower.uid, lower.gid);
      chmodSync(upper, lower.mode & 0o7777);
      await writeDurably(join(unfinished, "layer.json"), `${JSON.stringify({ version: 1, slot })}\n`);
      this.#rename(`${UNFINISHED}${key}`, key);
    }
    return foldersIn(path);
  }

  /**
   * Takes a layer, or all of them, out of use for good; answers the bytes that this frees. It is gone at once and
   * removed bit by bit: what a power loss leaves of it is removed by `finishDiscards`. While one of them is
   * mounted (`inUse`) the files stay until the next start.
   */
  discard(key: string | null, inUse: boolean): number {
    const chosen = this.#names().filter((name) => {
      const own = name.startsWith(ASIDE) ? name.slice(ASIDE.length) : name;
      return !own.startsWith(".") && (key === null || own === key);
    });
    if (key !== null && chosen.length === 0) throw unknownLayer(key);
    const bytes = chosen.map((name) => treeSize(join(this.#folder, name)) ?? 0);
    for (const name of chosen) this.#rename(name, this.#free(`${DISCARDED}${name.replace(/^\./, "")}`));
    if (!inUse) this.finishDiscards(Number.POSITIVE_INFINITY);
    return bytes.reduce((sum, each) => sum + each, 0);
  }

  /** Removes what discarded and unfinished layers left behind, for so many milliseconds; the rest stays for later. */
  finishDiscards(milliseconds: number): void {
    const deadline = performance.now() + milliseconds;
    for (const name of this.#names()) {
      if (name.startsWith(DISCARDED) || name.startsWith(UNFINISHED))
        removeTree(join(this.#folder, name), deadline);
    }
  }

  /** Keeps a layer without using it. */
  setAside(key: string): void {
    if (!this.#names().includes(key)) throw unknownLayer(key);
    this.#rename(key, this.#free(`${ASIDE}${key}`));
  }

  /**
   * Uses a layer with the image `newKey`: one that was set aside again, or one of an image that was updated. A start
   * may have made an empty one for that image meanwhile, which gives way.
   * @throws HoldfastError `refused` when that image has a layer of its own with something in it.
   */
  keep(key: string, newKey: string): void {
    const name = [key, `${ASIDE}${key}`].find((each) => this.#names().includes(each));
    if (name === undefined) throw unknownLayer(key);
    if (name === newKey) return;
    if (this.#names().includes(newKey)) {
      if (this.#isEmpty(newKey)) this.#rename(newKey, this.#free(`${DISCARDED}${newKey}`));
      else
        throw new HoldfastError("refused", "The new system has a writable layer of its own already.", {
          next: "Discard that one first.",
        });
    }
    this.#rename(name, newKey);
  }

  #isEmpty(key: string): boolean {
    return readdirSync(this.foldersOf(key).upper).length === 0;
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder, { withFileTypes: true })
        .filter((each) => each.isDirectory())
        .map(({ name }) => name)
        .sort();
    } catch {
      // No layer was ever made.
      return [];
    }
  }

  /** A name that is not taken. */
  #free(name: string): string {
    const names = this.#names();
    if (!names.includes(name)) return name;
    let number = 2;
    while (names.includes(`${name}.${number}`)) number += 1;
    return `${name}.${number}`;
  }

  #rename(from: string, to: string): void {
    renameSync(join(this.#folder, from), join(this.#folder, to));
    syncPath(this.#folder);
  }
}

/** Removes a tree from its leaves up; false when the time was over first. */
function removeTree(path: string, deadline: number): boolean {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (performance.now() > deadline) return false;
    const below = join(path, entry.name);
    if (!entry.isDirectory()) unlinkSync(below);
    else if (!removeTree(below, deadline)) return false;
  }
  rmdirSync(path);
  return true;
}

function foldersIn(path: string): LayerFolders {
  return { upper: join(path, "usr"), work: join(path, ".work-usr") };
}

function slotOf(path: string): string | null {
  try {
    return z.parse(layerFile(), JSON.parse(readFileSync(join(path, "layer.json"), "utf8"))).slot;
  } catch {
    return null;
  }
}

function unknownLayer(key: string): HoldfastError {
  return new HoldfastError("usage", `There is no writable layer "${key}".`);
}
