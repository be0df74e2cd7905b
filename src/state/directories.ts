import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { StateDirectory } from "../domain/state-binds.ts";
import { ENCRYPTED_DIR } from "../domain/state-layout.ts";

/** The directories of the state partition that is mounted at `state`, those of its encrypted part included. */
export function readStateDirectories(state: string): StateDirectory[] {
  return [...directoriesIn(state, false), ...directoriesIn(join(state, ENCRYPTED_DIR), true)];
}

function directoriesIn(folder: string, encrypted: boolean): StateDirectory[] {
  try {
    const found = readdirSync(folder, { withFileTypes: true, encoding: "buffer" });
    return found.filter((each) => each.isDirectory()).map(({ name }) => ({ name, encrypted }));
  } catch {
    // There need be no encrypted part, and it need not be open.
    return [];
  }
}
