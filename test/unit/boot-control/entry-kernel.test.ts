import { expect, test } from "vitest";
import { readEntries } from "../../../src/boot-control/boot-entries.ts";
import { kernelOfEntry } from "../../../src/boot-control/entry-kernel.ts";
import { craftPe, fakeEsp } from "../../fixtures/esp.ts";

test("kernel, archives and words of an entry are what kexec starts; a broken one is nothing", () => {
  const esp = fakeEsp();
  try {
    const lines = [
      "linux \\EFI\\os\\vmlinuz",
      "initrd /ucode.img",
      "initrd os/initrd",
      "options root=x quiet",
    ];
    esp.put({
      "loader/entries/a.conf": `${lines.join("\n")}\n`,
      "loader/entries/broken.conf": "title nothing\n",
      "EFI/Linux/b+2-0.efi": craftPe({ ".osrel": "ID=b\n", ".cmdline": "usrhash=0f quiet", ".linux": "MZ" }),
    });
    const kernels = readEntries([esp.root]).entries.map((entry) => [
      entry.id,
      kernelOfEntry(entry, "/dev/vda1"),
    ]);
    const common = { device: "/dev/vda1", fstype: "vfat" };
    expect(Object.fromEntries(kernels)).toEqual({
      "a.conf": {
        ...{ ...common, linux: "/EFI/os/vmlinuz", initrd: ["/ucode.img", "/os/initrd"] },
        options: "root=x quiet",
      },
      "b.efi": { ...common, linux: "/EFI/Linux/b+2-0.efi", initrd: [], options: "usrhash=0f quiet" },
      "broken.conf": undefined,
    });
  } finally {
    esp.clear();
  }
});
