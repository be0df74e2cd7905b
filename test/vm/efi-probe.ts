import { bootPartitions } from "../../src/boot-control/boot-folders.ts";
import { readBootOptions } from "../../src/boot-control/boot-options.ts";
import { RaucEfi } from "../../src/boot-control/rauc-efi.ts";
import { openSystemdBoot } from "../../src/boot-control/systemd-boot-open.ts";
import { bootOptionName, encodeBootNumbers } from "../../src/bytes/boot-option.ts";
import { EFI_PERSISTENT } from "../../src/bytes/efi-variable.ts";
import type { Change } from "../../src/domain/slot.ts";
import { EfiVariables, GLOBAL_VENDOR } from "../../src/linux/efivars.ts";
import { readCommandLine } from "../../src/linux/kernel.ts";

/*
 * Runs inside the machine, on real firmware's variables and a real FAT: `status`, or a change and its slot.
 * With `rauc` before it, the firmware's boot options are the slots A and B. Prints one line of JSON.
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

/** Boot options that `rauc copies` makes of the one that was started. */
const COPIES = { A: 0x76, B: 0x77 } as const;

async function rauc([verb = "status", slot = ""]: readonly string[]): Promise<void> {
  const variables = new EfiVariables(undefined, GLOBAL_VENDOR);
  if (verb === "copies") makeCopies(variables);
  const slots = ["a", "b"].map((id) => ({ id, bootname: id.toUpperCase() }));
  const control = new RaucEfi(variables, { slots, counting: "bootloader", freshTries: 3, booted: null });
  const isChange = verb !== "status" && verb !== "copies";
  const state = isChange ? await control.apply(changeOf(verb, slot)) : await control.read();
  const { options, current } = readBootOptions(variables);
  const booted = options.find(({ number }) => number === current)?.description ?? null;
  console.log(JSON.stringify({ booted, state }));
}

/** Two options that start what was started, called A and B, without what the firmware knows its own ones by. */
function makeCopies(variables: EfiVariables): void {
  const { current, order } = readBootOptions(variables);
  const data = variables.read(bootOptionName(current ?? 0))?.data ?? Buffer.alloc(6);
  let end = 6;
  while (data.readUInt16LE(end) !== 0) end += 2;
  const list = data.subarray(end + 2, end + 2 + data.readUInt16LE(4));
  for (const [name, number] of Object.entries(COPIES)) {
    const copy = Buffer.concat([data.subarray(0, 6), Buffer.from(`${name}\0`, "utf16le"), list]);
    variables.write(bootOptionName(number), { attributes: EFI_PERSISTENT, data: copy });
  }
  const numbers = [COPIES.A, COPIES.B, ...(order ?? [])];
  variables.write("BootOrder", { attributes: EFI_PERSISTENT, data: encodeBootNumbers(numbers) });
}

function changeOf(verb: string, slot: string): Change {
  if (verb === "good") return { kind: "mark-good", slot };
  if (verb === "bad") return { kind: "mark-bad", slot };
  if (verb === "fresh") return { kind: "set-tries", slot, tries: 3 };
  return { kind: "select", slot, once: verb === "once" };
}

const [first, ...rest] = process.argv.slice(2);
(first === "rauc" ? rauc(rest) : main(process.argv.slice(2))).catch((error: unknown) => {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  process.exitCode = 1;
});
