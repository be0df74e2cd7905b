import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canvasLibrary } from "../../src/build/canvas-library.ts";
import { withoutHole } from "../../src/build/elf-hole.ts";
import { nodeBase, strip } from "../../src/build/node-base.ts";
import type { Target } from "../../src/build/target.ts";
import type { Figure } from "./figure.ts";
import { packed } from "./packed.ts";

/** What Node and the canvas library take after each step that makes them smaller; `folder` is for a copy. */
export function stepsOf(target: Target, folder: string): Figure[] {
  const stripped = join(folder, `node-${target.arch}`);
  strip(target, stripped);
  const base = readFileSync(nodeBase(target));
  const figure = (what: string, bytes: Buffer) => packed(`  step, ${target.arch}: ${what}`, bytes);
  return [
    figure("Node as it comes", readFileSync(target.node)),
    figure("Node without symbols", readFileSync(stripped)),
    figure("... and without ICU data that nobody needs", base),
    figure("... and without the zeros that stayed", withoutHole(base)),
    figure("canvas library as it comes", readFileSync(target.canvas)),
    figure("... without ICU data and zeros", readFileSync(canvasLibrary(target))),
  ];
}
