import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { binaryFor, distOf } from "./build-place.ts";
import { cachedFile, filesBelow } from "./cached.ts";
import { demoRoot } from "./demo-root.ts";
import { DEMO_STATE, type DemoScheme, type DemoSlot, type DemoState, demoConfig } from "./demo-slots.ts";
import { diskImage } from "./disk-image.ts";
import { buildInitramfs, initramfsDefaults } from "./initramfs.ts";
import type { Panel, Payload } from "./initramfs-tree.ts";
import { debianKernel, type Kernel, type KernelFlavour, machineKernel } from "./kernel.ts";
import { PROJECT } from "./paths.ts";
import type { Arch } from "./target.ts";

/** Everything that a demo machine boots from: files in the cache. */
export interface DemoMachine {
  readonly kernel: string;
  readonly initramfs: string;
  /** The disk as it was made; copied before it is used. */
  readonly disk: string;
}

export interface DemoOptions {
  /** Tells the files of this machine from those of others. */
  readonly name: string;
  readonly arch: Arch;
  readonly slots: readonly DemoSlot[];
  readonly scheme: DemoScheme;
  readonly state?: DemoState;
  /** See `InitramfsContents`. */
  readonly payload?: Payload;
  /** Drivers besides those that every demo machine has. */
  readonly modules?: readonly string[];
  /** Panels that a first frame is prepared for. */
  readonly panels: readonly { readonly width: number; readonly height: number }[];
  /** Folder that is copied over the initramfs; null for none. */
  readonly add: string | null;
}

/** Drivers of QEMU's machine. crc32c is asked for by ext4 under an alias that no file names. */
const MODULES: Record<KernelFlavour, readonly string[]> = {
  amd64: ["virtio_pci", "virtio_blk", "virtio_input", "bochs", "evdev", "crc32c_generic", "erofs", "ext4"],
  // No graphics and no input devices there: this kernel is for the serial console alone.
  arm64: [
    "virtio_pci",
    "virtio_blk",
    "virtio_input",
    "virtio_gpu",
    "evdev",
    "crc32c_generic",
    "erofs",
    "ext4",
  ],
  "cloud-amd64": ["virtio_pci", "virtio_blk", "crc32c_generic", "erofs", "ext4"],
};

/** Kernel, initramfs and disk of a demo machine; what is in the cache for the same sources is not made again. */
export async function demoMachine(options: DemoOptions): Promise<DemoMachine> {
  const roots = new Map<string, string>();
  for (const slot of options.slots) roots.set(slot.id, await rootOf(slot, options));
  const flavour = machineKernel(options.arch);
  const kernel = debianKernel(flavour);
  const { slots, state = DEMO_STATE } = options;
  const disk = { name: `${options.name}.img`, slots, roots, state, vmlinuz: kernel.vmlinuz };
  return {
    kernel: kernel.vmlinuz,
    initramfs: await demoInitramfs(flavour, options),
    disk: await diskImage(disk),
  };
}

function rootOf(slot: DemoSlot, options: DemoOptions): Promise<string> {
  const { release, modulesDir } = debianKernel(slot.kernel);
  const other = options.slots.find(({ id }) => id !== slot.id) ?? slot;
  return demoRoot({
    name: `${options.name}-root_${slot.id}.erofs`,
    slot,
    otherSlot: other.id,
    modulesDir,
    release,
    programs: initramfsDefaults(options.arch),
    config: demoConfig(options.slots, options.scheme, options.state),
  });
}

/** The stand-alone initramfs for one of Debian's kernels. */
export function demoInitramfs(flavour: KernelFlavour, options: DemoOptions): Promise<string> {
  const kernel = debianKernel(flavour);
  const config = demoConfig(options.slots, options.scheme, options.state);
  const panels = options.panels.map(({ width, height }): Panel => ({ width, height, stride: width * 4 }));
  const { payload = "files" } = options;
  const added = options.add === null ? [] : filesBelow(options.add);
  const modules = [...MODULES[flavour], ...(options.modules ?? [])];
  const inputs = {
    text: [config, flavour, kernel.release, modules.join(), JSON.stringify(panels), added.join(), payload],
    // The stamp stands for the binary, the canvas library, fonts and the code that draws prepared frames.
    files: [
      join(distOf(binaryFor(options.arch)), ".stamp"),
      ...filesBelow(join(PROJECT, "initramfs-hooks")),
      ...added,
      ...SOURCES,
    ],
  };
  return cachedFile(`${options.name}-${flavour}.initramfs`, inputs, (out) =>
    withFile(config, (file) => {
      const { arch, add } = options;
      return pack({ config: file, kernel, modules, panels, add, out, arch, payload });
    }),
  );
}

/** The code that makes an initramfs. */
const SOURCES = [
  "initramfs.ts",
  "initramfs-tree.ts",
  "payload.ts",
  "state-files.ts",
  "modules.ts",
  "closure.ts",
  "cpio.ts",
].map((name) => join(PROJECT, "src/build", name));

async function pack(parts: {
  config: string;
  kernel: Kernel;
  modules: readonly string[];
  arch: Arch;
  panels: readonly Panel[];
  add: string | null;
  payload: Payload;
  out: string;
}): Promise<void> {
  const { kernel, ...rest } = parts;
  const level = 3;
  await buildInitramfs({
    ...initramfsDefaults(rest.arch),
    ...rest,
    modulesDir: kernel.modulesDir,
    level,
  });
}

async function withFile(text: string, use: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-config-"));
  try {
    writeFileSync(join(folder, "config.toml"), text);
    await use(join(folder, "config.toml"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
