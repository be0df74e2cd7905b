import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";

/*
 * Run by warm.ts in the Node that the binary is made from: starts the bundle's commands, so that V8 compiles
 * what they need, and keeps the result. Evaluating one Script several times adds to the same code.
 *
 *   node warm-run.ts COMMANDS      lists of words in JSON; the working directory has *.cjs and gets *.cache
 */

const [commands = "[]"] = process.argv.slice(2);
const MENU_LOG = "root/run/holdfast/menu.log";
const SETTLE_MS = 250;
const FIRST_FRAME = "the first frame is on the screen";
const scripts = new Map<string, Script>();

function scriptOf(name: string): Script {
  const filename = `${name}.cjs`;
  const script = scripts.get(name) ?? new Script(readFileSync(filename, "latin1"), { filename });
  scripts.set(name, script);
  return script;
}

function openPack(name: string): unknown {
  return scriptOf(name).runInThisContext();
}

// Whether V8's first compiler is at work on a function is kept with it, and depends on time.
setFlagsFromString("--no-sparkplug");

const exit = process.exit.bind(process);
// The program ends the process when a command is done; here the next one follows.
process.exit = ((code) => {
  process.exitCode = code ?? undefined;
}) as typeof process.exit;

type Program = (require: NodeJS.Require, openPack: (name: string) => unknown) => void;

function isDone(words: readonly string[]): boolean {
  if (!words.includes("menu")) return process.exitCode !== undefined && process.exitCode !== 1;
  return existsSync(MENU_LOG) && readFileSync(MENU_LOG, "utf8").includes(FIRST_FRAME);
}

for (const words of JSON.parse(commands) as string[][]) {
  process.exitCode = undefined;
  process.argv = [process.execPath, process.execPath, ...words];
  (openPack("holdfast") as Program)(createRequire(import.meta.url), openPack);
  for (let waited = 0; !isDone(words); waited += 10) {
    if (waited > 60_000)
      throw new Error(`holdfast ${words.join(" ")} did not end (exit code ${process.exitCode})`);
    await setTimeout(10);
  }
  // What the last turns of a command still do is in the cache, or is not: let them all be done.
  await setTimeout(SETTLE_MS);
}
// The cache carries a hash of the flags, which has to be the binary's.
setFlagsFromString("--sparkplug");
for (const file of readdirSync(".")) if (file.endsWith(".cjs")) scriptOf(basename(file, ".cjs"));
for (const [name, script] of scripts) writeFileSync(`${name}.cache`, script.createCachedData());
exit(0);
