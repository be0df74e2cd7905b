import { createHash } from "node:crypto";
import { decodeVariant, lookup } from "../../bytes/gvariant.ts";
import { type KeyFile, parseKeyFile } from "../../bytes/key-file.ts";
import { parseOsRelease } from "../../bytes/os-release.ts";
import { decodeOstreeCommit, type OstreeCommit } from "../../bytes/ostree-commit.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import type { Place } from "./kind.ts";
import { type Deployment, type DeploymentPlace, entriesOf } from "./ostree-deployments.ts";
import { readInside, textInside } from "./tree.ts";

/** What a deployment says about itself; null for what could not be read, which `warnings` say. */
export interface Content {
  readonly commit: OstreeCommit | null;
  readonly origin: KeyFile | null;
  readonly os: ReadonlyMap<string, string> | null;
  readonly warnings: readonly string[];
}

/** What a deployment's own files say; each that cannot be read is a warning. */
export function readContent({ root: { tree } }: Place, { place }: Deployment): Content {
  const warnings: string[] = [];
  const attempt = <T>(read: () => T | null): T | null => {
    try {
      return read();
    } catch (error) {
      warnings.push(`${messageOf(error)}.`);
      return null;
    }
  };
  if (place === null) return { commit: null, origin: null, os: null, warnings };
  return {
    commit: attempt(() => readCommit(tree, place.commit)),
    origin: attempt(() => readOrigin(tree, place)),
    os: attempt(() => readOs(tree, place)),
    warnings,
  };
}

/** A commit's name is the SHA-256 of its bytes, so a damaged one is noticed before it is believed. */
export function readCommit(tree: string, commit: string): OstreeCommit {
  const path = `ostree/repo/objects/${commit.slice(0, 2)}/${commit.slice(2)}.commit`;
  const bytes = readInside(tree, path);
  if (bytes === null) throw new HoldfastError("badStore", `Its commit /${path} is missing`);
  const digest = createHash("sha256").update(bytes).digest("hex");
  if (digest === commit) return decodeOstreeCommit(bytes, `/${path}`);
  throw new HoldfastError("badStore", `Its commit /${path} is damaged: its SHA-256 is ${digest}`);
}

function readOrigin(tree: string, { path }: DeploymentPlace): Content["origin"] {
  const text = textInside(tree, `${path}.origin`);
  if (text !== null) return parseKeyFile(text, `/${path}.origin`);
  throw new HoldfastError("badStore", `It has no origin file, so updates do not know where it is from`);
}

function readOs(tree: string, { path }: DeploymentPlace): Content["os"] {
  const system = `${tree}/${path}`;
  const text = textInside(system, "etc/os-release") ?? textInside(system, "usr/lib/os-release");
  if (text !== null) return parseOsRelease(text);
  throw new HoldfastError("badStore", "It has no os-release");
}

/** What a running system leaves for its own shutdown (ostree: src/libostree/ostree-sysroot-deploy.c). */
const STAGED = "run/ostree/staged-deployment";

/** Whether a deployment waits for the shutdown of the system that runs with this root; in an initramfs none does. */
export function isStaged(root: string | undefined, { commit, serial }: DeploymentPlace): boolean {
  try {
    const bytes = root === undefined ? null : readInside(root, STAGED);
    if (bytes === null) return false;
    const target = lookup(decodeVariant("a{sv}", bytes, `/${STAGED}`), "target");
    return lookup(target, "name") === `${commit}.${serial}`;
  } catch {
    return false;
  }
}

/** Why the update that was to become the default at the last shutdown did not. */
export function finalizeFailure(place: Place): string | null {
  const { tree, folder } = entriesOf(place);
  try {
    const text = textInside(tree, folder.replace("loader/entries", "ostree/finalize-failure.stamp"));
    return text === null ? null : text.trim().slice(0, 200).replace(/\.$/, "");
  } catch {
    return null;
  }
}
