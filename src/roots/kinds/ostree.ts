import { join } from "node:path";
import { compareRpm } from "../../bytes/rpm-order.ts";
import {
  type Always,
  isoDate,
  type Running,
  ranLast,
  type System,
  type SystemHealth,
  type SystemKernel,
} from "../../domain/system.ts";
import { resolveInside } from "../resolve.ts";
import type { Kind, Place } from "./kind.ts";
import { makeKind, onceOf, type Ways } from "./made-kind.ts";
import { composefsOf } from "./ostree-composefs.ts";
import { type Content, finalizeFailure, isStaged, readCommit, readContent } from "./ostree-content.ts";
import {
  type Deployment,
  type DeploymentPlace,
  deploymentNamed,
  readDeployments,
} from "./ostree-deployments.ts";
import { INIT, kernelFiles, openRoot } from "./ostree-open.ts";
import { attempt, isPlainFolder, kernelOf } from "./tree.ts";

/** OSTree deployments, read without the ostree program from what it leaves on the disk. */
export const ostree: Kind = makeKind({
  name: "ostree",
  noun: "OSTree deployment",
  find: readDeployments,
  tree: ({ root }, { place }) => (place === null ? null : join(root.tree, place.path)),
  packages: ({ root: { tree } }, { place }) => {
    const packages = place === null ? null : attempt(() => readCommit(tree, place.commit).packages);
    return packages === null ? null : { source: "rpm", packages, order: compareRpm };
  },
  named: deploymentNamed,
  describe,
  enter: openRoot,
  kernel: kernelFiles,
});

function describe(place: Place, found: Deployment, all: readonly Deployment[], running: Running): System {
  const { tree } = place.root;
  const { id, entry } = found;
  const kernel: SystemKernel =
    found.place === null
      ? { releases: [], isRunning: null }
      : kernelOf(`${tree}/${found.place.path}`, running);
  const { commit, origin, os, warnings } = readContent(place, found);
  const staged = found.place !== null && entry === null && isStaged(running.root, found.place);
  const problem = problemOf(found, origin);
  const ways: Ways = {
    problem,
    inPlaceProblem: () =>
      found.place === null ? null : inPlaceProblem(tree, found.place, entry?.content.options ?? ""),
    kernel,
    ownKernel: () => kernelFiles(place, found),
    noKernel: "Its own kernel is not there either.",
  };
  return {
    kind: "ostree",
    id,
    title: os?.get("PRETTY_NAME") ?? entry?.content.title ?? null,
    version: commit?.version ?? os?.get("IMAGE_VERSION") ?? os?.get("VERSION_ID") ?? null,
    date: isoDate(commit?.time ?? null),
    kernel,
    health: healthOf(found),
    flags: {
      default: isDefault(found, all),
      lastRun: ranLast(id, running),
      pinned: origin === null ? null : origin.get("libostree-transient")?.get("pinned") === "true",
      staged,
      incomplete: problem !== null || (entry === null && !staged),
      identicalTo: identicalTo(found, all),
    },
    once: onceOf(ways, running),
    always: staged ? { command: null, reason: STAGED } : alwaysOf(found),
    warnings: [...warnings, ...entryWarnings(place, found, all, staged)],
  };
}

const STAGED = "It becomes the default when the running system shuts down.";

/** What keeps a deployment from being whole, as a sentence: OSTree writes the origin last. */
function problemOf({ place }: Deployment, origin: Content["origin"]): string | null {
  if (place === null) return "There is nothing that it could start.";
  return origin === null ? "Without its origin file nobody knows that it is whole." : null;
}

/** The first that has tries left; nobody knows where two entries claim the same place. */
function isDefault(found: Deployment, all: readonly Deployment[]): boolean | null {
  const startable = all.filter(({ entry }) => entry !== null && entry.name.counter?.left !== 0);
  const [first] = startable;
  if (first === undefined) return found.entry === null ? false : null;
  const claims = startable.filter(({ entry }) => entry?.order === first.entry?.order);
  if (first.entry?.order != null && claims.length === 1) return found === first;
  return claims.includes(found) ? null : false;
}

function identicalTo({ id, place }: Deployment, all: readonly Deployment[]): readonly string[] {
  if (place === null) return [];
  const same = all.filter((each) => each.place?.commit === place.commit && each.id !== id);
  return [...new Set(same.map((each) => each.id))];
}

function healthOf({ place, entry, id }: Deployment): SystemHealth {
  const { left: triesLeft = null, done: triesDone = null } = entry?.name.counter ?? {};
  if (place === null) {
    const evidence = [`The boot entry ${id.replace(/^entry:/, "")} leads to no deployment that is there.`];
    return { state: "bad", triesLeft, triesDone, evidence };
  }
  // Without a counter nothing tells a confirmed deployment from one that was never counted.
  if (triesLeft === null) return { state: "unknown", triesLeft, triesDone, evidence: [] };
  const state = triesLeft === 0 ? "bad" : "trying";
  return { state, triesLeft, triesDone, evidence: [`Its boot entry is ${entry?.file}.`] };
}

/** What keeps a deployment from being mounted by us, as a sentence; null when nothing does. */
function inPlaceProblem(tree: string, { path, stateroot }: DeploymentPlace, options: string): string | null {
  const system = join(tree, path);
  const composefs = composefsOf(system, options);
  if (composefs !== null && composefs.problem !== null) return composefs.problem;
  if (composefs !== null && !isPlainFolder(system, "etc")) return "It has no directory /etc.";
  if (resolveInside(system, INIT) === null) return `It has no init at ${INIT}.`;
  const missing = ["sysroot", "usr", "var"].find((name) => !isPlainFolder(system, name));
  if (missing !== undefined) return `It has no directory /${missing}.`;
  const data = `ostree/deploy/${stateroot}/var`;
  return isPlainFolder(tree, data) ? null : `There is no directory /${data}, where its data would be.`;
}

function alwaysOf({ index, place, entry }: Deployment): Always {
  if (place === null || entry === null) return { command: null, reason: "No boot entry starts it." };
  if (index === 0) return { command: null, reason: "It is the first of the boot entries." };
  const reason = "Only OSTree itself changes the order of its boot entries.";
  return { command: `ostree admin set-default ${index}`, reason };
}

function entryWarnings(
  place: Place,
  found: Deployment,
  all: readonly Deployment[],
  staged: boolean,
): string[] {
  const { entry } = found;
  if (staged) return [STAGED];
  if (entry === null) return ["No boot entry starts it."];
  const twins = all.filter((each) => each.entry?.order === entry.order);
  const failure = found.index === 0 ? finalizeFailure(place) : null;
  return [
    ...(entry.order === null ? [`Its boot entry ${entry.file} has no version that is a number.`] : []),
    ...(entry.order !== null && twins.length > 1
      ? [
          `${twins.length} boot entries have the version ${entry.order}: which of them is first is not certain.`,
        ]
      : []),
    ...(kernelFiles(place, found) === null ? [`Its kernel ${entry.content.image ?? ""} is missing.`] : []),
    ...(failure === null ? [] : [`The last update could not be finished: ${failure}.`]),
  ];
}
