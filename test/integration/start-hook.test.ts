import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canChroot, FakeInitramfs } from "./fake-initramfs.ts";

const FAKE_PLYMOUTH = '#!/bin/busybox sh\necho "plymouth $*" >>/calls\n';

const SLOT = '[[slot]]\nid = "a"\nroot = "PARTLABEL=root_a"\n';
const PROVED = `${SLOT}root_hash = "${"ab".repeat(32)}"\n`;

describe.runIf(canChroot)("what the hooks of every generator start", () => {
  let initramfs: FakeInitramfs;
  beforeEach(() => {
    initramfs = new FakeInitramfs();
  });
  afterEach(() => initramfs.remove());

  test("holdfast.off leaves the boot to the generator, and starts nothing", () => {
    const { code, said } = initramfs.start(SLOT, "root=/dev/vda1 holdfast.off");
    expect([code, said]).toEqual([
      1,
      "<6>holdfast: The kernel command line says holdfast.off: the boot goes on as without Holdfast.",
    ]);
    expect(initramfs.calls()).toEqual([""]);
    expect(existsSync(join(initramfs.root, "run/holdfast/bin"))).toBe(false);
  });

  test("holdfast.off is not obeyed where a slot's image is proved, and nothing else is started in its place", () => {
    initramfs.write("gate-code", "3\n");
    const { code, said } = initramfs.start(PROVED, "root=/dev/vda1 holdfast.off");
    expect(code).toBe(3);
    expect(said).toMatch(/No slot can be started\. Hold volume-down at power-on/);
    expect(initramfs.calls()).toEqual(["holdfast gate --enter"]);
  });

  test("a system without slots goes its own way; nobody is asked", () => {
    const { code, said } = initramfs.start("", "root=/dev/vda1");
    expect([code, said]).toEqual([1, "<6>holdfast: The boot goes on as without Holdfast."]);
    expect(initramfs.calls()).toEqual(["holdfast gate --enter"]);
  });

  test("who asks for the menu gets it there too, and plymouth gives the display away for it", () => {
    initramfs.program("bin/plymouth", FAKE_PLYMOUTH);
    initramfs.start("", "root=/dev/vda1 holdfast.menu");
    expect(initramfs.calls()).toEqual([
      "holdfast gate --enter --menu-reason command-line",
      "plymouth --ping",
      "plymouth deactivate",
      "holdfast menu",
      "holdfast restore-console",
      "holdfast gate --enter --no-menu",
      "plymouth --ping",
      "plymouth reactivate",
    ]);
  });

  /** A root with an init, as gate leaves it. */
  function enter(): void {
    initramfs.write("sysroot/sbin/init", "", 0o755);
    initramfs.write("run/holdfast/handoff.env", "HOLDFAST_ACTION=switch-root\nHOLDFAST_INIT=/sbin/init\n");
  }

  test("an ordinary start is one start of Holdfast, which decides and enters", () => {
    enter();
    initramfs.write("gate-code", "0\n");
    expect(initramfs.start(SLOT, "").code).toBe(0);
    expect(initramfs.calls()).toEqual(["holdfast gate --enter"]);
    expect(initramfs.read("run/holdfast/init")).toBe("/sbin/init\n");
  });

  test("a slot that cannot be entered is left out of the next decision, which nobody's key stops any more", () => {
    enter();
    initramfs.write("gate-code", "12 0\n");
    expect(initramfs.start(SLOT, "holdfast.menu").code).toBe(0);
    expect(initramfs.calls()).toEqual([
      "holdfast gate --enter --menu-reason command-line",
      "holdfast gate --enter",
    ]);
  });

  test("without the binary the boot goes on, and says why", () => {
    rmSync(join(initramfs.root, "usr/lib/holdfast/holdfast"));
    const { code } = initramfs.start("", "root=/dev/vda1");
    expect(code).toBe(1);
    expect(initramfs.read("run/holdfast/gate.out")).toContain("/usr/lib/holdfast/holdfast");
  });
});
