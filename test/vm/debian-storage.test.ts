import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { debianStorage } from "./debian-storage.ts";
import { DebianSystem, START } from "./debian-system.ts";

describe.runIf(ALL)("a Debian with cryptsetup, LVM, plymouth and swap", () => {
  let folder: string;
  let debian: DebianSystem;
  beforeAll(async () => {
    const parts = await debianStorage();
    folder = mkdtempSync(join(tmpdir(), "holdfast-debian-"));
    const disk = join(folder, "disk.img");
    run("cp", ["--sparse=always", "--reflink=auto", parts.disk, disk]);
    // Without panic=, which every machine of the tests has, break= gives a shell.
    const waits = ["rootdelay=4", "resume=PARTLABEL=swap", "break=mountroot", "panic="];
    const words = ["root=PARTLABEL=system", "ro", "splash", ...waits];
    debian = await DebianSystem.startWith({ ...parts, disk }, { words });
  }, 600_000);
  afterAll(async () => {
    await debian?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("without slots goes on as ever: break=, rootdelay=, resume= and splash do what they do", async () => {
    const { terminal } = debian.machine;
    await terminal.waitFor(/\(initramfs\)/, START);
    terminal.type(
      "ls -d /run/holdfast; echo 'echo resume was tried >/dev/kmsg' >>/scripts/local-premount/ORDER; exit\r",
    );
    await terminal.waitFor(/\/run\/holdfast: No such file/);
    await debian.running();
    expect(terminal.log()).not.toContain("Boot menu");
    expect(await debian.output("findmnt -no SOURCE /")).toBe("/dev/vda1");
    expect(await debian.code("cat /run/holdfast/boot.json")).toBe(1);
    expect(await debian.output("cat /sys/power/resume")).toBe("254:2");
    const said = (await debian.output("dmesg")).match(/resume was tried|goes on as without Holdfast/g);
    expect(said).toEqual(["resume was tried", "goes on as without Holdfast"]);
  });
});
