import { join } from "node:path";
import { HoldfastError } from "../../domain/errors.ts";
import type { MountStep } from "../../domain/mount-plan.ts";
import { type OwnKernel, RUN_DIR } from "../../domain/plan.ts";
import { resolveInside } from "../resolve.ts";
import type { Place, SwitchRoot } from "./kind.ts";
import { composefsOf, IMAGE } from "./ostree-composefs.ts";
import type { Deployment, DeploymentPlace } from "./ostree-deployments.ts";
import { isPlainFolder } from "./tree.ts";

/** Where the file system with all deployments is mounted until it has its place in the new root. */
const PHYSICAL = `${RUN_DIR}/sysroot`;
/** By what the running system knows that it is OSTree's. */
const BOOTED = "/run/ostree-booted";
/** What every deployment is started by. */
export const INIT = "/sbin/init";

/** How a deployment is entered under the running kernel. */
export function openRoot(place: Place, deployment: Deployment, target: string): SwitchRoot {
  const found = needPlace(deployment);
  const system = join(place.root.tree, found.path);
  const isImage = composefsOf(system, deployment.entry?.content.options ?? "") !== null;
  return { entry: "switch-root", steps: rootSteps(place, found, target, isImage), init: INIT };
}

/** Kernel and initramfs of a deployment, as paths from the root of the file system that they lie on. */
export function kernelFiles(place: Place, { entry }: Deployment): OwnKernel | null {
  const { image, initrds, options } = entry?.content ?? {};
  if (image == null || initrds === undefined || options === undefined) return null;
  const volume = place.boot ?? place.root;
  const found = [image, ...initrds].map((path) =>
    [path, `/boot${path}`].find((each) => resolveInside(volume.tree, each) !== null),
  );
  const [linux, ...rest] = found;
  if (linux === undefined || rest.includes(undefined)) return null;
  const { device, fstype, options: mountOptions } = volume;
  return {
    device,
    fstype,
    mountOptions,
    verity: null,
    isUsr: false,
    linux,
    initrds: rest as string[],
    options,
  };
}

function needPlace({ id, place }: Deployment): DeploymentPlace {
  if (place !== null) return place;
  throw new HoldfastError("slotFailed", `${id}: there is nothing that it could start.`);
}

/**
 * The root as ostree-prepare-root makes it: the deployment, /usr read-only, the stateroot's /var, and the whole
 * file system at /sysroot. /var is mounted here because the real root's generator finds it through `ostree=`,
 * which names another deployment, or nothing, on the running kernel's command line. Where the root is a composefs
 * image, /etc is the folder of the deployment, and OSTree is told which that is.
 */
function rootSteps(
  { root, boot }: Place,
  { stateroot, path }: DeploymentPlace,
  target: string,
  isImage: boolean,
): MountStep[] {
  const { device, fstype, options } = root;
  const hasBoot =
    boot === null && isPlainFolder(root.tree, "boot") && isPlainFolder(root.tree, `${path}/boot`);
  return [
    { kind: "mount", device, target: PHYSICAL, fstype, options, access: "writable" },
    ...(isImage ? imageSteps(`${PHYSICAL}/${path}`, target) : treeSteps(`${PHYSICAL}/${path}`, target)),
    bind(`${PHYSICAL}/ostree/deploy/${stateroot}/var`, `${target}/var`),
    ...(hasBoot ? [bind(`${PHYSICAL}/boot`, `${target}/boot`)] : []),
    { kind: "need-init", root: target, init: INIT },
    { kind: "move", source: PHYSICAL, target: `${target}/sysroot` },
    isImage
      ? { kind: "ostree-booted", path: BOOTED, deployment: `${target}/sysroot/${path}` }
      : { kind: "file", path: BOOTED, text: "" },
  ];
}

/** The tree of a deployment, /usr read-only. */
function treeSteps(deployment: string, target: string): MountStep[] {
  return [
    bind(deployment, target),
    bind(`${target}/usr`, `${target}/usr`),
    { kind: "protect", target: `${target}/usr` },
  ];
}

function imageSteps(deployment: string, target: string): MountStep[] {
  const [image, objects] = [`${deployment}/${IMAGE}`, `${PHYSICAL}/ostree/repo/objects`];
  return [{ kind: "composefs", image, objects, target }, bind(`${deployment}/etc`, `${target}/etc`)];
}

function bind(source: string, target: string): MountStep {
  return { kind: "bind", source, target };
}
