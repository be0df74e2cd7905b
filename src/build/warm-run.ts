import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";
import { Script } from "node:vm";

/*
 * Run by warm.ts in the Node that the binary is made from: starts the bundle's commands, so that V8 compiles
 * what they need, and keeps the result. Evaluating one Script several times adds to the same code.
 *
 *   node warm-run.ts BUNDLE CACHE MENU-LOG COMMANDS      COMMANDS: JSON, a list of lists of words
 */

const [bundle = "", cache = "", menuLog = "", commands = "[]"] = process.argv.slice(2);
const FIRST_FRAME = "the first frame is on the screen";
const script = new Script(readFileSync(bundle, "latin1"), { filename: "holdfast.cjs" });
const main = script.runInThisContext() as (require: NodeJS.Require) => void;

function isDone(words: readonly string[]): boolean {
  if (!words.includes("menu")) return process.exitCode !== undefined && process.exitCode !== 1;
  return existsSync(menuLog) && readFileSync(menuLog, "utf8").includes(FIRST_FRAME);
}

for (const words of JSON.parse(commands) as string[][]) {
  process.exitCode = undefined;
  process.argv = [process.execPath, process.execPath, ...words];
  main(createRequire(import.meta.url));
  for (let waited = 0; !isDone(words); waited += 10) {
    if (waited > 20_000)
      throw new Error(`holdfast ${words.join(" ")} did not end (exit code ${process.exitCode})`);
    await setTimeout(10);
  }
}
writeFileSync(cache, script.createCachedData());
process.exit(0);
