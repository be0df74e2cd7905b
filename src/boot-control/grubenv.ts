import { join } from "node:path";
import {
  decodeGrubEnv,
  editGrubEnv,
  encodeGrubEnv,
  GRUBENV_SIZE,
  type GrubEnv,
  grubVariables,
} from "../bytes/grubenv.ts";
import type { GrubEnvConfig } from "../config/schemes.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type DiskOpener, diskAt, withDisk } from "../linux/disk.ts";
import { GreenbootStyle } from "./greenboot-style.ts";
import { RaucGrubStyle } from "./rauc-grub-style.ts";
import { namedSlots } from "./rauc-order.ts";
import { VariableControl, type VariableOpenOptions } from "./variable-control.ts";
import {
  changedOnly,
  type Edits,
  type VariableStore,
  type VariableStyle,
  type Variables,
} from "./variable-style.ts";

/** Opens GRUB's environment block as a store of slot state; nothing is read or written yet. */
export async function openGrubEnv(
  config: GrubEnvConfig,
  options: VariableOpenOptions,
): Promise<VariableControl> {
  const path = join(options.root ?? "/", config.grubenv);
  const { scheme = "grubenv", counting, booted } = options;
  const store = new GrubEnvStore(diskAt(path), path);
  return new VariableControl(store, styleOf(config, options), { scheme, counting, booted });
}

function styleOf(config: GrubEnvConfig, { slots, freshTries }: VariableOpenOptions): VariableStyle {
  if (config.style === "rauc") {
    return new RaucGrubStyle(namedSlots(slots, config.bootnames));
  }
  const entries = slots.map((id, index) => ({ id, entry: config.entries[id] ?? `${index}` }));
  return new GreenbootStyle(entries, freshTries);
}

/**
 * The block in its file, written in place as GRUB does itself: the file keeps its disk blocks, which GRUB's
 * save_env needs, and is never empty in between as with grub-editenv. A link is followed, never replaced.
 */
export class GrubEnvStore implements VariableStore {
  readonly #open: DiskOpener;
  readonly #name: string;

  constructor(open: DiskOpener, name: string) {
    this.#open = open;
    this.#name = name;
  }

  async read(): Promise<{ variables: Variables | null; problems: readonly string[] }> {
    try {
      return { variables: grubVariables(await this.#load()), problems: [] };
    } catch (error) {
      if (error instanceof HoldfastError) return { variables: null, problems: [error.message] };
      throw error;
    }
  }

  async update(edit: (variables: Variables) => Edits): Promise<void> {
    const before = await this.#load();
    const variables = grubVariables(before);
    const edits = changedOnly(variables, edit(variables));
    if (edits.size === 0) return;
    const bytes = encodeGrubEnv(editGrubEnv(before, edits), this.#name);
    await withDisk(this.#open, "write", async (disk) => {
      await disk.write(0, bytes);
      await disk.flush();
    });
    if (!encodeGrubEnv(await this.#load(), this.#name).equals(bytes)) {
      throw new HoldfastError("notReadBack", `${this.#name} does not hold what was written`, {
        next: "the disk may be failing or write-protected",
      });
    }
  }

  #load(): Promise<GrubEnv> {
    return withDisk(this.#open, "read", async (disk) => {
      // A block device that carries the block itself is longer; a file has to have just this size.
      const size = disk.isDevice ? GRUBENV_SIZE : Math.min(disk.size, GRUBENV_SIZE + 1);
      return decodeGrubEnv(await disk.read(0, size), this.#name);
    });
  }
}
