import { spawnSync } from "node:child_process";
import packageJson from "../../package.json" with { type: "json" };
import { HoldfastError } from "../domain/errors.ts";
import type { Target } from "./target.ts";

/** What a Node says of itself. */
const QUESTION = "console.log(process.version, process.arch, require('node:module').isBuiltin('node:ffi'))";

/**
 * The target with another Node: what builds, and what the binary is made from. Null leaves the pinned one. `usage` for
 * what is no Node of that architecture and of the pinned one's major version, or has no node:ffi.
 */
export function withNode(target: Target, node: string | null): Target {
  if (node === null) return target;
  const [program = node, ...words] = [...target.runner, node, "-e", QUESTION];
  const { status, stdout, error } = spawnSync(program, words, { encoding: "utf8", env: {} });
  const [version, arch, ffi] = status === 0 && error === undefined ? stdout.trim().split(" ") : [];
  const pinned = packageJson.optionalDependencies[`node-linux-${target.arch}`];
  const major = `v${pinned.split(".")[0]}.`;
  if (version?.startsWith(major) === true && arch === target.arch && ffi === "true")
    return { ...target, node };
  const found = version === undefined ? "does not run" : `is ${version} for ${arch}, node:ffi ${ffi}`;
  throw new HoldfastError("usage", `${node} ${found}`, {
    next: `Name a Node ${major}x for ${target.arch} with node:ffi.`,
  });
}
