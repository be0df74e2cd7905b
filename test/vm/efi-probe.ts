import { bootPartitions } from "../../src/boot-control/boot-folders.ts";
import { openSystemdBoot } from "../../src/boot-control/systemd-boot-open.ts";
import type { Change } from "../../src/domain/slot.ts";
import { readCommandLine } from "../../src/linux/kernel.ts";

/*
 * Runs inside the machine, on real firmware's variables and a real FAT: `status`, or a change and its slot.
 * Prints one line of JSON.
 */

async function main([verb = "status", slot = ""]: readonly string[]): Promise<void> {
  const { control, entries, slots, booted } = await openSystemdBoot({
    folders: bootPartitions(["/dev/vda1"], "/run/holdfast"),
    slots: null,
    counting: "auto",
    freshTries: 3,
    booted: null,
    commandLine: readCommandLine("/"),
  });
  const state = verb === "status" ? await control.read() : await control.apply(changeOf(verb, slot));
  const roots = entries.map((entry) => [entry.id, entry.binding?.identity ?? null]);
  const capabilities = [...control.capabilities];
  console.log(JSON.stringify({ counting: control.counting, capabilities, slots, roots, booted, state }));
}

function changeOf(verb: string, slot: string): Change {
  if (verb === "good") return { kind: "mark-good", slot };
  if (verb === "bad") return { kind: "mark-bad", slot };
  if (verb === "fresh") return { kind: "set-tries", slot, tries: 3 };
  return { kind: "select", slot, once: verb === "once" };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  process.exitCode = 1;
});
