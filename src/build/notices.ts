import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { PROJECT } from "./paths.ts";
import { HOST } from "./target.ts";

/** What is in the binary besides the bundle's packages: title and licence file, project-relative. */
const PARTS: readonly (readonly [string, string])[] = [
  ["Holdfast", "LICENSE"],
  ["Node.js (with V8, ICU, OpenSSL, libuv and others)", `node_modules/node-linux-${HOST}/LICENSE`],
  // In Node for node:ffi, but not in its LICENSE.
  ["libffi", "assets/licenses/libffi"],
  ["Skia", "assets/licenses/skia"],
  ["@napi-rs/canvas", "assets/licenses/napi-rs-canvas"],
  ["yoga-layout", "assets/licenses/yoga-layout"],
  ["Inter, Noto Sans Arabic", "assets/fonts/LICENSE"],
];

/**
 * The licences of everything that the binary contains, as one text. `inputs` are the bundle's files: each
 * npm package among them must carry its licence, here or in assets/licenses, else the build stops.
 * `libraries` are titles and licence files of what lies beside the binary.
 */
export function notices(
  inputs: readonly string[],
  libraries: readonly (readonly [string, string])[] = [],
): string {
  const listed = new Set(PARTS.map(([title]) => title));
  const packages = packagesOf(inputs).filter((name) => !listed.has(name));
  const parts = [...PARTS, ...packages.map((name) => [name, licenceOf(name)] as const)];
  return [...parts, ...libraries]
    .map(([title, file]) => section(title, readFileSync(resolve(PROJECT, file), "utf8")))
    .join("\n");
}

/** Names of the npm packages that these files belong to, sorted. */
export function packagesOf(inputs: readonly string[]): string[] {
  const names = inputs.flatMap((input) => {
    const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
    return name === undefined ? [] : [name];
  });
  return [...new Set(names)].sort();
}

function licenceOf(name: string): string {
  const folder = join("node_modules", name);
  const file = readdirSync(join(PROJECT, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file !== undefined) return join(folder, file);
  const kept = join("assets/licenses", name);
  if (existsSync(join(PROJECT, kept))) return kept;
  throw new HoldfastError("usage", `the package ${name} is in the binary but carries no licence file`, {
    next: `Put its licence text into ${kept}.`,
  });
}

function section(title: string, text: string): string {
  return `${"=".repeat(80)}\n${title}\n${"=".repeat(80)}\n\n${text.trim()}\n`;
}
