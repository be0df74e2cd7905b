import { cpSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../tools.ts";
import { type MadeSystems, OLD_KERNEL, RUNNING_SYSTEMS } from "./row.ts";

const FSTAB = `UUID=1 / btrfs ro 0 0
UUID=1 /var btrfs subvol=@/var,x-initrd.mount 0 0
/etc /etc none bind,x-initrd.mount 0 0
`;

/** The file system of MicroOS: snapshots that snapper made, /etc a subvolume of its own in the second. */
export function makeSnapshots(
  device: string,
  { top, root, tree }: { readonly top: string; readonly root: string; readonly tree: string },
  made: MadeSystems = RUNNING_SYSTEMS,
): void {
  const btrfs = (...words: string[]) => run("btrfs", ["-q", ...words]);
  run("mkfs.btrfs", ["-q", device]);
  for (const folder of [top, root]) mkdirSync(folder);
  run("mount", ["-o", "subvolid=5", device, top]);
  for (const name of ["@", "@/.snapshots", "@/var"]) btrfs("subvolume", "create", join(top, name));
  run("mount", ["-o", "subvol=@", device, root]);
  for (const [version, kernel, description] of [
    ["24.1", OLD_KERNEL, "first & <oldest>"],
    ["24.2", made.kernel, "second"],
    ["24.3", made.kernel, "third"],
  ] as const) {
    made.make(tree, version, kernel);
    rmdirSync(join(tree, "var"));
    writeFileSync(join(tree, "etc/fstab"), "UUID=1 / btrfs ro 0 0\n");
    run("rm", ["-rf", join(root, "usr")]);
    run("cp", ["-a", "--remove-destination", `${tree}/.`, root]);
    mkdirSync(join(root, "etc/snapper/configs"), { recursive: true });
    mkdirSync(join(root, "etc/default"), { recursive: true });
    cpSync("/usr/share/snapper/config-templates/default", join(root, "etc/snapper/configs/root"));
    writeFileSync(join(root, "etc/default/snapper"), 'SNAPPER_CONFIGS="root"\n');
    const kept = version === "24.1" ? ["--userdata", "important=yes"] : ["--cleanup-algorithm", "number"];
    run("snapper", ["--no-dbus", `--root=${root}`, "create", "--description", description, ...kept]);
  }
  const second = join(top, "@/.snapshots/2/snapshot");
  btrfs("property", "set", second, "ro", "false");
  run("rm", ["-rf", join(second, "etc")]);
  btrfs("subvolume", "create", join(second, "etc"));
  writeFileSync(join(second, "etc/fstab"), FSTAB);
  btrfs("property", "set", second, "ro", "true");
  btrfs("subvolume", "set-default", join(top, "@/.snapshots/3/snapshot"));
}
