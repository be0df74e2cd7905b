import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { StatusJson } from "../../src/commands/status-json.ts";
import { holdfast } from "../fixtures/holdfast.ts";
import { machineIn } from "../fixtures/machine.ts";
import { FwTools, grubList, mkenvimage } from "./boot-tools.ts";
import { run } from "./tools.ts";

/* A device without any configuration: its disk made by sfdisk, its stores by their own tools. */

const folder = mkdtempSync(join(tmpdir(), "holdfast-found-"));
const disk = join(folder, "disk.img");
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  writeFileSync(disk, "");
  truncateSync(disk, 8 << 20);
  run("sfdisk", ["--quiet", disk], "label: gpt\nsize=1MiB, name=root_a\nsize=1MiB, name=root_b\n");
});

const GRUB = ["ORDER=B A", "A_OK=1", "A_TRY=0", "B_OK=1", "B_TRY=0"];

/** A sysroot with the stores that are named. */
function machine({ env = false, grub = false, commandLine = "quiet" }): string {
  const bytes = mkenvimage(folder, "BOOT_ORDER=A B\nBOOT_A_LEFT=3\nBOOT_B_LEFT=3\n", 0x1000, true);
  const place = "/env.img 0x0 0x1000\n/env.img 0x1000 0x1000\n";
  const root = machineIn(folder, {
    "proc/cmdline": `${commandLine}\n`,
    ...(env ? { "etc/fw_env.config": place, "env.img": Buffer.concat([bytes, bytes]) } : {}),
    ...(grub ? { "boot/grub/grubenv": "" } : {}),
  });
  if (grub) {
    const path = join(root, "boot/grub/grubenv");
    run("grub-editenv", [path, "create"]);
    run("grub-editenv", [path, "set", ...GRUB]);
  }
  return root;
}

const call = (root: string, ...words: string[]) => holdfast(["--root", root, "--disk", disk, ...words]);

describe("one store", () => {
  test("is found, said to be found, read, and written as its own tool reads it: U-Boot", () => {
    const root = machine({ env: true, commandLine: "rauc.slot=A" });
    const { stdout, code } = call(root, "check");
    expect(stdout).toMatch(
      /^found {2}uboot-env: a valid environment \(.*fw_env\.config\) with BOOT_ORDER="A B"; the bootloader says slot A; RAUC's boot script counts the tries \(certain: the bootloader's own word in this boot\)$/m,
    );
    expect(stdout).toContain("slot state: uboot-env, discovered, counted by bootloader");
    expect(stdout).toContain("running slot: a (certain)");
    expect(code).toBe(0);
    expect(call(root, "select", "b")).toMatchObject({ code: 0, stderr: "" });
    const config = join(root, "tools.config");
    writeFileSync(config, `${root}/env.img 0x0 0x1000\n${root}/env.img 0x1000 0x1000\n`);
    expect(new FwTools(config).variables()).toMatchObject({ BOOT_ORDER: "B A", BOOT_B_LEFT: "3" });
    expect(call(root, "mark", "good")).toMatchObject({ code: 0 });
  });

  test("is found, read and written as its own tool reads it: GRUB", () => {
    const root = machine({ grub: true });
    const status = z.parse(StatusJson, JSON.parse(call(root, "status", "--json").stdout));
    expect(status).toMatchObject({ scheme: "grubenv", counting: "bootloader", default: "b", booted: null });
    expect(call(root, "mark", "bad", "--slot", "b").code).toBe(0);
    expect(grubList(join(root, "boot/grub/grubenv"))).toMatchObject({ B_OK: "0" });
  });
});

