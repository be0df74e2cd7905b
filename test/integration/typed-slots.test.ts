import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { typedImages, typedSlots } from "../../src/boot-control/typed-images.ts";
import { StatusJson } from "../../src/commands/status-json.ts";
import { diskAt, withDisk } from "../../src/linux/disk.ts";
import { readGptTable } from "../../src/linux/gpt-table.ts";
import { holdfast } from "../fixtures/holdfast.ts";
import { machineIn } from "../fixtures/machine.ts";
import { gptDisk } from "../vm/gpt-disk.ts";
import { makeSystem, RUNNING } from "./families/row.ts";
import { run } from "./tools.ts";

/* Disks of a device without configuration, on which only the types of partitions tell systems. */

/** Types of the Discoverable Partitions Specification, as the machine of the tests has them. */
const ROOT = {
  x64: "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709",
  arm64: "B921B045-1DF0-41C3-AF44-4C6F280D3FAE",
}[process.arch === "arm64" ? "arm64" : "x64"];
const ESP = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
const HOME = "933AC7E1-2EB4-4F13-B844-0E14E2AEF915";

const folder = mkdtempSync(join(tmpdir(), "holdfast-typed-"));
const file = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  makeSystem(file("tree"), "24.2", RUNNING.kernel);
  run("mkfs.erofs", ["--quiet", file("root.erofs"), file("tree")]);
  run("mke2fs", ["-q", "-t", "ext4", "-d", file("tree"), file("root.ext4"), "24M"]);
  run("truncate", ["-s", "4M", file("esp"), file("home"), file("blank")]);
  run("mke2fs", ["-q", "-t", "ext4", file("home")]);
});

/** A disk with an ESP, these partitions of a root's type, and a home. */
function diskWith(name: string, ...roots: readonly string[]): string {
  gptDisk(file(name), [
    { name: "esp", file: file("esp"), type: ESP },
    ...roots.map((root, at) => ({
      name: at === 0 ? "root-x86-64" : `root-x86-64-${at + 1}`,
      file: file(root),
      type: ROOT,
    })),
    { name: "home", file: file("home"), type: HOME },
  ]);
  return file(name);
}

function look(disk: string, words: readonly string[], commandLine = "quiet") {
  const root = machineIn(folder, { "proc/cmdline": `${commandLine}\n` });
  return holdfast(["--root", root, "--disk", disk, ...words]);
}

function statusOf(disk: string, commandLine?: string) {
  return z.parse(StatusJson, JSON.parse(look(disk, ["status", "--json"], commandLine).stdout));
}

describe("one image of a root's type", () => {
  test("is the system, of which nobody keeps state; nothing is asked and nothing counted", () => {
    const disk = diskWith("one.img", "root.erofs");
    const uuid = run("sfdisk", ["--part-uuid", disk, "2"]).trim().toLowerCase();
    const status = statusOf(disk);
    expect(status).toMatchObject({ scheme: "memory", capabilities: [], default: "a", booted: null });
    expect(status.slots).toMatchObject([{ id: "a", label: "System", health: "unknown", triesLeft: null }]);
    expect(status.slots[0]?.identity).toBe(`PARTUUID=${uuid}`);
    expect(status.next).toEqual({ slot: "a", reason: "System is the default." });
    expect(look(disk, ["status"])).toMatchObject({ code: 0, stderr: "" });
    const { stdout, code } = look(disk, ["check"]);
    expect(stdout).toMatch(
      /^found {2}counter-file: partition 2 \(root-x86-64\) of .*one\.img has the type of a root, with no other sign/m,
    );
    expect(stdout).toContain("slot state: nobody keeps any, nothing is counted");
    expect(code).toBe(0);
  });

  test("is counted where the configuration says so, and not by itself", () => {
    const disk = diskWith("counted.img", "root.erofs");
    const refused = look(disk, ["mark", "bad", "--slot", "a"]);
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringMatching(/no way to store "markBad"/) });
    const root = machineIn(folder, { "proc/cmdline": "quiet\n" });
    const config = file("counted.toml");
    writeFileSync(config, '[boot]\nscheme = "counter-file"\n');
    const words = ["--root", root, "--disk", disk, "--config", config];
    expect(holdfast([...words, "mark", "tries", "2", "--slot", "a"])).toMatchObject({ code: 0, stderr: "" });
    expect(holdfast([...words, "status"]).stdout).toMatch(/System +trying +\d +2 /);
  });

  test("is said to run where the kernel command line names it", () => {
    const disk = diskWith("named.img", "root.erofs");
    const uuid = run("sfdisk", ["--part-uuid", disk, "2"]).trim();
    expect(statusOf(disk, `root=PARTUUID=${uuid}`)).toMatchObject({ booted: { slot: "a", certain: true } });
    expect(look(disk, ["mark", "good"], `root=PARTUUID=${uuid}`)).toMatchObject({
      code: 0,
      stdout: "Slot a needs no mark: nobody counts its starts.\n",
    });
  });

  test("may be one that systemd-repart proved by a tree of its type", async () => {
    const uuid = (text: string) => text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    mkdirSync(file("definitions"));
    const definitions = {
      "10-root": "Type=root\nCopyBlocks=/root.erofs\nVerity=data\n",
      "20-tree": "Type=root-verity\nVerity=hash\n",
    };
    for (const [name, text] of Object.entries(definitions)) {
      writeFileSync(file(`definitions/${name}.conf`), `[Partition]\n${text}VerityMatchKey=root\n`);
    }
    const disk = file("proved.img");
    const words = ["--dry-run=no", "--empty=create", "--size=96M", `--root=${folder}`, "--json=short"];
    const made = run("systemd-repart", [...words, `--definitions=${file("definitions")}`, disk]);
    const [, rootHash = ""] = /"roothash"\s*:\s*"([0-9a-f]{64})"/.exec(made) ?? [];
    expect(statusOf(disk).slots[0]?.identity).toBe(`PARTUUID=${uuid(rootHash.slice(0, 32))}`);
    const { truth } = await withDisk(diskAt(disk), "read", readGptTable);
    const found = typedImages(truth.entries, process.arch);
    expect(found === null ? null : typedSlots(found)).toMatchObject([{ id: "a", image: { rootHash } }]);
  });
});

