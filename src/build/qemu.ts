import { type Arch, HOST } from "./target.ts";

/** What a machine of the demo or of a test is made of; paths are files of the host. */
export interface MachineParts {
  readonly arch: Arch;
  readonly kernel: string;
  readonly initramfs: string;
  /** Words of the kernel command line besides the consoles. */
  readonly words: readonly string[];
  /** Raw disk image, written to. */
  readonly disk: string;
  /** The panel in pixels; null builds a machine without a framebuffer. */
  readonly panel: { readonly width: number; readonly height: number } | null;
  /** What drives the panel; bochs on a PC and virtio-gpu elsewhere when missing. */
  readonly display?: DisplayDevice | undefined;
  /** In MiB; 1024 when missing. */
  readonly memory?: number | undefined;
  /** Unix socket for QMP. */
  readonly qmp: string;
}

/** Display devices of QEMU, by their drivers in Linux; without either driver a VGA is the firmware's framebuffer. */
export type DisplayDevice = "bochs" | "virtio-gpu";

/** The first serial console of a machine, as Linux calls it. */
export function consoleOf(arch: Arch): string {
  return arch === "arm64" ? "ttyAMA0" : "ttyS0";
}

/**
 * Words for every machine: both consoles, few kernel messages, a panic ends in a reset. On a busy host an emulated
 * PC's timer may come too late for the kernel's check of it, which is a panic before any console.
 */
function commandLine({ arch, words }: MachineParts): string {
  const consoles = ["console=tty0", `console=${consoleOf(arch)},115200`];
  const timer = arch === "x64" ? ["no_timer_check"] : [];
  return [...consoles, "quiet", "loglevel=3", "panic=5", ...timer, ...words].join(" ");
}

/** QEMU's program for machines of an architecture. */
export function qemuOf(arch: Arch): string {
  return arch === "arm64" ? "qemu-system-aarch64" : "qemu-system-x86_64";
}

/**
 * QEMU's arguments for a PC, or an arm64 machine, that is like a phone: a panel of any size, volume and power
 * keys, an absolute pointer as touch. TCG unless HOLDFAST_KVM=1, so that it runs the same everywhere. There is
 * no PS/2 keyboard: a key pressed before the virtio driver is up would stay down on it for ever.
 */
export function qemuArguments(parts: MachineParts): string[] {
  const kvm = process.env.HOLDFAST_KVM === "1" && parts.arch === HOST;
  return [
    ...["-machine", parts.arch === "arm64" ? "virt" : "pc,i8042=off"],
    ...["-accel", kvm ? "kvm" : "tcg,thread=multi", "-cpu", kvm ? "host" : "max"],
    ...["-m", `${parts.memory ?? 1024}`, "-smp", "2", "-nodefaults", "-no-user-config"],
    ...["-kernel", parts.kernel, "-initrd", parts.initramfs],
    ...["-append", commandLine(parts)],
    ...["-drive", `if=none,id=disk,format=raw,file=${parts.disk},cache=unsafe`],
    ...["-device", "virtio-blk-pci,drive=disk"],
    ...(parts.panel === null ? [] : panelArguments(parts.display ?? displayOf(parts.arch), parts.panel)),
    ...["-device", "virtio-keyboard-pci", "-device", "virtio-tablet-pci"],
    ...["-qmp", `unix:${parts.qmp},server=on,wait=off`],
  ];
}

function displayOf(arch: Arch): DisplayDevice {
  return arch === "arm64" ? "virtio-gpu" : "bochs";
}

/** Both drivers take the panel's size from the EDID that the device makes up. */
function panelArguments(
  display: DisplayDevice,
  { width, height }: { width: number; height: number },
): string[] {
  if (display === "virtio-gpu") return ["-device", `virtio-gpu-pci,edid=on,xres=${width},yres=${height}`];
  return ["-device", `VGA,edid=on,xres=${width},yres=${height},vgamem_mb=64`];
}
