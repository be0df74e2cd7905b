import { statfsSync, statSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError } from "../../domain/errors.ts";
import type { ResetLine, ResetPreview, ResetScope } from "../../domain/reset.ts";
import { isDeveloperEntry, isSetting, placeOf } from "../../domain/reset-entries.ts";
import { type ErasureFacts, gradeOf } from "../../domain/reset-grade.ts";
import { refusalsOf } from "../../domain/reset-refusal.ts";
import { resetWarnings } from "../../domain/reset-warnings.ts";
import { ENCRYPTED_DIR, ENCRYPTED_IMAGE, HISTORY_DIR } from "../../domain/state-layout.ts";
import { STATE_FILE_SYSTEMS } from "../../domain/state-tools.ts";
import { isLuks, opensWithoutPassphrase } from "../../linux/luks.ts";
import { mountAt } from "../../linux/mount-table.ts";
import { namesIn } from "../../linux/names.ts";
import { treeSizeBy } from "../../linux/tree-size.ts";
import { findSite, imageIn, type ResetPlace, type ResetSite } from "./site.ts";

/** All sizes of a preview together may take so long; what is not measured by then has none. */
const MEASURE_MS = 3000;
/** Room that must be left for the fresh system when the old one is set aside. */
const GRACE_ROOM = 0.25;

/** What a reset would do, and the site and the facts that it follows from. */
export interface Looked {
  readonly preview: ResetPreview;
  readonly site: ResetSite;
  readonly erasure: ErasureFacts;
  readonly grace: boolean;
}

/** Looks at what a reset of this scope would do. Throws `refused` with every reason why it must not. */
export async function lookAt(place: ResetPlace, scope: ResetScope): Promise<Looked> {
  const site = await findSite(place);
  const refusals = [...refusalsOf(site.facts), ...scopeRefusals(site, scope)];
  if (refusals.length > 0) throw new HoldfastError("refused", `${refusals.join(" ")} Nothing was changed.`);
  const grace = hasGrace(site, scope);
  const erasure = await erasureOf(site, scope, grace);
  const { grade, reason } = gradeOf(erasure);
  const preview: ResetPreview = {
    scope,
    target: site.target,
    lines: await linesOf(site, scope),
    grade,
    gradeReason: reason,
    warnings: warningsOf(site, scope, grace),
  };
  return { preview, site, erasure, grace };
}

/** Why this scope cannot be reset here as things are. */
export function scopeRefusals({ place, mountedAt }: ResetSite, scope: ResetScope): string[] {
  if (place.role === "root") {
    return scope === "all"
      ? []
      : [`An encrypted root can only be reset as a whole: ask for the scope "all".`];
  }
  if (scope !== "settings") return [];
  if (mountedAt === null)
    return [`${place.ref} is not mounted, so its settings cannot be told from the rest.`];
  return isLocked(mountedAt)
    ? ["The encrypted part is locked, so the settings in it cannot be removed. Unlock it first."]
    : [];
}

/** Whether there is an encrypted volume that is not open. */
function isLocked(state: string): boolean {
  return imageIn(state) !== null && mountAt(join(state, ENCRYPTED_DIR)) === null;
}

function hasGrace({ place, mountedAt }: ResetSite, scope: ResetScope): boolean {
  if (!place.grace || mountedAt === null || scope === "all") return false;
  const { blocks, bavail, bsize } = statfsSync(mountedAt);
  const image = place.remakesEncrypted && scope === "data" ? imageIn(mountedAt) : null;
  const anew = image === null ? 0 : statSync(image).size;
  return bavail * bsize >= blocks * bsize * GRACE_ROOM + anew;
}

async function erasureOf(site: ResetSite, scope: ResetScope, grace: boolean): Promise<ErasureFacts> {
  const { place, target, mountedAt, block } = site;
  const volume = volumeOf(site);
  const encrypted = volume !== null && isLuks(volume);
  const beside = place.role === "root" || mountedAt === null ? [] : plainEntries(mountedAt);
  return {
    role: target.role,
    fstype: STATE_FILE_SYSTEMS.find((each) => each === site.facts.content) ?? place.fstype,
    removesOnly: scope === "settings" || grace,
    encrypted,
    emptyPassphrase: encrypted && volume !== null && (await opensWithoutPassphrase(volume)),
    plain: beside.map(placeOf),
    blocks: block.discards ? "plain" : place.overwrite ? "overwritten" : "none",
  };
}

function volumeOf({ place, target, mountedAt }: ResetSite): string | null {
  if (place.role === "root") return target.device;
  return mountedAt === null ? null : imageIn(mountedAt);
}

/** Entries that are bound into the system and not encrypted. */
function plainEntries(state: string): string[] {
  return namesIn(state).filter((name) => !/^\.|^(lost\+found|encrypted|encrypted\.img)$/.test(name));
}

async function linesOf(site: ResetSite, scope: ResetScope): Promise<ResetLine[]> {
  const { place, mountedAt } = site;
  if (place.role === "root" || mountedAt === null) {
    return [{ name: "Everything on the partition", bytes: null, fate: "removed" }];
  }
  const deadline = performance.now() + MEASURE_MS;
  const lines: ResetLine[] = [];
  const add = async (name: string, paths: readonly string[], removed: boolean) => {
    const sizes = await Promise.all(paths.map((path) => treeSizeBy(path, deadline)));
    const bytes = sizes.reduce((sum, size) => (sum === null || size === null ? null : sum + size), 0);
    if (paths.length > 0) lines.push({ name, bytes, fate: removed ? "removed" : "kept" });
  };
  for (const [base, names] of entriesOf(mountedAt)) {
    for (const name of names)
      await add(placeOf(name), [join(base, name)], scope !== "settings" || isSetting(name));
  }
  const own = namesIn(join(mountedAt, HISTORY_DIR)).map((name) => join(mountedAt, HISTORY_DIR, name));
  const isDeveloper = (path: string) => isDeveloperEntry(path.slice(path.lastIndexOf("/") + 1));
  await add("Developer changes", own.filter(isDeveloper), true);
  if (isLocked(mountedAt)) await add("The encrypted part", [join(mountedAt, ENCRYPTED_IMAGE)], true);
  return lines;
}

/** What is bound into the system, beside and inside of the encrypted volume. */
function entriesOf(state: string): [string, string[]][] {
  const inner = join(state, ENCRYPTED_DIR);
  return [
    [state, plainEntries(state)],
    [inner, namesIn(inner).filter((name) => !/^\.|^lost\+found$/.test(name))],
  ];
}

function warningsOf({ place, mountedAt }: ResetSite, scope: ResetScope, grace: boolean): string[] {
  const hasEncrypted = mountedAt !== null && imageIn(mountedAt) !== null;
  return resetWarnings({
    role: place.role,
    scope,
    isRead: mountedAt !== null,
    grace: grace ? "yes" : place.grace && scope !== "all" ? "noRoom" : "no",
    remakesEncrypted: hasEncrypted ? place.remakesEncrypted : null,
  });
}
