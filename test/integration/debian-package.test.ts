import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { buildDebianPackage, newestEntry } from "../../src/build/debian-package.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { HOST } from "../../src/build/target.ts";
import { modulesOf, prepareKernel } from "../vm/debian-install.ts";
import { debianPackage } from "../vm/debian-machine.ts";
import { DebianRoot } from "../vm/debian-root.ts";

const { release } = debianKernel("amd64");
const INITRD = `boot/initrd.img-${release}`;

test("version, changelog and --version agree", () => {
  const changelog = readFileSync(join(PROJECT, "initramfs-hooks/debian/changelog"), "utf8");
  expect(newestEntry(changelog).version).toBe(packageJson.version);
});

test("a changelog without a version or date is refused", () => {
  expect(() => newestEntry("holdfast unstable\n")).toThrow(/no version or no date/);
});

/** Debian's own tools run in the root, which takes chroot and mounts. */
const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)("the Debian package", () => {
  let root: DebianRoot;
  let deb: string;
  let work: string;
  beforeAll(async () => {
    deb = await debianPackage();
    root = await DebianRoot.create();
    work = mkdtempSync(join(tmpdir(), "holdfast-deb-test-"));
    prepareKernel(root);
    copyFileSync(deb, root.path("holdfast.deb"));
  }, 300_000);
  afterAll(() => {
    root?.remove();
    rmSync(work, { recursive: true, force: true });
  }, 300_000);

  const install = () => root.run("dpkg -i /holdfast.deb");
  /** Every file of the system with its content, and every folder and link; not what dpkg and ldconfig note. */
  const snapshot = () =>
    root.run(`cd /
      prune='-path ./proc -o -path ./var/lib/dpkg -o -path ./var/log -o -path ./var/cache -o -path ./holdfast.deb'
      find . \\( $prune \\) -prune -o ! -type f -printf '%p %M %l\\n' | sort
      find . \\( $prune -o -path ./boot/initrd* -o -path ./var/lib/initramfs-tools \\) -prune -o -type f -print0 |
        sort -z | xargs -0 md5sum`);

  test("is the same, byte for byte, when it is built again", () => {
    const again = join(work, "again.deb");
    buildDebianPackage({ arch: HOST, level: 1, out: again });
    expect(readFileSync(again).equals(readFileSync(deb))).toBe(true);
  });

  /** What update-initramfs says, with its exit code when that is not 0; the initramfs is removed again. */
  const update = (before: string, after: string) => {
    const script = `${before}\nupdate-initramfs -c -k ${release} || echo "exit code $?"\nrm -f /${INITRD}\n${after}`;
    return root.run(script, modulesOf());
  };

  test.each([
    [
      "no binary",
      "mv /usr/lib/holdfast/holdfast /h",
      "mv /h /usr/lib/holdfast/holdfast",
      /holdfast\/holdfast is missing: install Holdfast before its hook/,
    ],
    [
      "a configuration that cannot be read",
      "mv /etc/holdfast/config.toml /c; mkdir /etc/holdfast/config.toml",
      "rmdir /etc/holdfast/config.toml; mv /c /etc/holdfast/config.toml",
      /config\.toml cannot be read/,
    ],
    [
      "a program of the state partition that is missing",
      "mv /usr/sbin/e2fsck /e",
      "mv /e /usr/sbin/e2fsck",
      /e2fsck is missing, which the initramfs needs/,
    ],
    ["no room", "mount -t tmpfs -o size=40m tmpfs /var/tmp", "umount /var/tmp", /No space left on device/],
  ])(
    "%s stops update-initramfs, which says so",
    (_, before, after, why) => {
      install();
      const said = update(before, after);
      expect(said).toMatch(why);
      expect(said).toMatch(/exit code 1/);
    },
    60_000,
  );

  test("a driver that the kernel does not have is told of, and the initramfs is made without it", () => {
    install();
    root.write("etc/holdfast/initramfs.conf", 'HOLDFAST_MODULES="no_such_panel"\n');
    const said = update("", "");
    expect(said).toContain(`Kernel ${release} has no module no_such_panel`);
    expect(said).not.toContain("exit code");
    root.run("dpkg --purge holdfast");
  }, 60_000);

  test("a kernel without a file system of the configuration stops it; one without input drivers is told of", () => {
    install();
    const KERNEL = "9.9-tests";
    root.write(`boot/config-${KERNEL}`, "CONFIG_RD_ZSTD=y\n");
    const updateFor = (builtIn: readonly string[]) => {
      root.write(`usr/lib/modules/${KERNEL}/modules.order`, "");
      const names = builtIn.map((name) => `kernel/${name}.ko\n`);
      root.write(`usr/lib/modules/${KERNEL}/modules.builtin`, names.join(""));
      const script = `depmod ${KERNEL}; update-initramfs -c -k ${KERNEL} || echo "exit code $?"; rm -f /boot/initrd.img-${KERNEL}`;
      return root.run(script);
    };
    const without = updateFor(["drivers/input/evdev"]);
    expect(without).toMatch(
      /Kernel 9\.9-tests has no module ext4, which the configuration needs\.[\s\S]*exit code 1/,
    );
    const blind = updateFor(["drivers/input/evdev", "fs/ext4/ext4", "crypto/crc32c_generic"]);
    expect(blind).toMatch(
      /has none of the input drivers gpio_keys .*: the menu can be used on a serial line only/,
    );
    expect(blind).not.toContain("exit code");
    root.run(`rm -r /usr/lib/modules/${KERNEL} /boot/config-${KERNEL} && dpkg --purge holdfast`);
  }, 60_000);

  test("is installed by dpkg, stops the initramfs on a bad configuration, and goes away again", () => {
    const before = snapshot();
    const log = install();
    console.log(log);
    expect(log).toContain(`Setting up holdfast (${packageJson.version})`);
    expect(root.run("holdfast --version").trim()).toBe(packageJson.version);
    // This root leaves every package's documents out.
    expect(root.run("dpkg --verify holdfast || true").replace(/.* \/usr\/share\/(doc|man).*\n/g, "")).toBe(
      "",
    );
    const once = snapshot();
    install();
    expect(snapshot()).toBe(once);

    root.write("etc/holdfast/config.d/10-wrong.toml", "[boot]\ntries = 99\n");
    const stopped = root.run(`update-initramfs -c -k ${release} || echo "exit code $?"`, modulesOf());
    expect(stopped).toMatch(/10-wrong\.toml, line 2: boot\.tries.*is 99/);
    expect(stopped).toMatch(/The initramfs is not built with this configuration[\s\S]*exit code 1/);
    expect(existsSync(root.path(INITRD))).toBe(false);
    rmSync(root.path("etc/holdfast/config.d"), { recursive: true });

    root.run("dpkg --purge holdfast");
    expect(snapshot()).toBe(before);
  }, 300_000);
});
