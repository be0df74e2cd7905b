import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { run } from "../../src/build/run.ts";
import { fatImage, gptDisk, MIB, patch } from "./gpt-disk.ts";

/** Debian's package grub-pc-bin. */
const GRUB = "/usr/lib/grub/i386-pc";
const MODULES = ["biosdisk", "part_gpt", "fat", "normal", "loadenv", "test", "echo", "serial", "terminal"];
const BIOS_BOOT_TYPE = "21686148-6449-6E6F-744E-656564454649";
/** Sector of the first partition, in which GRUB's core lies. */
const CORE_SECTOR = 2048;
/** The file that GRUB reads and writes, in the file system of the second partition. */
const GRUBENV = "boot/grub/grubenv";
/** mtools' name for that file system: behind the core, which takes one MiB. */
const fileSystemOf = (disk: string) => `${disk}@@${2 * MIB}`;

/** A PC with a BIOS and GRUB: a disk with GRUB's own partitions and one for every slot. */
export class GrubPc {
  readonly disk: string;

  /** `script` is grub.cfg, `slots` slot.cfg of each slot's own partition, by partition name. */
  constructor(folder: string, script: string, slots: Readonly<Record<string, string>>) {
    this.disk = join(folder, "disk.img");
    const work = mkdtempSync(join(tmpdir(), "holdfast-grub-"));
    try {
      const file = (name: string) => join(work, `${name}.img`);
      const grubenv = file("grubenv");
      run("grub-editenv", [grubenv, "create"]);
      fatImage(file("boot"), 8, { "boot/grub/grub.cfg": { text: script }, [GRUBENV]: { file: grubenv } });
      for (const [name, text] of Object.entries(slots)) fatImage(file(name), 2, { "slot.cfg": { text } });
      const modules = [...MODULES, "configfile", "halt"];
      run("grub-mkimage", [
        "-O",
        "i386-pc",
        "-d",
        GRUB,
        "-p",
        "(hd0,gpt2)/boot/grub",
        "-o",
        file("core"),
        ...modules,
      ]);
      gptDisk(this.disk, [
        { name: "core", file: file("core"), type: BIOS_BOOT_TYPE },
        ...["boot", ...Object.keys(slots)].map((name) => ({ name, file: file(name) })),
      ]);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
    this.#installLoader();
  }

  /** What grub-install does for a disk: the boot sector, and where it and the core find the rest of the core. */
  #installLoader(): void {
    const sector = readFileSync(join(GRUB, "boot.img"));
    // GRUB_BOOT_MACHINE_KERNEL_SECTOR, and the first block list at the end of diskboot.img (grub: boot.h).
    sector.writeBigUInt64LE(BigInt(CORE_SECTOR), 0x5c);
    patch(this.disk, 0, sector.subarray(0, 440));
    const rest = Buffer.alloc(8);
    rest.writeBigUInt64LE(BigInt(CORE_SECTOR + 1));
    patch(this.disk, CORE_SECTOR * 512 + 0x1f4, rest);
  }

  /** Copies the environment block out of the disk, into a file. */
  takeEnv(path: string): void {
    run("mcopy", ["-n", "-o", "-i", fileSystemOf(this.disk), `::/${GRUBENV}`, path]);
  }

  /** Copies the environment block from a file back into the disk. */
  putEnv(path: string): void {
    run("mcopy", ["-o", "-i", fileSystemOf(this.disk), path, `::/${GRUBENV}`]);
  }

  /** Switches the PC on and waits until it has powered off; answers what GRUB said. */
  async start(): Promise<string> {
    const words = [
      ...["-machine", "pc", "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "64"],
      ...["-nodefaults", "-no-user-config", "-vga", "none", "-display", "none", "-serial", "stdio"],
      ...["-drive", `if=virtio,format=raw,file=${this.disk}`],
    ];
    const { stdout } = await promisify(execFile)("qemu-system-x86_64", words, { timeout: 60_000 });
    return stdout.replaceAll("\r", "");
  }
}
