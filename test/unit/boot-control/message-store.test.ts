import { describe, expect, test } from "vitest";
import { MessageStore, planMessage } from "../../../src/boot-control/message-store.ts";
import { decodeBootMessage, withCommand } from "../../../src/bytes/boot-message.ts";
import {
  asksForWipe,
  type BootRequest,
  formatBootRequest,
  parseBootRequest,
} from "../../../src/domain/boot-request.ts";
import { fuzz } from "../../fixtures/fuzz.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";

const WIPE: BootRequest = {
  kind: "recovery",
  options: [
    { name: "wipe_data", value: null },
    { name: "reason", value: "MasterClearConfirm,2026-11-21" },
    { name: "locale", value: "en-US" },
  ],
};

/** The 2048 bytes as Android's own struct lays them out, not as our codec does. */
function message(command: string, recovery = "", rest: { status?: string; stage?: string } = {}): Buffer {
  const bytes = Buffer.alloc(2048);
  bytes.write(command, 0, "latin1");
  bytes.write(rest.status ?? "", 32, "latin1");
  bytes.write(recovery, 64, "latin1");
  bytes.write(rest.stage ?? "", 832, "latin1");
  return bytes;
}

const disk = (bytes: Buffer = Buffer.alloc(2048)) =>
  new MemoryDisk(Buffer.concat([bytes, Buffer.alloc(6144, 0xaa)]));
const store = (one: MemoryDisk) => new MessageStore(one.open, 0);
const word = async (bytes: Buffer) => (await store(disk(bytes)).read()).word;

describe("reading", () => {
  test("the commands of the field become typed requests", async () => {
    expect(await word(message("boot-recovery", "recovery\n--wipe_data\n--reason=x y\n"))).toEqual({
      kind: "recovery",
      options: [
        { name: "wipe_data", value: null },
        { name: "reason", value: "x y" },
      ],
    });
    expect(await word(message("bootonce-bootloader"))).toEqual({ kind: "bootloader" });
    expect(await word(message("boot-fastboot", "recovery\n--fastboot\n"))).toEqual({ kind: "fastboot" });
    expect(await word(message("boot-recovery"))).toEqual({ kind: "recovery", options: [] });
    expect(await word(message("boot-rescue"))).toEqual({ kind: "foreign", command: "boot-rescue" });
  });

  test("nothing, and a partition that was erased, are no request", async () => {
    expect(await word(Buffer.alloc(2048))).toEqual({ kind: "none" });
    expect(await word(Buffer.alloc(2048, 0xff))).toEqual({ kind: "none" });
  });

  test("only a wipe that is asked for in so many words is one", async () => {
    const wipes = async (recovery: string) => asksForWipe(await word(message("boot-recovery", recovery)));
    expect(await wipes("recovery\n--wipe_data\n")).toBe(true);
    expect(await wipes("recovery\n--prompt_and_wipe_data\n")).toBe(true);
    for (const other of [
      "",
      "--wipe_data\n",
      "recovery\n--wipe_cache\n",
      "recovery\n--wipe_data_not\n",
      "recovery\n-wipe_data\n",
    ]) {
      expect(await wipes(other), other).toBe(false);
    }
    expect(asksForWipe(await word(message("", "recovery\n--wipe_data\n")))).toBe(false);
  });

  test.each<[string, Buffer, RegExp]>([
    [
      "bytes that are no ASCII",
      message("boot-r\x01covery"),
      /command at byte 0 is no printable ASCII: 626f6f742d7201/,
    ],
    ["a command without end", message("x".repeat(32)), /command at byte 0 has no end within 32 bytes/],
    ["arguments without end", message("boot-recovery", "x".repeat(768)), /recovery at byte 64 has no end/],
    [
      "a stage that is noise",
      message("", "", { stage: "\xfe" }),
      /stage at byte 832 is no printable ASCII: fe/,
    ],
  ])(
    "%s is a typed error that names the place, and nothing is written over it",
    async (_, bytes, expected) => {
      const one = disk(bytes);
      await expect(store(one).read()).rejects.toThrow(expected);
      await expect(store(one).leave(WIPE)).rejects.toMatchObject({ kind: "badStore" });
      expect(one.recorded).toEqual([]);
    },
  );
});

