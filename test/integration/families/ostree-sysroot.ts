import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { clearImmutable } from "../../../src/linux/file-flags.ts";
import { run } from "../tools.ts";
import { type MadeSystems, OLD_KERNEL, RUNNING_SYSTEMS } from "./row.ts";

/** Where rpm-ostree, which is not at hand, notes the packages of a commit; ostree itself writes it here. */
export const PACKAGES = "rpmostree.rpmdb.pkglist";

/** A sysroot with three deployments, the oldest pinned, the newer two with one kernel; all made by ostree. */
export function makeSysroot(sysroot: string, tree: string, made: MadeSystems = RUNNING_SYSTEMS): void {
  mkdirSync(sysroot);
  const admin = (verb: string, ...rest: string[]) =>
    run("ostree", ["admin", verb, `--sysroot=${sysroot}`, ...rest]);
  run("ostree", ["admin", "init-fs", sysroot]);
  admin("os-init", "test");
  for (const [version, kernel, date] of [
    ["24.1", made.old ?? OLD_KERNEL, "2024-02-01T12:00Z"],
    ["24.2", made.kernel, "2024-03-01T12:00Z"],
    ["24.3", made.kernel, "2024-04-01T12:00Z"],
  ] as const) {
    made.make(tree, version, kernel);
    // OSTree makes /etc out of it.
    rmSync(join(tree, "etc"), { recursive: true });
    const metadata = [
      `--add-metadata=${PACKAGES}=[('bash', '0', '5.2', '1', 'x86_64'), ('pm', '2', '${version}', '3', 'noarch')]`,
      `--add-metadata-string=version=${version}`,
      `--timestamp=${date}`,
      `--subject=${version}`,
    ];
    run("ostree", [
      "commit",
      `--repo=${sysroot}/ostree/repo`,
      "--branch=test",
      `--tree=dir=${tree}`,
      ...metadata,
    ]);
    admin("deploy", "--os=test", "--karg=root=LABEL=x", "--retain", "test");
    if (version === "24.1") admin("pin", "0");
  }
}

/** Deployments are immutable directories; they could not be removed. */
export function release(sysroot: string): void {
  const folder = join(sysroot, "ostree/deploy/test/deploy");
  for (const name of readdirSync(folder)) clearImmutable(join(folder, name));
}