describe("several of a root's type", () => {
  test("are slots A, B and C in the order of the table, with a question, and none is started unasked", () => {
    const disk = diskWith("three.img", "root.erofs", "root.ext4", "root.erofs");
    const before = readFileSync(disk);
    const status = statusOf(disk);
    expect(status.slots.map(({ id, label }) => [id, label])).toEqual([
      ["a", "Slot A"],
      ["b", "Slot B"],
      ["c", "Slot C"],
    ]);
    expect(status.next).toEqual({ slot: null, reason: expect.stringMatching(/a person has to choose/) });
    const asked =
      /Is the slot state kept as counter-file \(partitions 2 \(root-x86-64\), 3 \(root-x86-64-2\) and 4 /;
    const checked = look(disk, ["check"]);
    expect([checked.code, checked.stdout]).toEqual([2, expect.stringMatching(asked)]);
    for (const words of [
      ["select", "b"],
      ["mark", "good", "--slot", "b"],
      ["mark", "bad", "--slot", "a"],
    ]) {
      expect(look(disk, words)).toMatchObject({ code: 4, stderr: expect.stringMatching(asked) });
    }
    const gate = look(disk, ["gate", "--no-menu"]);
    expect([gate.code, gate.stderr]).toEqual([3, expect.stringMatching(/a person has to choose/)]);
    expect(readFileSync(disk).equals(before)).toBe(true);
  });

  test("go by the one that the kernel command line names", () => {
    const disk = diskWith("two.img", "root.erofs", "root.erofs");
    const uuid = run("sfdisk", ["--part-uuid", disk, "3"]).trim();
    expect(statusOf(disk, `root=PARTUUID=${uuid}`).booted).toEqual({ slot: "b", certain: true });
    // Its generator mounts what is named, as it does without Holdfast.
    expect(look(disk, ["gate", "--no-menu"], `root=PARTUUID=${uuid}`).stderr).toMatch(/recognised as a slot/);
  });
});

describe("what has the type of a root", () => {
  test.each<[string, string]>([
    ["blank", "blank.img"],
    ["an encrypted volume", "secret.img"],
  ])("and is %s, is no system", (what, name) => {
    if (what !== "blank") {
      run("truncate", ["-s", "20M", file("luks")]);
      writeFileSync(file("key"), "nobody knows it");
      const cheap = ["--pbkdf", "pbkdf2", "--pbkdf-force-iterations", "1000"];
      const words = ["luksFormat", "--type", "luks2", ...cheap, file("luks"), file("key")];
      run("cryptsetup", ["--batch-mode", ...words]);
    }
    const disk = diskWith(name, what === "blank" ? "blank" : "luks");
    expect(look(disk, ["status"])).toMatchObject({
      code: expect.any(Number),
      stderr: expect.stringMatching(/3 partitions, none of them recognised as a slot/),
    });
  });

  test("and lies in an image file that nobody can mount, is listed with a question", () => {
    const disk = diskWith("unseen.img", "root.ext4");
    const { stderr, stdout } = look(disk, ["status"]);
    expect(stdout).toMatch(/System +unknown/);
    expect(stderr).toMatch(/what lies there could not be looked into/);
    expect(statSync(disk).size).toBeGreaterThan(24 << 20);
  });

  test("and is to be left alone by automatic discovery, is none", () => {
    const disk = diskWith("left.img", "root.erofs");
    run("sfdisk", ["--quiet", "--no-reread", "--part-attrs", disk, "2", "GUID:63"]);
    expect(look(disk, ["status"]).stderr).toMatch(/none of them recognised as a slot/);
  });
});