describe("two stores that could both be meant", () => {
  test("are shown with one clear question; nothing is written, with exit 4, until the configuration answers", () => {
    const root = machine({ env: true, grub: true });
    const before = [readFileSync(join(root, "env.img")), readFileSync(join(root, "boot/grub/grubenv"))];
    const shown = call(root, "check");
    expect(shown.code).toBe(2);
    expect(shown.stdout).toMatch(/^found {2}uboot-env: /m);
    expect(shown.stdout).toMatch(/^found {2}grubenv: /m);
    expect(shown.stdout).toMatch(/^wrong {2}nothing is written: Which keeps the slot state: uboot-env/m);
    expect(call(root, "status").stderr).toContain("Say so in the configuration, as [boot] scheme.");
    for (const words of [
      ["select", "a"],
      ["mark", "bad", "--slot", "a"],
      ["mark", "tries", "1", "--slot", "b"],
    ]) {
      const { code, stderr } = call(root, ...words);
      expect([words, code]).toEqual([words, 4]);
      expect(stderr).toContain("Nothing was written: Which keeps the slot state");
    }
    const after = [readFileSync(join(root, "env.img")), readFileSync(join(root, "boot/grub/grubenv"))];
    expect(after.map((bytes, i) => bytes.equals(before[i] as Buffer))).toEqual([true, true]);
    const answer = join(root, "answer.toml");
    writeFileSync(answer, '[boot]\nscheme = "grubenv"\n');
    expect(call(root, "--config", answer, "check").stdout).toContain("grubenv, named by the configuration");
    expect(call(root, "--config", answer, "select", "a").code).toBe(0);
    expect(grubList(join(root, "boot/grub/grubenv"))).toMatchObject({ ORDER: "A B" });
  });

  test("let gate start a slot all the same, without counting and with the reason", () => {
    const root = machine({ env: true, grub: true });
    const before = readFileSync(join(root, "env.img"));
    const { stderr } = call(root, "gate");
    expect(stderr).toContain("Which keeps the slot state");
    expect(readFileSync(join(root, "env.img")).equals(before)).toBe(true);
  });
});

describe("versioned images of two patterns, and no boot entries", () => {
  const USR = "8484680c-9521-48c6-9c11-b0720656f69e";
  const images = join(folder, "images.img");
  beforeAll(() => {
    writeFileSync(images, "");
    truncateSync(images, 8 << 20);
    const names = ["os_9_usr", "os_10_usr", "other_3_usr"];
    const lines = names.map((name) => `size=1MiB, type=${USR}, name=${name}`);
    run("sfdisk", ["--quiet", images], ["label: gpt", ...lines, ""].join("\n"));
  });
  const look = (...words: string[]) => holdfast(["--root", machine({}), "--disk", images, ...words]);

  test("are all listed with the question whose they are, and nothing is written", () => {
    const before = readFileSync(images);
    const { code, stdout } = look("check");
    expect(stdout).toMatch(
      /^wrong {2}nothing is written: Which images are this system's: os_@v_usr \(os_10_usr, os_9_usr\) or other_@v_usr \(other_3_usr\)\? Name its slots in the configuration, as \[\[slot\]\]\.$/m,
    );
    expect(code).toBe(2);
    const status = z.parse(StatusJson, JSON.parse(look("status", "--json").stdout));
    expect(status.slots.map(({ id }) => id)).toEqual(["os_10", "os_9", "other_3"]);
    for (const words of [
      ["select", "os_9"],
      ["mark", "good", "--slot", "os_9"],
    ]) {
      expect(look(...words)).toMatchObject({ code: 4, stderr: expect.stringContaining("Which images are") });
    }
    expect(readFileSync(images).equals(before)).toBe(true);
  });

  test("let gate decide on one without counting, the one that the kernel command line names first", () => {
    const uuid = run("sfdisk", ["--part-uuid", images, "1"]).trim();
    const root = machine({ commandLine: `mount.usr=PARTUUID=${uuid}` });
    const { stderr } = holdfast(["--root", root, "--disk", images, "gate"]);
    // An image has no device nodes, so that the slot cannot be entered; that it was chosen is said.
    expect(stderr).toContain("Which images are this system's");
    const status = holdfast(["--root", root, "--disk", images, "status", "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({ booted: { slot: "os_9" } });
  });
});