describe("leaving a request", () => {
  test("writes what Android reads, and keeps status, stage and the rest", async () => {
    const one = disk(message("", "old", { status: "OKAY", stage: "1/3" }));
    await store(one).leave(WIPE);
    const expected = message(
      "boot-recovery",
      "recovery\n--wipe_data\n--reason=MasterClearConfirm,2026-11-21\n--locale=en-US\n",
      { status: "OKAY", stage: "1/3" },
    );
    expect(one.bytes.subarray(0, 2048)).toEqual(expected);
    expect(one.bytes.subarray(2048)).toEqual(Buffer.alloc(6144, 0xaa));
    expect((await store(one).read()).word).toEqual(WIPE);
  });

  test("on an erased partition leaves no 0xff behind the text", async () => {
    const one = disk(Buffer.alloc(2048, 0xff));
    await store(one).leave({ kind: "bootloader" });
    expect(one.bytes.subarray(0, 2048)).toEqual(message("bootonce-bootloader"));
  });

  test.each(["boot-rescue", "boot-recovery", "boot-fastboot", "update-radio"])(
    "never writes over %s that waits",
    async (command) => {
      const one = disk(message(command));
      await expect(store(one).leave({ kind: "bootloader" })).rejects.toMatchObject({
        kind: "refused",
        message: expect.stringContaining(command),
      });
      expect(one.recorded).toEqual([]);
    },
  );

  test("that waits already writes nothing", async () => {
    const one = disk(message("bootonce-bootloader"));
    await store(one).leave({ kind: "bootloader" });
    expect(one.recorded).toEqual([]);
  });

  test.each<[string, string, string | null]>([
    ["a line break in a value", "reason", "x\n--wipe_data"],
    ["bytes that are no ASCII", "reason", "ü"],
    ["a name that is none", "wipe data", null],
    ["too much for the field", "reason", "x".repeat(800)],
  ])("refuses %s", async (_, name, value) => {
    const one = disk();
    const request = { kind: "recovery", options: [{ name, value }] } as const;
    await expect(store(one).leave(request)).rejects.toMatchObject({ kind: "usage" });
    expect(one.recorded).toEqual([]);
  });

  test("that does not read back is found out", async () => {
    const one = disk();
    one.loseWrites = true;
    await expect(store(one).leave(WIPE)).rejects.toMatchObject({ kind: "notReadBack" });
  });
});

describe("power lost while writing", () => {
  const long = "x".repeat(600);
  const MESSAGES: Record<string, Buffer> = {
    nothing: message(""),
    wipe: message("boot-recovery", "recovery\n--wipe_data\n"),
    long: message("boot-recovery", `recovery\n--reason=${long}\n--wipe_data\n`, { stage: "2/3" }),
    other: message("boot-recovery", `recovery\n--reason=${long}\n--wipe_cache\n`),
    bootloader: message("bootonce-bootloader"),
  };
  const pairs = Object.keys(MESSAGES).flatMap((from) =>
    Object.keys(MESSAGES).map((to) => [from, to] as const),
  );

  test.each(pairs)("from %s to %s leaves the old request, none, or the new one", (from, to) => {
    const [before, after] = [MESSAGES[from] as Buffer, MESSAGES[to] as Buffer];
    const done = Buffer.from(before);
    const read = (bytes: Buffer) => {
      const { command, recovery } = decodeBootMessage(bytes, "misc");
      return parseBootRequest(command, recovery);
    };
    for (const step of planMessage(before, after, 0)) {
      if (step.kind === "flush") continue;
      for (let cut = 0; cut <= step.bytes.length; cut += 512) {
        const torn = Buffer.from(done);
        step.bytes.copy(torn, step.offset, 0, cut);
        expect([read(before), { kind: "none" }, read(after)]).toContainEqual(read(torn));
      }
      step.bytes.copy(done, step.offset);
    }
    expect(done).toEqual(after);
  });
});

fuzz(
  "the bootloader message",
  [
    message("boot-recovery", "recovery\n--wipe_data\n--reason=x\n", { status: "OKAY", stage: "1/3" }),
    message("bootonce-bootloader"),
    Buffer.alloc(2048, 0xff),
  ],
  (bytes) => {
    const { command, recovery } = decodeBootMessage(bytes, "misc");
    const found = parseBootRequest(command, recovery);
    if (found.kind === "none" || found.kind === "foreign") return;
    const again = formatBootRequest(found);
    withCommand(bytes, again.command, again.recovery);
  },
);
