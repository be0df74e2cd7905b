import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { initramfsIn } from "./debian-build.ts";
import { dracut, install, modulesOf, prepareKernel } from "./debian-install.ts";
import { debianPackage } from "./debian-machine.ts";
import { DebianRoot } from "./debian-root.ts";
import { DebianSystem, START } from "./debian-system.ts";
import { readCounters } from "./slots.ts";

describe.runIf(ALL)("the same Debian with dracut's own initramfs, without systemd in it", () => {
  let debian: DebianSystem;
  beforeAll(async () => {
    debian = await DebianSystem.start({ flavour: "dracut", words: ["ro"] });
    debian.machine.keys.hold("volumedown");
  }, 600_000);
  afterAll(() => debian?.stop());

  test("needs no root= to show the menu when volume-down is held; slot B starts and is marked good", async () => {
    const { keys, terminal } = debian.machine;
    await terminal.waitFor(/Boot menu/, START);
    expect(terminal.screen()).toContain("Volume down was held");
    await keys.release("volumedown");
    terminal.type("2");
    await terminal.waitFor(/1 Start Slot B once/);
    terminal.type("1");
    const record = await debian.started("b");
    expect(record.reason).toEqual({ code: "chosen", text: "Slot B was chosen in the menu." });
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(await debian.output("findmnt -no SOURCE,FSTYPE,OPTIONS /")).toMatch(/\/dev\/vda5 +erofs +ro/);
    expect(await debian.output("findmnt -no SOURCE /var")).toContain("/dev/vda6[/var]");
    expect(await debian.output("systemctl --failed --no-legend --plain")).toBe("");
    expect(await debian.stateOf("holdfast-mark-good")).toBe("active");
    await debian.output("sync");
    expect(readCounters(debian.disk, "b")).toEqual({ priority: 1, tries: 0, successful: true });
  });
});

describe.runIf(ALL)("dracut with Holdfast's module", () => {
  let root: DebianRoot;
  beforeAll(async () => {
    root = await DebianRoot.create("dracut");
    prepareKernel(root);
    install(root, await debianPackage(), "[boot]\ntries = 99\n");
  }, 600_000);
  afterAll(() => root?.remove());

  test.each([
    ["a bad configuration", /config\.toml, line 2: boot\.tries.*is 99/],
    ["no binary", /holdfast\/holdfast is missing/],
  ])(
    "%s ends it, and the image that was there stays",
    (what, why) => {
      if (what === "no binary") {
        root.write("etc/holdfast/config.toml", "");
        root.run("rm /usr/lib/holdfast/holdfast");
      }
      writeFileSync(initramfsIn(root), "old");
      const said = root.run(
        `${dracut({ systemd: false, add: ["holdfast"] })} || echo "exit code $?"`,
        modulesOf(),
      );
      expect(said).toMatch(why);
      expect(said).toMatch(/exit code 1/);
      expect(readFileSync(initramfsIn(root), "utf8")).toBe("old");
    },
    120_000,
  );
});
