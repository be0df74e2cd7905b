import { setTimeout as pause } from "node:timers/promises";
import type { Payload } from "../../src/build/initramfs-tree.ts";
import { type Bench, bench } from "../vm/kit.ts";
import type { Machine } from "../vm/machine.ts";
import { aligned } from "./figure.ts";

const SIZES = [512, 384, 256];
const PAYLOADS: readonly Payload[] = ["files", "image"];
/** What the kernel keeps an unpacked initramfs in: tmpfs takes half of the memory at most, ramfs all of it. */
const ROOTS = ["tmpfs", "ramfs"] as const;
const PATIENCE_MS = 180_000;

/**
 * Boots into the menu with little memory, with Holdfast as files and as an image, unpacked into tmpfs and ramfs: a
 * table of what was seen, how much memory was free then, and how long it took. Processor time is QEMU's, which a busy
 * machine changes least.
 */
export async function benchMemory(): Promise<string> {
  const rows = [["memory", "Holdfast as", "root", "panel", "free", "to first frame", "processor"]];
  for (const payload of PAYLOADS) {
    const machines = await bench({ name: `bench-${payload}`, payload });
    try {
      for (const size of SIZES)
        for (const root of ROOTS)
          rows.push([`${size} MB`, payload, root, ...(await startWith(machines, size, root))]);
    } finally {
      await machines.clear();
    }
  }
  return aligned(rows);
}

async function startWith(machines: Bench, memory: number, root: (typeof ROOTS)[number]): Promise<string[]> {
  const words = ["holdfast.menu", ...(root === "ramfs" ? ["rootfstype=ramfs"] : [])];
  const machine = await machines.start({ memory, words });
  try {
    const end = await menuOrPanic(machine);
    if (end === null) return ["no menu"];
    if (!end.includes("first frame")) return [end];
    const processor = `${machine.processorSeconds().toFixed(1)} s`;
    const free = Number(
      await machine.agent.output("sed -n 's/^MemAvailable: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo"),
    );
    const after = /^\[([\d.]+)\].*first frame/m.exec(end)?.[1];
    return ["menu", `${Math.round((free * 1024) / 1e6)} MB`, `${Number(after).toFixed(1)} s`, processor];
  } finally {
    await machine.stop();
  }
}

/** The menu's log with its first frame, or why there is none; null where neither came in time. */
async function menuOrPanic({ agent, terminal }: Machine): Promise<string | null> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const panic = /Kernel panic - not syncing: ([^\r\n]*)/.exec(terminal.log())?.[1];
    if (panic !== undefined) return `panic: ${panic}`;
    const { output } = await agent.run("cat /run/holdfast/menu.log", 1000).catch(() => ({ output: "" }));
    if (output.includes("first frame")) return output;
    const leftOut = /panel is left out: (.*)/.exec(output)?.[1];
    if (leftOut !== undefined) return `left out: ${leftOut}`;
    await pause(200);
  }
  return null;
}
