import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeRoot, describeTree, readOsRelease } from "../../../src/roots/partition.ts";

const question = {
  kernel: "6.1.0-9-amd64",
  usesModules: true,
  init: "/sbin/init",
  ownKernel: false,
  workDir: "/nonexistent",
};

let tree: string;
beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "holdfast-root-"));
});
afterEach(() => rmSync(tree, { recursive: true }));

function put(path: string, text = ""): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

describe("a root", () => {
  it("with modules for this kernel is entered in place", () => {
    put("sbin/init");
    put("usr/lib/modules/6.1.0-9-amd64/modules.dep");
    put("usr/lib/os-release", 'NAME="Demo OS"\nVERSION_ID=2\nIMAGE_VERSION=2026.1\n');
    expect(describeTree(tree, "erofs", question)).toEqual({
      entry: "switch-root",
      entryReason: null,
      fstype: "erofs",
      damaged: false,
      baseFstype: null,
      os: { name: "Demo OS", version: "2026.1" },
      releases: ["6.1.0-9-amd64"],
    });
  });

  it("with modules in /lib too is entered in place", () => {
    put("sbin/init");
    put("lib/modules/6.1.0-9-amd64/modules.dep");
    expect(describeTree(tree, "ext4", question).entry).toBe("switch-root");
  });

  it("with other modules needs its own kernel, and says which", () => {
    put("sbin/init");
    put("usr/lib/modules/6.6.1/modules.dep");
    put("usr/lib/modules/6.6.2/modules.dep");
    const { entry, entryReason } = describeTree(tree, "ext4", question);
    expect([entry, entryReason]).toEqual([
      "reboot",
      "Its kernel modules are for 6.6.1, 6.6.2, this kernel is 6.1.0-9-amd64.",
    ]);
  });

  it("without modules needs its own kernel, unless the bootloader started just that", () => {
    put("sbin/init");
    expect(describeTree(tree, "ext4", question).entryReason).toBe(
      "It has no kernel modules; this kernel is 6.1.0-9-amd64.",
    );
    expect(describeTree(tree, "ext4", { ...question, ownKernel: true }).entry).toBe("switch-root");
  });

  it("without modules is entered in place under a kernel that has everything built in", () => {
    put("sbin/init");
    const builtIn = { ...question, usesModules: false };
    expect(describeTree(tree, "ext4", builtIn).entry).toBe("switch-root");
    put("usr/lib/modules/6.6.1/modules.dep");
    expect(describeTree(tree, "ext4", builtIn).entry).toBe("reboot");
  });

  it("without init cannot be entered", () => {
    put("usr/lib/modules/6.1.0-9-amd64/modules.dep");
    const { entry, entryReason } = describeTree(tree, "ext4", question);
    expect([entry, entryReason]).toEqual([null, "It has no init at /sbin/init."]);
  });
});

describe("os-release", () => {
  it("is read through a link, and /etc goes before /usr/lib", () => {
    put("usr/lib/os-release", "NAME=Usr\n");
    mkdirSync(join(tree, "etc"));
    symlinkSync("../usr/lib/os-release", join(tree, "etc/os-release"));
    expect(readOsRelease(tree)).toEqual({ name: "Usr", version: null });
    rmSync(join(tree, "etc/os-release"));
    put("etc/os-release", "NAME=Etc\nVERSION_ID=1\n");
    expect(readOsRelease(tree)).toEqual({ name: "Etc", version: "1" });
  });

  it("may be missing", () => {
    expect(readOsRelease(tree)).toBeNull();
  });
});

describe("a slot that cannot be looked into", () => {
  it("is described with the reason, and nothing is thrown", async () => {
    const problem = "PARTLABEL=root_a was not found.";
    const place = { id: "a", device: null, fstype: null, verity: null, base: null, problem };
    expect(await describeRoot(place, question)).toEqual({
      entry: null,
      entryReason: "PARTLABEL=root_a was not found.",
      fstype: null,
      damaged: false,
      baseFstype: null,
      os: null,
      releases: [],
    });
  });

  it("is described when its device vanished", async () => {
    const device = "/dev/holdfast-no-such";
    const place = { id: "a", device, fstype: "ext4", verity: null, base: null, problem: null };
    const { entry, entryReason } = await describeRoot(place, question);
    expect(entry).toBeNull();
    expect(entryReason).toMatch(/Only root|cannot be opened/);
  });
});
