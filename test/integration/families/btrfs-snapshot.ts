import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { System } from "../../../src/domain/system.ts";
import { btrfsSnapshot } from "../../../src/roots/kinds/btrfs-snapshot.ts";
import type { Place } from "../../../src/roots/kinds/kind.ts";
import { run } from "../tools.ts";
import { attach, enter, type Question, type Row, RUNNING } from "./row.ts";
import { makeSnapshots } from "./snapshots.ts";

/** `snapper list`, the newest first, without the running system, which it calls 0. */
function judge(root: string): string[][] {
  const columns = "number,date,cleanup,description";
  const words = [
    "--no-dbus",
    `--root=${root}`,
    "--utc",
    "--csvout",
    "--separator",
    "|",
    "list",
    "--columns",
    columns,
  ];
  const lines = run("snapper", words).trim().split("\n").slice(1);
  return lines
    .map((line) => line.split("|"))
    .filter(([number]) => number !== "0")
    .reverse();
}

/** snapper and btrfs-progs of this machine's packages; null where it has no btrfs or no loop device. */
export function btrfsSnapshotRow(folder: string): Row | null {
  if (!readFileSync("/proc/filesystems", "utf8").includes("btrfs")) return null;
  const image = join(folder, "image");
  run("truncate", ["-s", "300M", image]);
  const device = attach(image);
  if (device === null) return null;
  const [top, root, target] = [join(folder, "top"), join(folder, "root"), join(folder, "target")];
  const close = () => {
    // Those that are there: it may have failed half-way.
    for (const mounted of [root, top]) spawnSync("umount", [mounted]);
    run("losetup", ["--detach", device]);
  };
  try {
    makeSnapshots(device, { top, root, tree: join(folder, "tree") });
  } catch (error) {
    close();
    throw error;
  }
  const place: Place = {
    root: { tree: top, device, fstype: "btrfs", options: "", label: null },
    boot: null,
    others: [],
  };
  const described = (): System[] =>
    btrfsSnapshot.list(place).map((id) => btrfsSnapshot.describe(place, id, RUNNING));
  const answers: Readonly<Record<Question, () => string>> = {
    lists() {
      const numbers = judge(root).map(([number]) => number);
      expect(numbers).toEqual(["3", "2", "1"]);
      expect(described().map(({ id }) => id)).toEqual(
        numbers.map((number) => `@/.snapshots/${number}/snapshot`),
      );
      const chosen = run("btrfs", ["subvolume", "get-default", top]).trim();
      const ours = described().filter(({ flags }) => flags.default);
      expect(chosen.endsWith(` path ${ours.map(({ id }) => id)}`)).toBe(true);
      return `${numbers.join(" ")}, default ${chosen.replace(/^.* path /, "")}`;
    },
    describes() {
      const told = judge(root).map(([, date = "", cleanup, description]) => ({
        title: description,
        date: `${date.replace(" ", "T")}Z`,
        pinned: cleanup === "",
      }));
      const ours = described().map(({ title, date, flags }) => ({ title, date, pinned: flags.pinned }));
      expect(ours).toEqual(told);
      expect(described().map(({ version }) => version)).toEqual(["24.3", "24.2", "24.1"]);
      return told.map(({ title, pinned }) => `${title}${pinned ? " (kept)" : ""}`).join(", ");
    },
    once() {
      const words = described().map(({ version, once }) => `${version} ${once.entry ?? "not at all"}`);
      expect(words).toEqual(["24.3 switch-root", "24.2 switch-root", "24.1 not at all"]);
      return words.join(", ");
    },
    always() {
      const command = described()[1]?.always.command;
      expect(command).toBe("snapper rollback 2");
      return `refused: ${command}`;
    },
    enters() {
      const said = enter(btrfsSnapshot, place, "@/.snapshots/2/snapshot", target);
      expect(said).toBe("version 24.2, /usr read-only, /etc writable, /var writable");
      return said;
    },
  };
  return { kind: btrfsSnapshot, answer: (question) => answers[question](), close };
}
