/*
 * What runs inside the machine: makes a state partition on /dev/vda, whose every request QEMU writes down, resets
 * it, and then plays each cut into /dev/vdc and lets the boot's own code go on from there. /dev/vdb is the log.
 */
import { badInputVerdict } from "./bad-input.ts";
import { scenario } from "./machine.ts";
import { cutsVerdict } from "./power-cuts.ts";
import type { Verdict } from "./scenario.ts";

async function main(): Promise<Verdict> {
  return scenario.kind === "cuts" ? cutsVerdict() : badInputVerdict();
}

main()
  .then((verdict) => console.log(`VERDICT ${JSON.stringify(verdict)}`))
  .catch((error) => console.log(`BROKEN ${error instanceof Error ? error.stack : error}`));
