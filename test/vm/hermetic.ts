import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildBinary } from "../../src/build/binary.ts";
import { cachedFile, filesBelow } from "../../src/build/cached.ts";
import { libraryClosure } from "../../src/build/closure.ts";
import { buildInitramfs, initramfsDefaults } from "../../src/build/initramfs.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { DIST, PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { makeSigningKey, type SigningKey, signaturePartition, signText } from "../fixtures/signing.ts";
import {
  type EspContent,
  espImage,
  makeTree,
  outerDisk,
  type Uki,
  type VersionedUsr,
  versionedDisk,
} from "../fixtures/versioned-image.ts";

/*
 * Machines laid out as postmarketOS Duranium lays out a disk: two versions of a hermetic erofs /usr with its
 * hash tree, unified kernel images that are bound to them by usrhash=, and a root in memory. The system in it
 * is busybox with Holdfast; nothing is configured.
 */

const BUSYBOX = "/bin/busybox";
const AGENT = join(PROJECT, "src/build/demo-root/agent.sh");
/** The judge of the mapped device, inside the machine. */
const VERITYSETUP = "/usr/sbin/veritysetup";
const SYSTEMD_BOOT = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi";

/** Drivers of QEMU's machine, and what ESP, variables, verity and a disk inside a partition need. */
const MODULES = [
  ...["virtio_pci", "virtio_blk", "erofs", "dm_mod", "dm_verity", "sha256_generic", "loop"],
  ...["efivarfs", "nls_cp437", "nls_ascii", "vfat"],
];

export const OLDER = "20260801";
export const NEWER = "20260915";

/** Init of the system: says who it is on the serial console, and answers the tests. */
const INIT = `#!/bin/sh
export PATH=/usr/sbin:/usr/bin
. /usr/lib/os-release
mount -t tmpfs tmpfs /tmp
echo "This is slot $IMAGE_VERSION: $PRETTY_NAME" >/dev/ttyS0
case " $(cat /proc/cmdline) " in
*" demo.fails.$IMAGE_VERSION "*) sync; reboot -f ;;
esac
sh /usr/lib/demo/agent.sh &
while :; do sleep 3600; done
${filling()}
`;

/** Comments that no compressor makes smaller, so that init has blocks of its own in the image. */
function filling(): string {
  const lines = Array.from({ length: 200 }, (_, n) => createHash("sha256").update(`${n}`).digest("base64"));
  return lines.map((line) => `# ${line}`).join("\n");
}

/** The first bytes of init, which stand in the image as they are. */
export const INIT_START = Buffer.from(INIT.slice(0, 30));

/** What its last line, a comment, has no twin for: it stands there so, too. */
export const INIT_END = Buffer.from(INIT.trimEnd().slice(-40, -2));

/** The images of both versions with their hash trees. */
async function versions(): Promise<VersionedUsr[]> {
  await buildBinary();
  return [await versionOf(OLDER), await versionOf(NEWER)];
}

async function versionOf(version: string): Promise<VersionedUsr> {
  const { release, modulesDir } = debianKernel("amd64");
  const programs = filesBelow(initramfsDefaults().holdfast);
  const inputs = {
    text: [version, INIT, release],
    files: [import.meta.filename, BUSYBOX, AGENT, ...programs],
  };
  const file = await cachedFile(`hermetic-${version}.erofs`, inputs, (path) => {
    const usr = mkdtempSync(join(tmpdir(), "holdfast-usr-"));
    try {
      chmodSync(usr, 0o755);
      fillUsr(usr, version, { release, modulesDir });
      run("mkfs.erofs", ["-zlz4", "-C65536", "--all-root", "-T0", "--quiet", path, usr]);
    } finally {
      rmSync(usr, { recursive: true, force: true });
    }
  });
  const tree = `${file}.vty`;
  const rootHash = makeTree(file, tree);
  const signature = `${file}.sig`;
  const key = await signingKey();
  writeFileSync(signature, signedFor(rootHash, { key, certificate: key }));
  return { version, file, tree, rootHash, signature };
}

