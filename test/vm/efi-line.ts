import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildBinary } from "../../src/build/binary.ts";
import { cachedFile, filesBelow } from "../../src/build/cached.ts";
import { demoRoot } from "../../src/build/demo-root.ts";
import type { DemoSlot } from "../../src/build/demo-slots.ts";
import { buildInitramfs, initramfsDefaults } from "../../src/build/initramfs.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { DIST, PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { efiDisk } from "./efi-disk.ts";

/** Drivers of QEMU's machine, and what ESP and variables need. */
const MODULES = [
  ...["virtio_pci", "virtio_blk", "crc32c_generic", "erofs", "ext4"],
  ...["efivarfs", "nls_cp437", "nls_ascii", "vfat"],
];

const CONFIG = `[boot]
scheme = "systemd-boot"

[state]
device = "PARTLABEL=state"

[[slot]]
id = "a"
entry = "os-a.conf"
root = "PARTLABEL=root_a"

[[slot]]
id = "b"
entry = "os-b.conf"
root = "PARTLABEL=root_b"
`;

const SLOTS: readonly DemoSlot[] = ["a", "b"].map((id, index) => ({
  id,
  version: `2.${index}`,
  counters: { priority: 0, tries: 0, successful: false },
  kernel: "amd64",
}));

/**
 * A disk with the whole line on it: firmware's systemd-boot, entries for slot A (confirmed) and B (an update
 * with three tries), the stand-alone initramfs, both roots and /state. `words` go to the kernel.
 */
export async function lineDisk(words: readonly string[]): Promise<string> {
  await buildBinary();
  const kernel = debianKernel("amd64");
  const roots = await Promise.all(SLOTS.map(rootOf));
  const common = ["console=ttyS0,115200", "quiet", "loglevel=3", "panic=5", "demo.agent", ...words];
  const entry = (id: string) => ({
    text: [
      `title Slot ${id.toUpperCase()}`,
      "linux /vmlinuz",
      "initrd /holdfast.img",
      `options ${[...common, `root=PARTLABEL=root_${id}`].join(" ")}`,
      "",
    ].join("\n"),
  });
  return efiDisk(
    "efi-line.img",
    {
      vmlinuz: { file: kernel.vmlinuz },
      "holdfast.img": { file: await lineInitramfs() },
      "loader/loader.conf": { text: "timeout 0\n" },
      "loader/entries/os-a.conf": entry("a"),
      "loader/entries/os-b+3-0.conf": entry("b"),
    },
    [...roots.map((file, index) => ({ name: `root_${SLOTS[index]?.id}`, file })), await statePartition()],
  );
}

function rootOf(slot: DemoSlot): Promise<string> {
  const { release, modulesDir } = debianKernel("amd64");
  return demoRoot({
    name: `efi-root_${slot.id}.erofs`,
    slot,
    otherSlot: slot.id === "a" ? "b" : "a",
    modulesDir,
    release,
    programs: initramfsDefaults(),
    config: CONFIG,
  });
}

async function statePartition(): Promise<{ name: string; file: string }> {
  const file = await cachedFile("efi-state.img", { text: [], files: [import.meta.filename] }, (image) => {
    writeFileSync(image, "");
    truncateSync(image, 32 << 20);
    run("mke2fs", ["-q", "-t", "ext4", "-L", "state", image]);
  });
  return { name: "state", file };
}

function lineInitramfs(): Promise<string> {
  const { modulesDir, release } = debianKernel("amd64");
  const agent = join(PROJECT, "src/build/demo-root/agent.sh");
  const hooks = filesBelow(join(PROJECT, "initramfs-hooks"));
  const inputs = {
    text: [release, CONFIG, MODULES.join()],
    files: [import.meta.filename, join(DIST, ".stamp"), agent, ...hooks],
  };
  return cachedFile("efi-line.initramfs", inputs, async (out) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-efi-line-"));
    try {
      const config = join(work, "config.toml");
      writeFileSync(config, CONFIG);
      const add = agentTree(join(work, "add"), agent);
      await buildInitramfs({
        ...initramfsDefaults(),
        config,
        modulesDir,
        modules: MODULES,
        add,
        level: 3,
        out,
      });
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

/** The tests' agent, started in the initramfs too. */
function agentTree(folder: string, agent: string): string {
  const early = join(folder, "etc/holdfast/early.d/50-agent.sh");
  mkdirSync(dirname(early), { recursive: true });
  cpSync(agent, join(folder, "etc/holdfast/agent.sh"));
  writeFileSync(early, "#!/bin/sh\nsh /etc/holdfast/agent.sh &\n", { mode: 0o755 });
  return folder;
}
