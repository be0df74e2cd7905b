import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cachedFile } from "../../src/build/cached.ts";
import { unifiedImage } from "../fixtures/versioned-image.ts";
import { type DebianFiles, debianFiles } from "./debian-machine.ts";
import { efiDisk } from "./efi-disk.ts";
import { emptyImage } from "./gpt-disk.ts";

const WORDS = [
  "console=ttyS0,115200",
  "quiet",
  "loglevel=3",
  "panic=5",
  "no_timer_check",
  "systemd.gpt_auto=no",
];
const STATE_MIB = 96;
/** Room for two kernels, each with Holdfast. */
const ESP_MIB = 192;

/**
 * A disk that firmware starts: systemd-boot, a unified kernel image for each slot with an initramfs that systemd
 * runs, the same Debian in both roots, and a state partition that nothing was written to. Slot A is confirmed and
 * shows the menu at every start; B is an update with three tries.
 */
export async function debianEfiDisk(): Promise<string> {
  const debian = await debianFiles({ flavour: "dracut-systemd" });
  const uki = (id: string, ...words: string[]) =>
    unified(`debian-${id}.efi`, debian, id, [...WORDS, ...words].join(" "));
  const state = await cachedFile("debian-state.img", { text: [`${STATE_MIB}`], files: [] }, (path) =>
    emptyImage(path, STATE_MIB),
  );
  const files = {
    "loader/loader.conf": { text: "timeout 0\n" },
    "EFI/Linux/debian-a.efi": { file: await uki("a", "holdfast.menu") },
    "EFI/Linux/debian-b+3-0.efi": { file: await uki("b") },
  };
  const partitions = [
    { name: "root_a", file: debian.root },
    { name: "root_b", file: debian.root },
    { name: "state", file: state },
  ];
  return efiDisk("debian-efi.img", files, partitions, ESP_MIB);
}

/** The unified kernel image of a slot; systemd-boot starts the newest version first. */
function unified(name: string, debian: DebianFiles, id: string, commandLine: string): Promise<string> {
  const osRelease = `ID=debian\nNAME=Debian\nPRETTY_NAME="Debian, slot ${id.toUpperCase()}"\nIMAGE_VERSION=12.${id}\n`;
  const parts = { ".linux": debian.kernel, ".initrd": debian.initramfs };
  const inputs = { text: [osRelease, commandLine], files: [import.meta.filename, ...Object.values(parts)] };
  return cachedFile(name, inputs, (out) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-uki-"));
    try {
      unifiedImage(out, { osRelease, commandLine, parts }, work);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}
