import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { run } from "../../src/build/run.ts";
import { qemuArm } from "../../src/build/tools.ts";
import { emptyImage, fatImage, gptDisk } from "./gpt-disk.ts";

/** Debian's package u-boot-qemu: U-Boot as it is built for QEMU's machine "virt". */
const FIRMWARE = "/usr/lib/u-boot/qemu_arm64/u-boot.bin";
/** The second flash bank of that machine begins at 0x4000000, which is this U-Boot's CONFIG_ENV_ADDR. */
const FLASH_MIB = 64;
/** CONFIG_ENV_SIZE, which is CONFIG_ENV_SECT_SIZE too. */
export const ENV_SIZE = 0x40000;
/** Where in the flash the environment lies, for fw_env.config: offset, size and size of an erase block. */
export const ENV_PLACE = "0x0 0x40000 0x40000";

/** An arm64 board with U-Boot: flash for its environment, and a disk with a partition for every slot. */
export class UbootBoard {
  readonly flash: string;
  readonly disk: string;

  /** `script` is boot.scr of the first partition, `slots` slot.scr of each slot's own, by partition name. */
  constructor(folder: string, script: string, slots: Readonly<Record<string, string>>) {
    this.flash = join(folder, "flash.img");
    this.disk = join(folder, "disk.img");
    emptyImage(this.flash, FLASH_MIB);
    const work = mkdtempSync(join(tmpdir(), "holdfast-uboot-"));
    try {
      const parts = Object.entries({ boot: script, ...slots }).map(([name, text]) => {
        const file = join(work, `${name}.img`);
        fatImage(file, 2, { [name === "boot" ? "boot.scr" : "slot.scr"]: { file: scriptImage(work, text) } });
        return { name, file };
      });
      gptDisk(this.disk, parts);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }

  /** Switches the board on and waits until it has powered off; answers what U-Boot said. */
  async start(): Promise<string> {
    const words = [
      // Time goes by instructions: a busy host must not make U-Boot's wait for the flash run out.
      ...["-machine", "virt", "-accel", "tcg", "-icount", "shift=4,sleep=off"],
      ...["-cpu", "cortex-a57", "-m", "256"],
      ...["-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio", "-bios", FIRMWARE],
      ...["-drive", `if=pflash,unit=1,format=raw,file=${this.flash}`],
      ...[
        "-drive",
        `if=none,id=disk,format=raw,file=${this.disk}`,
        "-device",
        "virtio-blk-device,drive=disk",
      ],
    ];
    const { stdout } = await promisify(execFile)(qemuArm().path("qemu-system-aarch64"), words, {
      timeout: 60_000,
    });
    return stdout.replaceAll("\r", "");
  }
}

/** A script in the form that U-Boot's command `source` takes. */
function scriptImage(work: string, text: string): string {
  const [source, made] = [join(work, "script.txt"), join(work, "script.scr")];
  writeFileSync(source, text);
  run("mkimage", ["-q", "-A", "arm64", "-T", "script", "-C", "none", "-d", source, made]);
  return made;
}
