import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBootRecord, writeBootRecord } from "../../../src/commands/boot-record.ts";
import {
  makePlan,
  readMenuReason,
  readPlan,
  writeMenuReason,
  writePlan,
} from "../../../src/commands/plan-file.ts";
import type { Plan } from "../../../src/domain/plan.ts";

let run: string;
beforeEach(() => {
  run = mkdtempSync(join(tmpdir(), "holdfast-run-"));
});
afterEach(() => rmSync(run, { recursive: true }));

const reason = { code: "fallback", text: 'Slot A didn\'t start; $HOME `id` "x"\nslot B is used.' } as const;
const plan = {
  action: "switch-root",
  slot: "b",
  identity: "PARTUUID=11111111-2222-3333-4444-555555555555",
  root: { device: "/dev/vda3", fstype: "ext4", options: "ro", verity: null, init: "/sbin/init", usr: null },
  counters: { priority: 1, triesLeft: 2, triesDone: null },
  layers: {
    image: "2.0-0123456789abcdef",
    developer: { features: ["writable-usr"], ephemeral: false },
    safe: false,
  },
  reason,
} as const satisfies Plan;

it.each<Plan>([
  plan,
  { action: "reboot", slot: null, target: "recovery", reason },
  { action: "power-off", reason },
  {
    action: "system",
    slot: "ostree:vda2:os/6879.0",
    steps: [
      {
        kind: "mount",
        device: "/dev/vda2",
        target: "/run/holdfast/sysroot",
        fstype: "ext4",
        options: "",
        access: "writable",
      },
      { kind: "bind", source: "/a", target: "/b" },
      { kind: "bind", source: "/a", target: "/b", apart: true },
      { kind: "protect", target: "/sysroot" },
      { kind: "move", source: "/a", target: "/b" },
      { kind: "overlay", target: "/etc", over: ["/x"], writable: { upper: "/u", work: "/w" } },
      { kind: "mount-image", image: "/x.raw", target: "/x" },
      { kind: "folder", path: "/x" },
      { kind: "folder", path: "/x", like: "/y" },
      { kind: "link", path: "/x", target: "y" },
      { kind: "file", path: "/run/ostree-booted", text: "" },
      {
        kind: "open-verity",
        name: "root",
        device: "/dev/vda3",
        verity: {
          rootHash: "ab",
          device: "/dev/vda4",
          offset: 0,
          signature: { required: false, places: [] },
        },
      },
      { kind: "check-verity", name: "root" },
      { kind: "furnish", root: "/sysroot" },
      { kind: "name-disk", link: "/run/x", device: "/dev/vda3" },
      { kind: "need-init", root: "/sysroot", init: "/sbin/init" },
    ],
    init: "/sbin/init",
    reason,
  },
  {
    action: "kexec",
    slot: "b",
    kernel: {
      device: "/dev/vda4",
      fstype: "vfat",
      verity: null,
      isUsr: false,
      linux: "/vmlinuz",
      initrds: ["/initramfs"],
      options: "quiet",
    },
    commandLine: "quiet holdfast.slot=b",
    reason,
  },
])("a plan to $action is read as it was written", (written) => {
  writePlan(run, written);
  expect(readPlan(run)).toEqual(written);
});

it("a shell reads from handoff.env exactly what was written, and runs none of it", () => {
  writePlan(run, plan);
  const script =
    '. "$1/handoff.env"; printf "%s|%s|%s|%s" "$HOLDFAST_SLOT" "$HOLDFAST_ROOT_DEVICE" "$HOLDFAST_INIT" "$HOLDFAST_REASON"';
  const output = execFileSync("sh", ["-c", script, "sh", run], { encoding: "utf8" });
  expect(output).toBe(`b|/dev/vda3|/sbin/init|${reason.text}`);
});

it("a system is switched to by its own init, as a slot is by that of the configuration", () => {
  const init = "/nix/store/bbbb-nixos/init";
  writePlan(run, { action: "system", slot: "nixos:vda2:x", steps: [], init, reason });
  const script = '. "$1/handoff.env"; printf "%s|%s|%s" "$HOLDFAST_ACTION" "$HOLDFAST_SLOT" "$HOLDFAST_INIT"';
  const output = execFileSync("sh", ["-c", script, "sh", run], { encoding: "utf8" });
  expect(output).toBe(`switch-root|nixos:vda2:x|${init}`);
});

it("there is no plan, reason or record where none was written", () => {
  expect([readPlan(run), readMenuReason(run), readBootRecord(run)]).toEqual([null, null, null]);
});

it.each(["", "{}", '{"version":1,"plan":{"action":"dance"}}', '{"version":2}'])(
  "a damaged plan is refused: %s",
  (text) => {
    writeFileSync(join(run, "plan.json"), text);
    expect(() => readPlan(run)).toThrow("plan.json is not a file that Holdfast wrote");
  },
);

it("the menu finds the reason of the gate", () => {
  writeMenuReason(run, reason);
  expect(readMenuReason(run)).toEqual(reason);
});

it("the running system finds slot, identity, reason, counters and kernel", () => {
  writeBootRecord(run, plan, "6.1.0", null);
  const { slot, identity, counters, layers } = plan;
  const kernel = "6.1.0";
  expect(readBootRecord(run)).toEqual({
    version: 1,
    slot,
    identity,
    reason,
    counters,
    kernel,
    layers,
    notes: [],
  });
});

describe("a plan that is being made", () => {
  const early = { ...plan, counters: { priority: 1, triesLeft: 3, triesDone: null } };

  it("replaces what was kept of it", async () => {
    await makePlan(run, async (keep) => {
      keep(early);
      expect(readPlan(run)).toEqual(early);
      return plan;
    });
    expect(readPlan(run)).toEqual(plan);
  });

  it("does not stay when it came to nothing: what is not decided must not be entered", async () => {
    const failing = makePlan(run, async (keep) => {
      keep(early);
      throw new Error("the try did not read back");
    });
    await expect(failing).rejects.toThrow("the try did not read back");
    expect(readdirSync(run)).toEqual([]);
  });
});

it("names the file that cannot be written, and leaves nothing of it", () => {
  mkdirSync(join(run, "menu.json"));
  expect(() => writeMenuReason(run, reason)).toThrow(/menu\.json cannot be written/);
  expect(readdirSync(run)).toEqual(["menu.json"]);
});
