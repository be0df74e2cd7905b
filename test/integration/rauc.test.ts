import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRauc } from "../../src/boot-control/rauc.ts";
import { RaucConfig } from "../../src/config/schemes.ts";
import type { Change } from "../../src/domain/slot.ts";
import { attributesOf, chromeosImage } from "../fixtures/chromeos-image.ts";
import { holdfast } from "../fixtures/holdfast.ts";
import { bareboxState } from "./barebox-state.ts";
import { FwTools, mkenvimage, raucConf, raucSession } from "./boot-tools.ts";
import { run } from "./tools.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-rauc-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

describe("Holdfast as RAUC's custom backend over ChromeOS kernel partitions", () => {
  let image: string;
  let words: string[];
  beforeEach(() => {
    image = join(folder, "disk.img");
    chromeosImage(image, {
      a: { priority: 2, tries: 0, successful: true },
      b: { priority: 1, tries: 0, successful: true },
    });
    words = ["--disk", image, "--scheme", "chromeos-gpt", "--root", folder, "rauc"];
  });

  test("the real rauc reads and marks slots through it, and cgpt agrees", () => {
    const main = join(import.meta.dirname, "../../src/main.ts");
    const node = `${process.execPath} --disable-warning=ExperimentalWarning ${main}`;
    const calls = join(folder, "calls");
    const call = `${node} ${words.join(" ")} --system-conf /system.conf "$@"`;
    const backend = script("backend", `echo "$@" >>${calls}; exec ${call}`);
    const handlers = ["[handlers]", `bootloader-custom-backend=${backend}`];
    const conf = raucConf(folder, ["bootloader=custom"], handlers);
    const [start, bad, active, good] = raucSession(conf, "A", [
      "status",
      "mark-bad other",
      "mark-active other",
      "mark-good booted",
    ]);
    expect(start).toEqual({ booted: "A", primary: "rootfs.0", states: { A: "good", B: "good" } });
    expect(bad).toMatchObject({ primary: "rootfs.0", states: { A: "good", B: "bad" } });
    expect(active).toMatchObject({ primary: "rootfs.1", states: { A: "good", B: "good" } });
    expect(good).toMatchObject({ primary: "rootfs.1" });
    expect(attributesOf(image, 4)).toEqual({ priority: 2, tries: 3, successful: false });
    expect(attributesOf(image, 2)).toEqual({ priority: 1, tries: 0, successful: true });
    const verbs = new Set(readFileSync(calls, "utf8").trim().split("\n"));
    for (const verb of [
      "get-primary",
      "get-state A",
      "set-state B bad",
      "set-primary B",
      "set-state A good",
    ]) {
      expect(verbs).toContain(verb);
    }
  }, 300_000);

  test("answers one line, in the spelling of system.conf where there is one, and 0", () => {
    expect(holdfast([...words, "get-primary"])).toEqual({ code: 0, stdout: "a\n", stderr: "" });
    raucConf(folder, ["bootloader=custom"]);
    const spelled = [...words, "--system-conf", "/system.conf"];
    expect(holdfast([...spelled, "get-primary"])).toEqual({ code: 0, stdout: "A\n", stderr: "" });
    expect(holdfast([...spelled, "set-state", "B", "bad"])).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(holdfast([...spelled, "get-state", "B"])).toEqual({ code: 0, stdout: "bad\n", stderr: "" });
    expect(holdfast([...spelled, "get-state", "A"])).toEqual({ code: 0, stdout: "good\n", stderr: "" });
  });

  test.each<[string[], number, RegExp]>([
    [["get-state", "C"], 2, /no slot "C"; this device has a, b/],
    [["set-state", "A", "great"], 2, /"great" is no state of a slot/],
    [["set-primary"], 2, /holdfast rauc set-primary SLOT/],
    [["install"], 2, /"install" is no verb/],
    [["get-current"], 4, /not known for certain/],
  ])("%j ends with %i and changes nothing", (more, code, told) => {
    const before = readFileSync(image);
    const ended = holdfast([...words, ...more]);
    expect(ended).toMatchObject({ code, stdout: "", stderr: expect.stringMatching(told) });
    expect(readFileSync(image).equals(before)).toBe(true);
  });
});

