import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { bundle } from "../../src/build/bundle.ts";
import { cachedFile } from "../../src/build/cached.ts";
import { libraryClosure } from "../../src/build/closure.ts";
import { cpio, type Entry } from "../../src/build/cpio.ts";
import { debianKernel, type KernelFlavour } from "../../src/build/kernel.ts";
import { moduleContents, moduleLoadOrder } from "../../src/build/modules.ts";
import { nodeBase } from "../../src/build/node-base.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { HOST, targetOf } from "../../src/build/target.ts";

const BUSYBOX = "/bin/busybox";
const AGENT = join(PROJECT, "src/build/demo-root/agent.sh");
const PROBE = "test/vm/efi-probe.ts";
/** crc32c_generic and the like are not needed: the ESP is the only file system. */
const MODULES = ["virtio_pci", "virtio_blk", "efivarfs", "nls_cp437", "nls_ascii", "vfat"];

/** The agent is started with everything that it needs to look at ESP and variables, and nothing else runs. */
const INIT = `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
exec </dev/console >/dev/console 2>&1
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /run
for module in $(cat /modules); do insmod "/modules.d/$module.ko"; done
mount -t efivarfs efivarfs /sys/firmware/efi/efivars
until [ -b /dev/vda1 ]; do usleep 20000; done
sh /agent.sh &
echo "The agent is ready."
while :; do sleep 3600; done
`;

/**
 * A small initramfs for machines with UEFI firmware: busybox, the tests' agent, and Node with `efi-probe.ts`,
 * which has Holdfast's own code for systemd-boot in it.
 */
export async function efiInitramfs(flavour: KernelFlavour): Promise<string> {
  const { modulesDir, release } = debianKernel(flavour);
  const probe = await bundle(PROBE);
  const node = nodeBase(targetOf(HOST));
  const packs = Object.entries(probe.packs).map(([name, code]) => `${JSON.stringify(name)}:()=>${code}`);
  const script = `${probe.code}(require,(name)=>({${packs}})[name]())`;
  const inputs = { text: [release, INIT, script], files: [import.meta.filename, BUSYBOX, AGENT, node] };
  return cachedFile(`efi-${flavour}.initramfs`, inputs, async (path) => {
    const plain = `${path}.cpio`;
    const modules = moduleLoadOrder(modulesDir, MODULES);
    const entries = [
      ...["bin", "dev", "proc", "run", "sys", "tmp"].map(
        (name): Entry => ({ kind: "directory", path: name }),
      ),
      { kind: "device", path: "dev/console", major: 5, minor: 1 } as const,
      file("init", Buffer.from(INIT)),
      file("bin/busybox", { file: BUSYBOX }),
      file("agent.sh", { file: AGENT }),
      file("bin/node", { file: node }),
      file("probe.js", Buffer.from(script)),
      file("modules", Buffer.from(modules.map(({ name }) => `${name}\n`).join(""))),
      ...modules.map((module) => file(`modules.d/${module.name}.ko`, moduleContents(module))),
      ...libraryClosure([node]).map((library) => file(library.slice(1), { file: library })),
    ];
    await pipeline(cpio(entries), createWriteStream(plain));
    execFileSync("zstd", ["-q", "-f", "--rm", "-6", "-T2", plain, "-o", path]);
  });
}

function file(path: string, contents: Buffer | { readonly file: string }): Entry {
  return { kind: "file", path, executable: true, contents };
}
