import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { compareRpm } from "../../../src/bytes/rpm-order.ts";
import { comparePackages } from "../../../src/domain/comparison-packages.ts";
import type { System } from "../../../src/domain/system.ts";
import { clearImmutable } from "../../../src/linux/file-flags.ts";
import type { Place } from "../../../src/roots/kinds/kind.ts";
import { ostree } from "../../../src/roots/kinds/ostree.ts";
import { run } from "../tools.ts";
import { makeComposefs } from "./composefs-image.ts";
import { makeSysroot, PACKAGES, release } from "./ostree-sysroot.ts";
import { attach, enter, type Question, type Row, RUNNING } from "./row.ts";

interface Told {
  readonly id: string;
  readonly version: string | null;
  readonly pinned: boolean;
}

/** `ostree admin status`, taken apart. */
function judge(sysroot: string): Told[] {
  const blocks = run("ostree", ["admin", "status", `--sysroot=${sysroot}`])
    .split(/^[* ] (?=\S)/m)
    .slice(1);
  return blocks.map((block) => {
    const [, stateroot, deployment] = /^(\S+) ([0-9a-f]{64}\.\d+)/.exec(block) ?? [];
    const version = /Version: (.*)/.exec(block)?.[1] ?? null;
    return { id: `${stateroot}/${deployment}`, version, pinned: block.includes("Pinned: yes") };
  });
}

/** The commit's time as ostree prints it. */
function judgeDate(sysroot: string, id: string): string {
  const commit = id.replace(/^.*\/|\.\d+$/g, "");
  const date = /^Date:\s+(\S+ \S+) \+0000$/m.exec(
    run("ostree", ["show", `--repo=${sysroot}/ostree/repo`, commit]),
  );
  return `${date?.[1]?.replace(" ", "T")}Z`;
}

/** The packages of a commit as ostree prints them: name, epoch, version, release, architecture. */
function judgePackages(sysroot: string, id: string): object[] {
  const commit = id.replace(/^.*\/|\.\d+$/g, "");
  const words = ["show", `--repo=${sysroot}/ostree/repo`, `--print-metadata-key=${PACKAGES}`, commit];
  const rows = [...run("ostree", words).matchAll(/\('(.*?)', '(.*?)', '(.*?)', '(.*?)', '(.*?)'\)/g)];
  return rows.map(([, name, epoch, version, release, architecture]) => ({
    name,
    version: `${epoch === "0" ? "" : `${epoch}:`}${version}-${release}`,
    architecture,
  }));
}

/** Whether the root is the overlay of a composefs image. */
const ASKED =
  "export PATH=/usr/bin; busybox mount -t proc none /proc; busybox grep -c '^composefs / overlay ro' /proc/mounts";

/** OSTree of this machine's package. */
export function ostreeRow(folder: string): Row {
  const [sysroot, image, target] = ["sysroot", "sysroot.img", "target"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  makeSysroot(sysroot, join(folder, "tree"));
  const place: Place = {
    root: { tree: sysroot, device: "", fstype: "ext4", options: "", label: null },
    boot: null,
    others: [],
  };
  const described = (): System[] => ostree.list(place).map((id) => ostree.describe(place, id, RUNNING));
  const answers: Readonly<Record<Question, () => string>> = {
    lists() {
      const told = judge(sysroot);
      expect(told).toHaveLength(3);
      expect(described().map(({ id }) => id)).toEqual(told.map(({ id }) => id));
      expect(described().map(({ flags }) => flags.default)).toEqual([true, false, false]);
      return told.map(({ id }) => id.slice(0, 12)).join(" ");
    },
    describes() {
      const told = judge(sysroot).map((each) => ({ ...each, date: judgeDate(sysroot, each.id) }));
      expect(
        described().map(({ id, version, flags, date }) => ({ id, version, pinned: flags.pinned, date })),
      ).toEqual(told);
      const [newest, second] = told.map(({ id }) => ostree.packagesOf(place, id)?.packages);
      expect(newest).toEqual(judgePackages(sysroot, told[0]?.id ?? ""));
      expect(comparePackages("rpm", second ?? [], newest ?? [], compareRpm)).toMatchObject({
        upgraded: [{ name: "pm", left: "2:24.2-3", right: "2:24.3-3" }],
        unchanged: 1,
      });
      return told
        .map(({ version, date, pinned }) => `${version} ${date.slice(0, 10)}${pinned ? " pinned" : ""}`)
        .join(", ");
    },
    once() {
      const words = described()
        .map(({ version, once }) => `${version} ${once.entry}`)
        .join(", ");
      // Which deployments share a kernel is OSTree's to say: by the checksum in their boot entries.
      const shared = described().map(({ kernel }) => kernel.isRunning);
      const checksums = ["3", "2", "1"].map((order) => bootChecksum(sysroot, order));
      expect(shared).toEqual(checksums.map((checksum) => checksum === checksums[0]));
      return words;
    },
    always() {
      const command = described()[1]?.always.command ?? "";
      // Debian 12's ostree does not know the verb yet; its index is that of this list.
      expect(command).toBe("ostree admin set-default 1");
      return `refused: ${command}`;
    },
    enters() {
      const [, second] = described();
      const entered = (root: string, asked: string) => {
        run("mke2fs", ["-q", "-t", "ext4", "-d", root, image, "256M"]);
        const device = attach(image);
        if (device === null) return "no loop device here";
        try {
          const on = { ...place, root: { ...place.root, device } };
          const said = enter(ostree, on, second?.id ?? "", target, asked);
          expect(said).toMatch(/^version 24\.2, \/usr read-only, \/etc writable, \/var writable/);
          return said;
        } finally {
          run("losetup", ["--detach", device]);
        }
      };
      const said = entered(sysroot, "");
      const deployment = join(sysroot, `ostree/deploy/${second?.id.replace("/", "/deploy/")}`);
      clearImmutable(deployment);
      const [made, objects] = [join(deployment, ".ostree.cfs"), join(sysroot, "ostree/repo/objects")];
      makeComposefs(made, deployment, objects, join(folder, "composefs"));
      expect(entered(sysroot, ASKED)).toMatch(/\n1$/);
      return `${said}; so by composefs`;
    },
  };
  return { kind: ostree, answer: (question) => answers[question](), close: () => release(sysroot) };
}

function bootChecksum(sysroot: string, order: string): string | undefined {
  const text = readFileSync(join(sysroot, `boot/loader/entries/ostree-${order}-test.conf`), "utf8");
  return /ostree=\/ostree\/boot\.\d\/test\/([0-9a-f]{64})/.exec(text)?.[1];
}
