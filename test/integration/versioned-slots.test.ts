import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { fakeEsp } from "../fixtures/esp.ts";
import { holdfastAsUser } from "../fixtures/holdfast.ts";
import {
  espImage,
  outerDisk,
  ukiOf,
  usrOf,
  type VersionedUsr,
  versionedDisk,
} from "../fixtures/versioned-image.ts";
import { bootctlList } from "./efi-tools.ts";

/*
 * A disk as systemd-sysupdate keeps it on postmarketOS Duranium, and the same disk inside a partition of a
 * phone's: made by mkfs.erofs, veritysetup, sfdisk, mkfs.vfat, mtools and objcopy over systemd's own stub.
 */

let work: string;
let images: VersionedUsr[];
let disk: string;
let outer: string;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "holdfast-versioned-"));
  chmodSync(work, 0o777);
  images = ["20260801", "20260915"].map((version) => usrOf(work, version));
  const [older, newer] = images;
  if (older === undefined || newer === undefined) throw new Error("there are two");
  const esp = join(work, "esp.img");
  espImage(esp, 64, {
    "EFI/Linux/duranium_phosh_13_20260801.efi": { uki: ukiOf(older) },
    "EFI/Linux/duranium_phosh_13_20260915+2-0.efi": { uki: ukiOf(newer) },
  });
  [disk, outer] = [join(work, "disk.img"), join(work, "outer.img")];
  versionedDisk(disk, esp, images);
  outerDisk(outer, disk);
});
afterAll(() => rmSync(work, { recursive: true }));

const partuuid = (image: string, number: number) =>
  run("sfdisk", ["--part-uuid", image, `${number}`])
    .trim()
    .toLowerCase();

describe.each([
  ["a disk", () => disk, () => disk],
  ["a disk inside a partition of another one", () => outer, () => `${outer}#3`],
])("%s, looked at by an ordinary user without any configuration", (_, image, name) => {
  test("has a slot for each version, bound to its /usr by the root hash in its unified kernel image", async () => {
    const { code, stdout } = await holdfastAsUser(work, ["status", "--json", "--disk", image()]);
    const status = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(status).toMatchObject({ scheme: "systemd-boot", default: "20260915", booted: null });
    // The judge of the binding is sfdisk: the halves of the hash are the GUIDs of partitions 5 and 3.
    expect(status.slots).toMatchObject([
      {
        ...{ id: "20260915", health: "trying", triesLeft: 2, triesDone: 0, label: "Duranium 20260915" },
        identity: `PARTUUID=${partuuid(disk, 5)}`,
      },
      { id: "20260801", health: "good", identity: `PARTUUID=${partuuid(disk, 3)}` },
    ]);
  });

  test("lists what bootctl lists of the same ESP, in its order, and each hash is one that veritysetup agrees with", async () => {
    const esp = fakeEsp();
    try {
      run("mcopy", ["-s", "-n", "-i", `${disk}@@${2 ** 20}`, "::/EFI", esp.root]);
      const { stdout } = await holdfastAsUser(work, ["status", "--json", "--disk", image()]);
      const own = JSON.parse(stdout).slots.map(({ id, triesLeft }: { id: string; triesLeft: number }) => [
        id,
        triesLeft,
      ]);
      expect(bootctlList(esp).map(({ version, triesLeft = 0 }) => [version, triesLeft])).toEqual(own);
    } finally {
      esp.clear();
    }
    for (const { file, tree, rootHash } of images) run("veritysetup", ["verify", file, tree, rootHash]);
  });

  test("check says what was found, what was concluded, and how far that can be trusted", async () => {
    const { code, stdout } = await holdfastAsUser(work, ["check", "--disk", image()]);
    expect(stdout).toContain(`found  systemd-boot: boot entries on ${name()} that start its partitions`);
    expect(stdout).toContain("duranium_phosh_13_20260915+2-0.efi by usrhash");
    expect(stdout).toContain("(strong: a valid store lies there)");
    expect(stdout).toContain("partition 7 (_empty) is not offered: it is free for the next update");
    expect([code, stdout.trim().split("\n").at(-1)]).toEqual([0, "Everything is right."]);
  });

  test("is not written from here, and the refusal says where it can be", async () => {
    const { code, stderr } = await holdfastAsUser(work, [
      ...["mark", "good", "--slot", "20260915", "--disk", image()],
    ]);
    expect([code, stderr]).toEqual([4, expect.stringContaining("can only be read here")]);
  });
});

describe("what only looks like a versioned disk", () => {
  const copy = (name: string) => {
    run("cp", ["--sparse=always", disk, join(work, name)]);
    return join(work, name);
  };
  const relabel = (image: string, number: number, label: string) =>
    run("sfdisk", ["--quiet", "--no-reread", "--no-tell-kernel", "--part-label", image, `${number}`, label]);
  const check = (image: string) => holdfastAsUser(work, ["check", "--disk", image]);

  test("an update that was not finished is not offered", async () => {
    const image = copy("partial.img");
    relabel(image, 5, "PRT#duranium_20260915_usr");
    const { stdout } = await check(image);
    expect(stdout).toMatch(
      /partition 5 \(PRT#duranium_20260915_usr\) is not offered: an update of it was not finished/,
    );
  });

  test("an entry whose /usr is not there cannot be entered, and says which partition is missing", async () => {
    const image = copy("lost.img");
    run("sfdisk", [...["--quiet", "--no-reread", "--no-tell-kernel", "--delete", image, "5"]]);
    const { code, stdout } = await check(image);
    expect(stdout).toContain("wrong  slot 20260915: not found");
    expect(stdout).toMatch(/no partition of .*lost\.img answers to PARTUUID=/);
    expect(code).toBe(2);
  });

  test("an inner table whose copies are both damaged is no disk, and nothing inside it is guessed", async () => {
    const image = join(work, "torn.img");
    run("cp", ["--sparse=always", outer, image]);
    const [, start, size] =
      /start=\s*(\d+), size=\s*(\d+).*userdata/.exec(run("sfdisk", ["-d", image])) ?? [];
    for (const header of [Number(start) + 1, Number(start) + Number(size) - 1]) {
      const place = [`of=${image}`, "bs=1", `seek=${header * 512 + 16}`, "count=4", "conv=notrunc"];
      run("dd", ["if=/dev/zero", "status=none", ...place]);
    }
    const { code, stdout, stderr } = await check(image);
    expect(stdout).not.toContain("torn.img#3");
    expect([code, stderr]).toEqual([2, expect.stringContaining("none of them recognised as a slot")]);
  });
});
