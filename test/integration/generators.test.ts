import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { buildBinary } from "../../src/build/binary.ts";
import { binaryFor, distOf } from "../../src/build/build-place.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { SUPERVISOR } from "../../src/build/supervisor.ts";
import { placeTree, systemTree } from "../../src/build/system-tree.ts";
import { HOST } from "../../src/build/target.ts";
import { makepkg } from "../../src/build/tools.ts";
import { DebianRoot } from "../vm/debian-root.ts";

const BAD = "[boot]\ntries = 99\n";
const GOOD = '[boot]\nscheme = "chromeos-gpt"\n[state]\ndevice = "PARTLABEL=state"\n';

/** The stand-ins run in a Debian root, which takes chroot and mounts. */
const isRoot = process.getuid?.() === 0;

let root: DebianRoot;
beforeAll(async () => {
  if (!isRoot) return;
  await buildBinary(binaryFor(HOST));
  root = await DebianRoot.create();
  const tree = mkdtempSync(join(tmpdir(), "holdfast-tree-"));
  placeTree(systemTree(distOf(binaryFor(HOST)), ["mkinitcpio", "mkinitfs", "openrc"]), tree, 0);
  run("cp", ["-a", `${tree}/.`, root.folder]);
  rmSync(tree, { recursive: true });
  for (const name of ["fake-mkinitcpio", "fake-mkinitfs"])
    cpSync(join(import.meta.dirname, "generators", name), root.path(`usr/bin/${name}`));
}, 300_000);
afterAll(() => root?.remove(), 300_000);
beforeEach(() => root?.write("etc/holdfast/config.toml", GOOD));

/** What a script of a hook does in busybox ash in the image, where `run` ends with that code. */
function booted(image: string, code: number, script: string): string {
  root.write(
    `${image}/usr/lib/holdfast/run`,
    `#!/bin/busybox sh\nmkdir -p /run/holdfast\necho /usr/lib/init >/run/holdfast/init\nexit ${code}\n`,
    0o755,
  );
  return root.run(`chroot /${image} /bin/busybox sh -c '${script}'`).trim();
}

describe.runIf(isRoot)("mkinitcpio's hook, run by a stand-in", () => {
  const files = (path: string) => existsSync(root.path(`image/${path}`));

  test("a bad configuration ends it", () => {
    root.write("etc/holdfast/config.toml", BAD);
    const log = root.run("fake-mkinitcpio holdfast base udev holdfast || echo exit code $?");
    expect(log).toMatch(/config\.toml, line 2: boot\.tries[\s\S]*ERROR: holdfast: [\s\S]*exit code 1/);
    expect(log).not.toContain("successful");
  });

  test("with busybox: what goes in starts, and the root is handed over as mount_handler", () => {
    expect(root.run("fake-mkinitcpio holdfast base udev holdfast filesystems")).toContain("successful");
    for (const path of [
      "hooks/holdfast",
      "usr/lib/holdfast/run",
      "usr/sbin/e2fsck",
      "etc/holdfast/config.toml",
    ])
      expect([path, files(path)]).toEqual([path, true]);
    expect(files("usr/lib/systemd/system/holdfast.service")).toBe(false);
    expect(root.run("chroot /image /usr/lib/holdfast/holdfast --version").trim()).toBe(packageJson.version);
    expect(root.read("image.modules").split("\n")).toEqual(
      expect.arrayContaining(["evdev", "ext4", "overlay"]),
    );

    const script =
      '. /hooks/holdfast; mount_handler=default; run_hook; echo "$mount_handler $fastboot $init"';
    expect(booted("image", 0, script)).toBe("holdfast_mount y /usr/lib/init");
    expect(booted("image", 1, script)).toBe("default");
    expect(booted("image", 0, `init=/bin/mine; ${script}`)).toBe("holdfast_mount y /bin/mine");
    expect(booted("image", 3, `launch_interactive_shell() { echo shell; }; ${script}`)).toMatch(
      /^shell\ndefault/,
    );
  });

  test("with systemd: the units that initrd-root-fs.target requires", () => {
    root.run("fake-mkinitcpio holdfast base systemd holdfast filesystems");
    expect(files("hooks/holdfast")).toBe(false);
    const folder = "image/usr/lib/systemd/system";
    for (const unit of ["holdfast.service", "holdfast-volumes.service"]) {
      expect(root.read(`${folder}/initrd-root-fs.target.requires/${unit}`)).toContain(
        "holdfast/systemd-start",
      );
    }
    expect(files("usr/lib/holdfast/systemd-start")).toBe(true);
  });
});

