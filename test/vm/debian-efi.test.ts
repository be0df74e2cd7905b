import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { debianEfiDisk } from "./debian-efi.ts";
import { DebianSystem, START } from "./debian-system.ts";
import { espNames } from "./efi-disk.ts";
import type { EfiMachine } from "./efi-machine.ts";

describe.runIf(ALL)("Debian under firmware, with systemd in its initramfs and unified kernel images", () => {
  let debian: DebianSystem<EfiMachine>;
  beforeAll(async () => {
    debian = await DebianSystem.startEfi(await debianEfiDisk());
  }, 600_000);
  afterAll(() => debian?.stop());
  const kernels = () => espNames(debian.disk, "EFI/Linux");

  test("systemd-boot counts the start of an update; systemd blesses it, and the good mark is not made twice", async () => {
    const record = await debian.started("b");
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(debian.machine.terminal.history()).not.toContain("Boot menu");
    expect(await debian.output("findmnt -no SOURCE,FSTYPE,OPTIONS /")).toMatch(/\/dev\/vda3 +erofs +ro/);
    expect(await debian.output("systemctl --version | head -n 1")).toMatch(/^systemd 252/);
    expect(await debian.output("journalctl -b -o cat -u holdfast.service")).toMatch(/Finished|Deactivated/);
    expect(await debian.output("systemctl --failed --no-legend --plain")).toBe("");
    expect(await debian.stateOf("systemd-bless-boot")).toBe("active");
    expect(await debian.stateOf("holdfast-mark-good")).toBe("active");
    await debian.output("sync");
    expect(kernels()).toEqual(["debian-a.efi", "debian-b.efi"]);
    const status = JSON.parse(await debian.output("holdfast status --json"));
    expect(status).toMatchObject({
      scheme: "systemd-boot",
      counting: "bootloader",
      booted: { slot: "b", certain: true },
    });
    expect(status.slots.map(({ id, health }: { id: string; health: string }) => [id, health])).toEqual([
      ["a", "good"],
      ["b", "good"],
    ]);
  });

  test("the menu of slot A's kernel comes in between, undisturbed by systemd's own lines; then slot A starts", async () => {
    await debian.output("holdfast select a --once && sync");
    await debian.restart();
    const { terminal } = debian.machine;
    await terminal.waitFor(/Boot menu/, START);
    expect(terminal.screen()).not.toMatch(/\[ {2}OK {2}\]|A start job is running/);
    terminal.type("1");
    await terminal.waitFor(/1 Start Slot A once/);
    terminal.type("1");
    expect((await debian.started("a")).reason.code).toBe("chosen");
    expect(kernels()).toEqual(["debian-a.efi", "debian-b.efi"]);
  });
});
