import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { debianLuks, LUKS_UUID } from "./debian-luks.ts";
import { PASSPHRASE } from "./debian-storage.ts";
import { DebianSystem, START } from "./debian-system.ts";

/** What the root lies on, the nearest first, without the partition and the disk. */
const VOLUMES = "lsblk -rno NAME,TYPE --inverse \"$(findmnt -no SOURCE /)\" | grep -v 'part\\|disk'";

describe.runIf(ALL)("a Debian with systemd, cryptsetup and plymouth in its initramfs", () => {
  let folder: string;
  let debian: DebianSystem;
  beforeAll(async () => {
    const parts = await debianLuks();
    folder = mkdtempSync(join(tmpdir(), "holdfast-debian-"));
    const disk = join(folder, "disk.img");
    run("cp", ["--sparse=always", "--reflink=auto", parts.disk, disk]);
    const words = ["splash", "systemd.gpt_auto=no", `rd.luks.name=${LUKS_UUID}=root_a`, "holdfast.menu"];
    debian = await DebianSystem.startWith({ ...parts, disk }, { words });
  }, 600_000);
  afterAll(async () => {
    await debian?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("asks for the passphrase first, then shows the menu, and enters the encrypted root", async () => {
    const { terminal } = debian.machine;
    await terminal.waitFor(/passphrase/, START);
    expect(terminal.history()).not.toContain("Boot menu");
    terminal.answer(`${PASSPHRASE}\r`);
    await terminal.waitFor(/Boot menu/, START);
    terminal.type("1");
    await terminal.waitFor(/^> 1 Start Slot A$/m);
    terminal.type("1");
    const record = await debian.started("a");
    expect(record.reason.code).toBe("chosen");
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(await debian.output("findmnt -no FSTYPE,OPTIONS /")).toMatch(/^erofs +ro/);
    expect(await debian.output(VOLUMES)).toBe("root_a crypt");
    expect(await debian.output("systemctl --failed --no-legend --plain")).toBe("");
    expect(await debian.stateOf("holdfast-mark-good")).toBe("active");
  });
});
