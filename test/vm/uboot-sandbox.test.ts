import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { type UbootSandbox, ubootSandbox } from "../../src/build/uboot-sandbox.ts";
import { StatusJson } from "../../src/commands/status-json.ts";
import { holdfast } from "../fixtures/holdfast.ts";
import { machineIn } from "../fixtures/machine.ts";
import { mkenvimage } from "../integration/boot-tools.ts";
import { ALL } from "./all.ts";
import { emptyImage, fatImage, gptDisk } from "./gpt-disk.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-sandbox-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Health and tries of each slot, and the next one, as `holdfast status` says. */
function statusOf(call: (...words: string[]) => { readonly stdout: string }) {
  const { next, slots } = StatusJson.parse(JSON.parse(call("status", "--json").stdout));
  return [next.slot, ...slots.map(({ id, health, triesLeft }) => `${id} ${health} ${triesLeft}`)];
}

describe.runIf(ALL)("U-Boot's sandbox", () => {
  let uboot: UbootSandbox;
  beforeAll(() => {
    uboot = ubootSandbox();
  }, 1_200_000);

  /** Starts U-Boot in a folder; answers what it said until it powered off. */
  function start(where: string, ...words: string[]): string {
    const all = ["-d", uboot.deviceTree, ...words];
    return execFileSync(uboot.program, all, { cwd: where, encoding: "utf8", input: "", timeout: 30_000 });
  }

  test("counts the starts of a slot that Holdfast chose, up to bootlimit, and not of one that it marked good", () => {
    const configuration = `[boot]
scheme = "uboot-env"
[uboot-env]
style = "bootcount"
slot_variables = { a = { boot_part = "1" }, b = { boot_part = "2" } }
[[slot]]
id = "a"
root = "PARTLABEL=root_a"
[[slot]]
id = "b"
root = "PARTLABEL=root_b"
`;
    const variables = `bootdelay=0
bootcmd=echo STARTED \${boot_part} \${bootcount}; poweroff
altbootcmd=echo ALTERNATIVE \${boot_part} \${bootcount}; poweroff
bootlimit=3
bootcount=0
upgrade_available=0
boot_part=1
`;
    const names = ["uboot.env", "uboot-redund.env"];
    const root = machineIn(folder, {
      "etc/holdfast/config.toml": configuration,
      "etc/fw_env.config": names.map((name) => `/${name} 0x0 0x2000\n`).join(""),
      "proc/cmdline": "",
    });
    const env = mkenvimage(folder, variables, 0x2000, true);
    for (const name of names) writeFileSync(join(root, name), env);
    const call = (...words: string[]) => holdfast(["--root", root, ...words]);
    const boot = () => {
      const files = names.map((name) => [name, { file: join(root, name) }] as const);
      fatImage(join(root, "disk.img"), 4, Object.fromEntries(files));
      const said = start(root);
      for (const name of names) {
        run("mcopy", ["-n", "-o", "-i", join(root, "disk.img"), `::/${name}`, join(root, name)]);
      }
      expect(said).toContain("Loading Environment from FAT... OK");
      return /^(STARTED|ALTERNATIVE) \d \d/m.exec(said)?.[0];
    };

    expect(statusOf(call)).toEqual(["a", "a good 0", "b unknown null"]);
    expect(call("select", "b")).toMatchObject({ code: 0 });
    for (const count of [1, 2, 3]) {
      expect(boot()).toBe(`STARTED 2 ${count}`);
      expect(statusOf(call)[2]).toBe(`b ${count < 3 ? "trying" : "bad"} ${3 - count}`);
    }
    expect(boot()).toBe("ALTERNATIVE 2 4");
    expect(call("mark", "tries", "2", "--slot", "b")).toMatchObject({ code: 0 });
    expect(boot()).toBe("STARTED 2 2");
    expect(call("mark", "good", "--slot", "b")).toMatchObject({ code: 0 });
    for (const _ of [1, 2]) expect(boot()).toBe("STARTED 2 1");
    expect(statusOf(call)).toEqual(["b", "a unknown null", "b good 0"]);
    expect(call("mark", "bad", "--slot", "b")).toMatchObject({ code: 0 });
    expect(boot()).toMatch(/^ALTERNATIVE/);
  });

  test("chooses by Android's bootloader_control what Holdfast wrote, and Holdfast reads what it made and counted", () => {
    const root = machineIn(folder, { "proc/cmdline": "" });
    const disk = join(root, "disk.img");
    emptyImage(join(folder, "empty"), 1);
    const parts = ["misc", "boot_a", "boot_b", "root_a", "root_b"];
    gptDisk(
      disk,
      parts.map((name) => ({ name, file: join(folder, "empty") })),
    );
    const words = ["--root", root, "--disk", disk, "--scheme", "android-misc"];
    const call = (...more: string[]) => holdfast([...words, ...more]);
    const choose = () => {
      const said = start(
        root,
        "-c",
        "host bind 0 disk.img; ab_select slot host 0#misc; printenv slot; poweroff",
      );
      return /^slot=(\w)/m.exec(said)?.[1];
    };

    // Nothing is there yet: U-Boot makes a control of its own.
    expect(choose()).toBe("a");
    expect(statusOf(call)).toEqual(["a", "a trying 6", "b trying 7"]);
    expect(call("select", "b")).toMatchObject({ code: 0 });
    expect(choose()).toBe("b");
    expect(call("mark", "tries", "1", "--slot", "b")).toMatchObject({ code: 0 });
    expect(choose()).toBe("b");
    expect(choose()).toBe("a");
    expect(statusOf(call)[2]).toBe("b bad 0");
    // A mark alone does not change what starts next; a good slot then starts without counting.
    expect(call("mark", "good", "--slot", "b")).toMatchObject({ code: 0 });
    expect(choose()).toBe("a");
    expect(call("select", "b")).toMatchObject({ code: 0 });
    expect(call("mark", "good", "--slot", "b")).toMatchObject({ code: 0 });
    for (const _ of [1, 2, 3]) expect(choose()).toBe("b");
    expect(statusOf(call)[2]).toMatch(/^b good /);
    expect(call("mark", "bad", "--slot", "b")).toMatchObject({ code: 0 });
    expect(choose()).toBe("a");
  });
});
