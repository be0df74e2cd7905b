import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fillStateImage } from "../../src/build/disk-image.ts";
import { run } from "../../src/build/run.ts";
import type { DebianOptions } from "../vm/debian-machine.ts";
import { DebianSystem } from "../vm/debian-system.ts";
import { writeCounters } from "../vm/slots.ts";
import { type Figure, median } from "./figure.ts";

/** Milliseconds since the kernel began. */
interface Start {
  /** When systemd took over in the real root: kernel and initramfs until then. */
  readonly systemd: number;
  /** When every unit of the start was done. */
  readonly end: number;
}

/** One ordinary start of a Debian, whose state partition is there already, and has seen slot A started. */
async function startOf(options: DebianOptions): Promise<Start> {
  const words = ["root=PARTLABEL=root_a", "ro"];
  const debian = await DebianSystem.start({ ...options, words, prepare });
  try {
    await debian.running();
    const shown = await debian.output(
      "systemctl show -P UserspaceTimestampMonotonic -P FinishTimestampMonotonic",
    );
    const [systemd = Number.NaN, end = Number.NaN] = shown
      .trim()
      .split("\n")
      .map((each) => Number(each) / 1000);
    return { systemd, end };
  } finally {
    await debian.stop();
  }
}

/** A confirmed slot, and directories to bind: what a device has from its first day on. */
function prepare(disk: string): void {
  writeCounters(disk, "a", { priority: 2, tries: 0, successful: true });
  const { partitions } = JSON.parse(run("sfdisk", ["--json", disk])).partitiontable;
  const { start, size } = partitions.find(({ name }: { name: string }) => name === "state");
  const work = mkdtempSync(join(tmpdir(), "holdfast-bench-state-"));
  try {
    for (const name of ["var", "home", ".holdfast"])
      mkdirSync(join(work, "state", name), { recursive: true });
    writeFileSync(join(work, "state/.holdfast/last-slot"), "a\n");
    const image = join(work, "state.img");
    fillStateImage(image, join(work, "state"), size * 512);
    run("dd", [`if=${image}`, `of=${disk}`, "bs=512", `seek=${start}`, "conv=notrunc,sparse", "status=none"]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * What an ordinary Debian start takes with Holdfast and without it, by turns: the same root, kernel and generator
 * (initramfs-tools), nobody holds a key, the slot is confirmed. Holdfast decides and enters in one of them; in the
 * other the bootloader decides, and Holdfast only looks whether something waits for it (boot.ordinary). Without
 * Holdfast /etc/fstab mounts what Holdfast would.
 */
export async function benchDebian(pairs = 3): Promise<Figure[]> {
  const kinds = {
    plain: { holdfast: false },
    decided: { ordinary: "holdfast" },
    generator: { ordinary: "generator" },
  } as const;
  const starts: Record<keyof typeof kinds, Start[]> = { plain: [], decided: [], generator: [] };
  for (let pair = 0; pair < pairs; pair++) {
    for (const name of ["plain", "decided", "generator"] as const)
      starts[name].push(await startOf(kinds[name]));
  }
  const figure = (name: "decided" | "generator", until: keyof Start): Figure => {
    const middle = (each: keyof typeof kinds) => median(starts[each].map((start) => start[until]));
    const who = name === "decided" ? "Holdfast decides" : "the bootloader decides";
    const end = until === "systemd" ? "systemd" : "the end of the start";
    return {
      what: `Debian in the virtual machine, ${who}, kernel to ${end}`,
      value: middle(name),
      unit: "ms",
      reference: { what: "without Holdfast", value: middle("plain") },
      promise: "",
    };
  };
  return [
    figure("decided", "systemd"),
    figure("decided", "end"),
    figure("generator", "systemd"),
    figure("generator", "end"),
  ];
}
