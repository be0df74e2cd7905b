/** What a machine of the demo or of a test is made of; paths are files of the host. */
export interface MachineParts {
  readonly kernel: string;
  readonly initramfs: string;
  /** Words of the kernel command line besides the consoles. */
  readonly words: readonly string[];
  /** Raw disk image, written to. */
  readonly disk: string;
  /** The panel in pixels; null builds a machine without a framebuffer. */
  readonly panel: { readonly width: number; readonly height: number } | null;
  /** Unix socket for QMP. */
  readonly qmp: string;
}

/** Words for every machine: both consoles, few kernel messages, a panic ends in a reset. */
const CONSOLES = ["console=tty0", "console=ttyS0,115200", "quiet", "loglevel=3", "panic=5"];

/**
 * QEMU's arguments for a PC that is like a phone: a panel of any size, volume and power keys, an absolute
 * pointer as touch. TCG unless HOLDFAST_KVM=1, so that it runs the same everywhere. There is no PS/2
 * keyboard: a key pressed before the virtio driver is up would stay down on it for ever.
 */
export function qemuArguments(parts: MachineParts): string[] {
  const kvm = process.env.HOLDFAST_KVM === "1";
  return [
    ...["-machine", "pc,i8042=off", "-accel", kvm ? "kvm" : "tcg,thread=multi", "-cpu", kvm ? "host" : "max"],
    ...["-m", "1024", "-smp", "2", "-nodefaults", "-no-user-config", "-vga", "none"],
    ...["-kernel", parts.kernel, "-initrd", parts.initramfs],
    ...["-append", [...CONSOLES, ...parts.words].join(" ")],
    ...["-drive", `if=none,id=disk,format=raw,file=${parts.disk},cache=unsafe`],
    ...["-device", "virtio-blk-pci,drive=disk"],
    ...(parts.panel === null ? [] : panelArguments(parts.panel)),
    ...["-device", "virtio-keyboard-pci", "-device", "virtio-tablet-pci"],
    ...["-qmp", `unix:${parts.qmp},server=on,wait=off`],
  ];
}

/** bochs-drm takes the panel's size from the EDID that the VGA device makes up. */
function panelArguments({ width, height }: { width: number; height: number }): string[] {
  return ["-device", `VGA,edid=on,xres=${width},yres=${height},vgamem_mb=64`];
}