describe("RAUC's system.conf names the store", () => {
  const open = (conf: string, keys: Partial<RaucConfig> = {}) =>
    openRauc(RaucConfig().parse({ system_conf: conf, ...keys }), {
      slots: null,
      counting: "bootloader",
      booted: null,
    });
  const change = async (conf: string, what: Change, keys: { fw_env_config?: string } = {}) =>
    (await open(conf, keys)).control.apply(what);

  test("bootloader=uboot is U-Boot's environment, with RAUC's own numbers of tries", async () => {
    const [config, image] = [join(folder, "fw.config"), join(folder, "env.img")];
    const env = mkenvimage(folder, "BOOT_ORDER=A B\nBOOT_A_LEFT=1\nBOOT_B_LEFT=0\n", 0x1000, true);
    writeFileSync(image, Buffer.concat([env, env]));
    writeFileSync(config, `${image} 0 0x1000\n${image} 0x1000 0x1000\n`);
    const conf = raucConf(folder, ["bootloader=uboot", "boot-attempts=5", "boot-attempts-primary=2"]);
    const keys = { fw_env_config: config };
    const { control, system } = await open(conf, keys);
    expect(control.scheme).toBe("rauc");
    expect(system.slots.map(({ id, bootname, name }) => [id, bootname, name])).toEqual([
      ["a", "A", "rootfs.0"],
      ["b", "B", "rootfs.1"],
    ]);
    await change(conf, { kind: "select", slot: "b", once: false }, keys);
    await change(conf, { kind: "mark-good", slot: "a" }, keys);
    const tools = new FwTools(config);
    expect(tools.variables()).toEqual({ BOOT_ORDER: "B A", BOOT_A_LEFT: "5", BOOT_B_LEFT: "2" });
    const [status] = raucSession(conf, "A", ["status"], { path: tools.wrappersIn(join(folder, "bin")) });
    expect(status).toMatchObject({ primary: "rootfs.1", states: { A: "good", B: "good" } });
  });

  test("bootloader=grub is the block that grubenv= names", async () => {
    const path = join(folder, "grubenv");
    run("grub-editenv", [path, "create"]);
    run("grub-editenv", [path, "set", "ORDER=A B", "A_OK=1", "A_TRY=0", "B_OK=0", "B_TRY=0"]);
    const conf = raucConf(folder, ["bootloader=grub", `grubenv=${path}`]);
    await change(conf, { kind: "select", slot: "b", once: false });
    const [status] = raucSession(conf, "A", ["status"]);
    expect(status).toMatchObject({ primary: "rootfs.1", states: { A: "good", B: "good" } });
  });

  test("bootloader=custom is its backend, and rauc itself reads what was written through it", async () => {
    const backend = join(folder, "backend");
    copyFileSync(join(import.meta.dirname, "../fixtures/custom-backend"), backend);
    writeFileSync(join(folder, "order"), "A B\n");
    for (const name of ["A", "B"]) {
      writeFileSync(join(folder, `${name}.state`), "good\n");
      writeFileSync(join(folder, `${name}.tries`), "0\n");
    }
    const conf = raucConf(
      folder,
      ["bootloader=custom"],
      ["[handlers]", `bootloader-custom-backend=${backend}`],
    );
    const { control } = await open(conf);
    expect([...control.capabilities].sort()).toEqual(["markBad", "markGood", "select"]);
    await change(conf, { kind: "mark-bad", slot: "a" });
    await change(conf, { kind: "select", slot: "b", once: false });
    const [status] = raucSession(conf, "B", ["status"]);
    expect(status).toMatchObject({ primary: "rootfs.1", states: { A: "bad", B: "good" } });
  });

  test("bootloader=barebox without a valid state is unknown and stays as it is: its device may be another one", async () => {
    const { image, deviceTree, tool } = bareboxState(folder, false);
    const conf = raucConf(folder, ["bootloader=barebox", `barebox-dtbpath=${deviceTree}`]);
    const { control } = await open(conf, { barebox_state: tool });
    const { slots, problems } = await control.read();
    expect(slots.map(({ health }) => health)).toEqual(["unknown", "unknown"]);
    expect(problems).toEqual([expect.stringMatching(/finds no valid copy of the state$/)]);
    const good = control.apply({ kind: "mark-good", slot: "a" });
    await expect(good).rejects.toMatchObject({ kind: "badStore" });
    expect(readFileSync(image).equals(Buffer.alloc(0x10000))).toBe(true);
  });

  test("bootloader=noop keeps nothing: slots are unknown, and every write is refused", async () => {
    const { control } = await open(raucConf(folder, ["bootloader=noop"]));
    const { slots, problems } = await control.read();
    expect(slots.map(({ id, health }) => [id, health])).toEqual([
      ["a", "unknown"],
      ["b", "unknown"],
    ]);
    expect(problems).toEqual(["RAUC's bootloader=noop keeps no slot state"]);
    for (const kind of ["mark-good", "mark-bad"] as const) {
      await expect(control.apply({ kind, slot: "a" })).rejects.toMatchObject({ kind: "refused" });
    }
  });

  test("a backend that is Holdfast again ends with a reason and not in a circle", async () => {
    const main = join(import.meta.dirname, "../../src/main.ts");
    const node = `${process.execPath} --disable-warning=ExperimentalWarning`;
    const backend = script("backend", `exec ${node} ${main} rauc "$@"`);
    const conf = raucConf(
      folder,
      ["bootloader=custom"],
      ["[handlers]", `bootloader-custom-backend=${backend}`],
    );
    const { problems, slots } = await (await open(conf)).control.read();
    expect(slots.map((slot) => slot.health)).toEqual(["unknown", "unknown"]);
    expect(problems[0]).toMatch(/has to be another one than rauc/);
  });
});
