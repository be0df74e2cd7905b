import { readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LAYER_MODULES } from "../domain/developer.ts";
import { messageOf } from "../domain/errors.ts";
import { maskSteps, noMergeSteps } from "../domain/extensions-masks.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { loadModules } from "../linux/load-modules.ts";
import { listExtensions, questionAbout } from "../roots/extensions.ts";
import { carryOut } from "../roots/mount-steps.ts";
import { resolveInside } from "../roots/resolve.ts";
import { DeveloperLayers } from "../state/developer-layers.ts";
import { readLeftOut } from "../state/extensions-left-out.ts";
import { DeveloperRoot, type EnteredRoot } from "./developer-root.ts";

/**
 * Lays over the root what developer mode asks for, or takes extensions away, for this boot. Answers what could not be
 * had, as sentences: each part that fails is taken back, and the boot goes on without it.
 */
export async function enterLayers(root: EnteredRoot): Promise<string[]> {
  const { layers, state, sysroot } = root;
  const notes: string[] = [];
  const part = async (what: string, run: () => Promise<void> | void) => {
    try {
      await run();
    } catch (error) {
      notes.push(`${what}: ${messageOf(error)}`);
    }
  };
  if (state !== null) await part("Discarded changes could not be removed", () => finishDiscards(state));
  await part("A link of a former writable /usr could not be removed", () => removeOwnLink(sysroot));
  const leftOut = readLeftOut(state);
  const leavesOut = leftOut.sysext.length + leftOut.confext.length > 0;
  if (!layers.safe && layers.developer === null && !leavesOut) return notes;
  await loadModules(LAYER_MODULES);
  // What /state is bound to is there already.
  const question = questionAbout({ tree: sysroot, state, binds: [] }, leftOut, root.runDir);
  const found = listExtensions(question);
  const out = found.filter((each) => layers.safe || each.leftOut);
  if (layers.safe) await part("Extensions may still be merged", () => carryOut(noMergeSteps()));
  await part("Extensions could not be left out", () => {
    const etcFolder = resolveInside(sysroot, "/etc/extensions") ?? join(sysroot, "etc/extensions");
    carryOut(maskSteps(found, out, etcFolder));
  });
  if (layers.safe || layers.developer === null) return notes;
  const merged = found.filter(({ kind, active }) => kind === "sysext" && active).length;
  const developer = new DeveloperRoot(root, question, merged);
  if (layers.developer.features.includes("dev-extension")) {
    await part("The developer extension is not there in this boot", () => {
      notes.push(...developer.addExtensions());
    });
  }
  if (layers.developer.features.includes("shell")) {
    await part("No shell is opened on the consoles", () => developer.openShells(root.consoles));
  }
  await part("/usr is not writable in this boot", async () => {
    notes.push(...(await developer.openUsr()));
  });
  return notes;
}

/** What a boot may spend on removing files that nobody waits for, in milliseconds. */
const DISCARD_MS = 2000;

function finishDiscards(state: string): void {
  new DeveloperLayers(state).finishDiscards(DISCARD_MS);
}

/** A link that is left over would make systemd-sysext write to a layer that is mounted besides, or off. */
function removeOwnLink(sysroot: string): void {
  const link = resolveInside(sysroot, "/var/lib/extensions.mutable");
  if (link === null) return;
  const path = join(link, "usr");
  try {
    if (readlinkSync(path).startsWith(`/state/${HISTORY_DIR}/`)) rmSync(path);
  } catch {
    // Not a link, or none: somebody else's.
  }
}
