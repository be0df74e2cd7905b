import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildBinary } from "../../src/build/binary.ts";
import { binaryFor } from "../../src/build/build-place.ts";
import {
  type DemoMachine,
  type DemoOptions,
  demoInitramfs,
  demoMachine,
} from "../../src/build/demo-machine.ts";
import { demoSlots } from "../../src/build/demo-slots.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { HOST } from "../../src/build/target.ts";
import { Machine, type MachineOptions } from "./machine.ts";

/** Sizes of the panels that tests use. */
export const PHONE = { width: 720, height: 1440 };

const STANDARD: DemoOptions = {
  name: "test",
  arch: HOST,
  slots: demoSlots(),
  scheme: "chromeos-gpt",
  panels: [PHONE],
  add: null,
};

/** What a test changes on the standard machine; `name` tells its files in the cache from others. */
export interface Variant extends Partial<Omit<DemoOptions, "add" | "name">> {
  readonly name?: string;
  /** Files to put over the initramfs, by path. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
}

/** The parts that a variant boots from, with the tests' agent inside, and a disk of its own. */
export interface Bench {
  readonly parts: DemoMachine;
  /** A copy that this test may write to. */
  readonly disk: string;
  /** Kernel and initramfs that a slot's own kernel of that flavour boots with. */
  ownKernel(flavour: "amd64" | "cloud-amd64"): Promise<{ kernel: string; initramfs: string }>;
  /** Starts a machine with these parts; it is stopped with the bench. */
  start(options?: Partial<MachineOptions>): Promise<Machine>;
  /** Stops every machine and removes the disk. */
  clear(): Promise<void>;
}

export async function bench(variant: Variant = {}): Promise<Bench> {
  await buildBinary(binaryFor(variant.arch ?? HOST));
  const folder = mkdtempSync(join(tmpdir(), "holdfast-bench-"));
  const { files, ...changes } = variant;
  const add = agentTree(join(folder, "add"), files ?? {});
  const demo: DemoOptions = { ...STANDARD, ...changes, add };
  const parts = await demoMachine(demo);
  const disk = join(folder, "disk.img");
  run("cp", ["--sparse=always", "--reflink=auto", parts.disk, disk]);
  const machines: Machine[] = [];
  return {
    parts,
    disk,
    async ownKernel(flavour) {
      return { kernel: debianKernel(flavour).vmlinuz, initramfs: await demoInitramfs(flavour, demo) };
    },
    async start(options = {}) {
      // "gpt": with a bad primary table the kernel takes the backup, as an integrator would have it.
      const words = ["demo.agent", "gpt", ...(options.words ?? [])];
      const machine = await Machine.start({
        ...parts,
        arch: demo.arch,
        disk,
        panel: PHONE,
        ...options,
        words,
      });
      machines.push(machine);
      return machine;
    },
    async clear() {
      for (const machine of machines) await machine.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The agent of the demo root, started in the initramfs too, and what a test adds. */
function agentTree(folder: string, files: Readonly<Record<string, string | Buffer>>): string {
  const early = join(folder, "etc/holdfast/early.d/50-agent.sh");
  mkdirSync(dirname(early), { recursive: true });
  cpSync(join(PROJECT, "src/build/demo-root/agent.sh"), join(folder, "etc/holdfast/agent.sh"));
  writeFileSync(early, "#!/bin/sh\nsh /etc/holdfast/agent.sh &\n", { mode: 0o755 });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    const isProgram = path.endsWith(".sh") || path.startsWith("usr/bin/");
    writeFileSync(join(folder, path), text, { mode: isProgram ? 0o755 : 0o644 });
  }
  return folder;
}
