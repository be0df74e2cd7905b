import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MessageStore } from "../../../src/boot-control/message-store.ts";
import type { ConsoleHost, Consoles } from "../../../src/commands/menu-consoles.ts";
import { readPlan, writeMenuReason } from "../../../src/commands/plan-file.ts";
import type { Requests as RequestsType } from "../../../src/commands/requests.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import type { Console } from "../../../src/session/console.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { messageImage } from "../../fixtures/misc.ts";
import { deviceOf } from "../menu/device.ts";

const opened = vi.hoisted(() => ({
  close: async (): Promise<void> => {},
  choose: true,
  planFor: async (..._: unknown[]): Promise<unknown> => ({}),
  rememberTold: vi.fn(async () => {}),
  consoles: 1,
  requests: null as RequestsType | null,
}));

vi.mock(import("../../../src/linux/kernel-log.ts"), async (original) => ({
  ...(await original()),
  quietKernelLog: () => ({ release() {} }),
}));
vi.mock("../../../src/commands/menu-consoles.ts", () => ({
  async openConsoles(host: ConsoleHost, attach: (console: Console) => void): Promise<Consoles> {
    if (opened.consoles === 0) return { opened: 0, async openLater() {} };
    const person = setInterval(() => {
      if (opened.choose) host.onIntent({ kind: "choose-item", key: "continue" }, "panel");
    }, 20);
    const close = () => {
      clearInterval(person);
      return opened.close();
    };
    attach({ name: "panel", confirms: "hold", letters: "all", show() {}, close });
    return { opened: 1, async openLater() {} };
  },
}));
vi.mock("../../../src/commands/device.ts", () => ({
  openDevice: async () => ({
    readOnly: null,
    status: async () => deviceOf(),
    requests: opened.requests,
    problems: () => [],
    decide: async () => ({ fallback: { from: "b", why: "did not start" } }),
    rememberTold: opened.rememberTold,
    planFor: (...asked: unknown[]) => opened.planFor(...asked),
  }),
}));

const { Requests } = await import("../../../src/commands/requests.ts");
const { menu } = await import("../../../src/commands/menu.ts");

const plan = {
  action: "power-off",
  reason: { code: "chosen", text: "Slot A was chosen in the menu." },
} as const;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-menu-"));
  mkdirSync(join(root, "etc/holdfast"), { recursive: true });
  writeFileSync(join(root, "etc/holdfast/config.toml"), "[menu]\nfallback_countdown_s = 1\n");
  opened.rememberTold.mockClear();
  Object.assign(opened, { consoles: 1, close: async () => {}, choose: true, planFor: async () => plan });
  opened.requests = new Requests(async () => null);
});
afterEach(() => rmSync(root, { recursive: true }));

const options = () => ({ config: null, root, disk: null, scheme: null, logLevel: "warn" }) as const;
const run = () => menu(options(), {});
const written = () => readPlan(join(root, "run/holdfast"));

test("a choice stands when a console cannot be given back", async () => {
  opened.close = () => Promise.reject(new Error("the line is gone"));
  expect(await run()).toBe(0);
  expect(written()).toEqual(plan);
});

test("a choice stands when a console never comes back", async () => {
  opened.close = () => new Promise(() => {});
  expect(await run()).toBe(0);
  expect(written()).toEqual(plan);
});

test("a countdown whose slot cannot be entered leaves the boot to the supervisor: nobody is there", async () => {
  opened.choose = false;
  opened.planFor = () => Promise.reject(new HoldfastError("notReadBack", "The disk is read-only."));
  writeMenuReason(join(root, "run/holdfast"), { code: "fallback", text: "Slot B did not start." });
  await expect(run()).rejects.toThrow("The disk is read-only.");
  expect(written()).toBeNull();
});

test("a person whose choice cannot be entered sees the menu again", async () => {
  const planFor = vi.fn().mockRejectedValueOnce(new Error("no such root")).mockResolvedValueOnce(plan);
  opened.planFor = planFor;
  expect(await run()).toBe(0);
  expect(planFor).toHaveBeenCalledTimes(2);
  expect(planFor).toHaveBeenLastCalledWith(
    "a",
    expect.anything(),
    expect.objectContaining({ console: "panel" }),
  );
  expect(written()).toEqual(plan);
});

test("who leaves after a choice that failed does not keep the device from starting", async () => {
  opened.planFor = vi.fn().mockImplementationOnce(async () => {
    opened.choose = false;
    throw new Error("no such root");
  });
  vi.mocked(opened.planFor).mockResolvedValueOnce(plan);
  writeMenuReason(join(root, "run/holdfast"), { code: "fallback", text: "Slot B did not start." });
  expect(await run()).toBe(0);
  expect(opened.planFor).toHaveBeenLastCalledWith(
    "a",
    expect.anything(),
    expect.objectContaining({ console: null }),
  );
});

/** A device on which the last system asked for the recovery. */
function askedForRecovery(): MemoryDisk {
  const disk = new MemoryDisk(messageImage("boot-recovery"));
  opened.requests = new Requests(async () => new MessageStore(disk.open, 0));
  return disk;
}
const isCleared = (disk: MemoryDisk) => disk.bytes.subarray(0, 2048).every((byte) => byte === 0);

test("a request for the menu is done when a person chose in it, and not before", async () => {
  const disk = askedForRecovery();
  opened.planFor = async () => {
    expect(isCleared(disk)).toBe(false);
    return plan;
  };
  expect(await run()).toBe(0);
  expect(isCleared(disk)).toBe(true);
});

test("a choice stands when the request cannot be cleared", async () => {
  askedForRecovery().loseWrites = true;
  expect(await run()).toBe(0);
  expect(written()).toEqual(plan);
});

test("a fallback counts as told when it is on a console, and not before", async () => {
  const reason = { code: "fallback", text: "Slot B did not start." } as const;
  writeMenuReason(join(root, "run/holdfast"), reason);
  opened.consoles = 0;
  await expect(run()).rejects.toThrow("no console");
  expect(opened.rememberTold).not.toHaveBeenCalled();
  opened.consoles = 1;
  expect(await run()).toBe(0);
  expect(opened.rememberTold).toHaveBeenCalledWith("b", reason);
});

test("a reason that is none is refused with those that are known", async () => {
  await expect(menu(options(), { reason: "foo" })).rejects.toMatchObject({
    kind: "usage",
    message: expect.stringContaining("key-held, command-line"),
  });
});