describe.runIf(isRoot)("mkinitfs' lists and hook, read by a stand-in", () => {
  test("a bad configuration stops mkinitfs, and a right one lets it go on", () => {
    root.write("etc/holdfast/config.toml", BAD);
    const stopped = root.run(
      "/usr/libexec/holdfast/prepare-mkinitfs || echo exit code $?; fake-mkinitfs || echo and $?",
    );
    expect(stopped).toMatch(
      /line 2: boot\.tries[\s\S]*exit code 1\nmkinitfs: file not found: \S+config\.env\nand 1/,
    );
    root.write("etc/holdfast/config.toml", GOOD);
    expect(root.run("/usr/libexec/holdfast/prepare-mkinitfs; fake-mkinitfs")).toContain("mkinitfs: done");
  });

  test("the large files are in initramfs-extra, the scripts in initramfs", () => {
    const inMain = (path: string) => existsSync(root.path(`initramfs/${path}`));
    const inExtra = (path: string) => existsSync(root.path(`initramfs-extra/${path}`));
    const scripts = ["run", ...SUPERVISOR, "config.env", "modules"].map((name) => `usr/lib/holdfast/${name}`);
    expect(
      [...scripts, "etc/holdfast/config.toml", "hooks/60-holdfast.sh"].filter((path) => !inMain(path)),
    ).toEqual([]);
    expect(["holdfast", "skia.node", "fonts"].filter((name) => !inExtra(`usr/lib/holdfast/${name}`))).toEqual(
      [],
    );
    expect(Number(root.run("du -sk /initramfs | cut -f1"))).toBeLessThan(4000);
  });

  test("the hook returns when both volume keys are released", () => {
    root.run(
      "mkdir -p /initramfs/bin /initramfs/proc && cp /bin/busybox /initramfs/bin/ && for name in sh grep sleep; do ln -sf busybox /initramfs/bin/$name; done",
    );
    // Held for three questions, then released.
    root.write(
      "initramfs/bin/evtest",
      "#!/bin/busybox sh\necho $4 >>/asked\n[ $(grep -c KEY_VOLUMEDOWN /asked) -gt 3 ] || exit 10\n",
      0o755,
    );
    root.write("initramfs/sys/class/input/event0/device/capabilities/key", "c000000000000 0\n");
    root.write("initramfs/asked", "");
    root.write("initramfs/dev/null", "");
    root.write("initramfs/proc/uptime", "9.00 1.00\n");
    booted("initramfs", 0, "PATH=/bin; . /hooks/60-holdfast.sh");
    const asked = readFileSync(root.path("initramfs/asked"), "utf8").trim().split("\n");
    expect(asked).toEqual([...Array<string>(4).fill("KEY_VOLUMEDOWN"), "KEY_VOLUMEUP"]);
  });
});

test.each(["initramfs-hooks/mkinitfs/APKBUILD", "initramfs-hooks/mkinitcpio/PKGBUILD"])(
  "%s is shell, and agrees with package.json",
  (path) => {
    const file = join(PROJECT, path);
    run("bash", ["-n", file]);
    const fields = run("bash", [
      "-c",
      `. '${file}'; printf '%s\\n' "$pkgname" "$pkgver" "$pkgdesc" "\${license[*]}"`,
    ]).trim();
    const { name, version, description, license } = packageJson;
    expect(fields.split("\n")).toEqual([name, version, description, license]);
  },
);

test("PKGBUILD is what makepkg itself reads", () => {
  const work = mkdtempSync(join(tmpdir(), "holdfast-pkgbuild-"));
  try {
    cpSync(join(PROJECT, "initramfs-hooks/mkinitcpio/PKGBUILD"), join(work, "PKGBUILD"));
    const { path, env, settings } = makepkg();
    const words = Object.entries({ ...env, HOME: work, BUILDDIR: work }).map((entry) => entry.join("="));
    const line = ["env", "-C", work, ...words, "bash", path("makepkg"), "--config", settings];
    // It does not run as root.
    if (isRoot) run("chown", ["-R", "nobody", work]);
    const nobody = isRoot ? ["setpriv", "--reuid=nobody", "--clear-groups"] : [];
    const [program = "", ...rest] = [...nobody, ...line, "--printsrcinfo"];
    const said = run(program, rest);
    for (const part of [`pkgver = ${packageJson.version}\n`, "depends = mkinitcpio\n", "arch = aarch64\n"])
      expect(said).toContain(part);
  } finally {
    rmSync(work, { recursive: true });
  }
});