/** What a signature partition holds for a root hash. */
export function signedFor(rootHash: string, key: SigningKey): Buffer {
  const work = mkdtempSync(join(tmpdir(), "holdfast-signing-"));
  try {
    return signaturePartition(rootHash, signText(work, rootHash, key));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** One file with the key of these images and its certificate. */
function signingKey(): Promise<string> {
  return cachedFile("hermetic-signing.pem", { text: [], files: [import.meta.filename] }, (path) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-signing-"));
    try {
      const { key, certificate } = makeSigningKey(work, "Duranium", "rsa");
      writeFileSync(path, `${readFileSync(key, "utf8")}${readFileSync(certificate, "utf8")}`);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

function fillUsr(usr: string, version: string, kernel: { release: string; modulesDir: string }): void {
  const write = (path: string, content: string | Buffer, mode = 0o644) => {
    mkdirSync(dirname(join(usr, path)), { recursive: true });
    writeFileSync(join(usr, path), content, { mode });
  };
  for (const folder of ["bin", "sbin"]) mkdirSync(join(usr, folder));
  copyFileSync(BUSYBOX, join(usr, "bin/busybox"));
  for (const applet of run(BUSYBOX, ["--list"]).trim().split("\n")) {
    if (applet !== "busybox" && applet !== "init") symlinkSync("busybox", join(usr, "bin", applet));
  }
  write("sbin/init", INIT, 0o755);
  write("lib/demo/agent.sh", readFileSync(AGENT));
  write(
    "lib/os-release",
    `NAME=Duranium\nPRETTY_NAME="Duranium ${version}"\nID=duranium\nIMAGE_VERSION=${version}\n`,
  );
  for (const file of readdirSync(kernel.modulesDir).filter((name) => name.startsWith("modules.builtin"))) {
    write(join("lib/modules", kernel.release, file), readFileSync(join(kernel.modulesDir, file)));
  }
  cpSync(initramfsDefaults().holdfast, join(usr, "lib/holdfast"), { recursive: true });
  symlinkSync("../lib/holdfast/holdfast", join(usr, "bin/holdfast"));
  copyFileSync(VERITYSETUP, join(usr, "sbin/veritysetup"));
  const parts = ["holdfast", "skia.node"].map((name) => join(initramfsDefaults().holdfast, name));
  for (const library of libraryClosure([...parts, VERITYSETUP])) {
    // The root's links into /usr make /lib64 and /usr/lib64 the same.
    const path = library.replace(/^\/(usr\/)?/, "");
    mkdirSync(dirname(join(usr, path)), { recursive: true });
    copyFileSync(library, join(usr, path));
  }
}

/**
 * The stand-alone initramfs without any configuration, and with the tests' agent. In the broken one Holdfast
 * ends at once, and veritysetup is there for the supervisor.
 */
export async function hermeticInitramfs({ broken = false, configuration = "" } = {}): Promise<string> {
  await buildBinary();
  const { modulesDir, release } = debianKernel("amd64");
  const signing = await signingKey();
  const hooks = filesBelow(join(PROJECT, "initramfs-hooks"));
  const sources = filesBelow(join(PROJECT, "src/build")).filter((file) => file.endsWith(".ts"));
  const inputs = {
    text: [release, MODULES.join(), `${broken}`, configuration],
    files: [import.meta.filename, join(DIST, ".stamp"), AGENT, signing, ...hooks, ...sources],
  };
  const name = `hermetic${broken ? "-broken" : ""}${configuration === "" ? "" : "-configured"}`;
  return cachedFile(`${name}.initramfs`, inputs, async (out) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-hermetic-"));
    try {
      const config = join(work, "config.toml");
      writeFileSync(config, configuration);
      const add = join(work, "add");
      mkdirSync(join(add, "etc/holdfast/early.d"), { recursive: true });
      cpSync(AGENT, join(add, "etc/holdfast/agent.sh"));
      mkdirSync(join(add, "etc/verity.d"));
      run("openssl", ["x509", "-in", signing, "-out", join(add, "etc/verity.d/duranium.crt")]);
      const early = "#!/bin/sh\nsh /etc/holdfast/agent.sh &\n";
      writeFileSync(join(add, "etc/holdfast/early.d/50-agent.sh"), early, { mode: 0o755 });
      if (broken) breakHoldfast(add);
      const options = { ...initramfsDefaults(), config, modulesDir, modules: MODULES, add, level: 3, out };
      await buildInitramfs(options);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

function breakHoldfast(tree: string): void {
  const put = (path: string, file: string) => {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    copyFileSync(file, join(tree, path));
  };
  for (const library of libraryClosure([VERITYSETUP])) put(library, library);
  put("bin/veritysetup", VERITYSETUP);
  mkdirSync(join(tree, "usr/lib/holdfast"), { recursive: true });
  const script = "#!/bin/sh\necho It is broken. >&2\nexit 1\n";
  writeFileSync(join(tree, "usr/lib/holdfast/holdfast"), script, { mode: 0o755 });
}

export interface HermeticDisk {
  readonly image: string;
  readonly kernel: string;
  readonly initramfs: string;
  readonly versions: readonly VersionedUsr[];
}

/**
 * The disk: systemd-boot, the older version confirmed and the newer one with two tries. `words` go to the
 * kernel; `withKernels` puts kernel and initramfs into the unified images, as firmware needs them. `more`
 * is a partition that nothing was written to yet; with one for the root no word names that.
 */
export async function hermeticDisk(
  name: string,
  words: readonly string[],
  { withKernels, more = null }: { withKernels: boolean; more?: keyof typeof MORE | null },
): Promise<HermeticDisk> {
  const images = await versions();
  const { vmlinuz } = debianKernel("amd64");
  const initrd = await hermeticInitramfs({ configuration: more === null ? "" : MORE[more].configuration });
  const parts = withKernels ? { ".linux": vmlinuz, ".initrd": initrd } : {};
  const uki = ({ version, rootHash }: VersionedUsr): Uki => ({
    osRelease: `NAME=Duranium\nPRETTY_NAME=Duranium\nID=duranium\nIMAGE_ID=duranium\nIMAGE_VERSION=${version}\n`,
    commandLine: [...WORDS, ...words, `usrhash=${rootHash}`, ...(more === "root" ? [] : ["root=tmpfs"])].join(
      " ",
    ),
    parts,
  });
  const [older, newer] = images;
  if (older === undefined || newer === undefined) throw new Error("there are two versions");
  const files: EspContent = {
    "EFI/BOOT/BOOTX64.EFI": { file: SYSTEMD_BOOT },
    [`EFI/Linux/duranium_phosh_13_${OLDER}.efi`]: { uki: uki(older) },
    [`EFI/Linux/duranium_phosh_13_${NEWER}+2-0.efi`]: { uki: uki(newer) },
  };
  const inputs = {
    text: [JSON.stringify(words), `${withKernels} ${more}`, older.rootHash, newer.rootHash],
    files: [
      import.meta.filename,
      SYSTEMD_BOOT,
      vmlinuz,
      initrd,
      ...images.flatMap(({ file, signature = file }) => [file, signature]),
    ],
  };
  const image = await cachedFile(`${name}.img`, inputs, (path) => {
    const work = mkdtempSync(join(tmpdir(), "holdfast-hermetic-disk-"));
    try {
      espImage(join(work, "esp.img"), withKernels ? 160 : 40, files);
      versionedDisk(path, join(work, "esp.img"), images, more === null ? null : MORE[more]);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return { image, kernel: vmlinuz, initramfs: initrd, versions: images };
}

/** Partitions that some disks have besides: empty, and the configuration that goes with them. */
export const MORE = {
  root: {
    name: "pmOS_root",
    type: "root",
    mib: 64,
    configuration: '[reset]\nroot = "PARTLABEL=pmOS_root"\n',
  },
  state: {
    name: "state",
    type: "linux",
    mib: 64,
    configuration: '[state]\ndevice = "PARTLABEL=state"\ncreate = true\n\n[policy]\ndeveloper = "open"\n',
  },
} as const;

const WORDS = ["console=ttyS0,115200", "quiet", "loglevel=3", "panic=5"];

/** The same disk inside a partition of a phone's. */
export async function nestedDisk(name: string, disk: HermeticDisk): Promise<HermeticDisk> {
  const inputs = { text: [], files: [import.meta.filename, disk.image] };
  const image = await cachedFile(`${name}.img`, inputs, (path) => outerDisk(path, disk.image));
  return { ...disk, image };
}
