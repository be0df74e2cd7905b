import { describe, expect, test } from "vitest";
import { MessageStore } from "../../../src/boot-control/message-store.ts";
import { Requests } from "../../../src/commands/requests.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { messageImage } from "../../fixtures/misc.ts";

const misc = (command: string, recovery = "") => new MemoryDisk(messageImage(command, recovery));
const on = (disk: MemoryDisk) => new Requests(async () => new MessageStore(disk.open, 0));
const isCleared = (disk: MemoryDisk) => disk.bytes.subarray(0, 2048).every((byte) => byte === 0);

describe("what was left for this start", () => {
  test("a wipe is a reset of user data, with an identity that a power loss does not change", async () => {
    const disk = misc("boot-recovery", "recovery\n--wipe_data\n--reason=MasterClear\n");
    const asked = await on(disk).waiting();
    expect(asked).toMatchObject({
      reason: { code: "reset-asked", text: "A reset of all user data was asked for (MasterClear)." },
      reset: { scope: "data", origin: "bcb", id: expect.stringMatching(/^bcb-[0-9a-f]{16}$/) },
    });
    expect(await on(disk).waiting()).toEqual(asked);
    const other = misc("boot-recovery", "recovery\n--wipe_data\n--reason=Other\n");
    expect((await on(other).waiting())?.reset?.id).not.toBe(asked?.reset?.id);
    expect(disk.recorded).toEqual([]);
  });

  test.each([
    ["boot-recovery", "", "Recovery was asked for."],
    ["boot-recovery", "recovery\n--sideload\n", "Recovery was asked for. Holdfast cannot do --sideload."],
    ["boot-recovery", "recovery\n--locale=en-US\n", "Recovery was asked for."],
    ["boot-fastboot", "", "Fastboot was asked for, which Holdfast does not have."],
    ["bootonce-bootloader", "", "A stop in the bootloader was asked for."],
  ])("%s %j asks for no reset: %s", async (command, recovery, text) => {
    expect(await on(misc(command, recovery)).waiting()).toMatchObject({
      reason: { code: "asked", text },
      reset: null,
    });
  });

  test.each([
    ["nothing", misc("")],
    ["a command that is not ours", misc("boot-rescue")],
  ])("%s is no request, and is not cleared", async (_, disk) => {
    const requests = on(disk);
    expect(await requests.waiting()).toBeNull();
    await requests.clear();
    expect([disk.recorded, requests.problems]).toEqual([[], []]);
  });

  test("a device without the partition has none", async () => {
    expect(await new Requests(async () => null).waiting()).toBeNull();
  });

  test("what is no message does not stop a boot, and is told", async () => {
    const disk = new MemoryDisk(Buffer.alloc(65_536, 0xa5));
    const requests = on(disk);
    expect(await requests.waiting()).toBeNull();
    expect(requests.problems).toEqual([expect.stringContaining("byte 0")]);
    expect(disk.recorded).toEqual([]);
  });
});

describe("clearing it", () => {
  test("leaves an empty message, and nothing for the next start", async () => {
    const disk = misc("boot-recovery", "recovery\n--wipe_data\n");
    const requests = on(disk);
    await requests.waiting();
    await requests.clear();
    expect(isCleared(disk)).toBe(true);
    expect(await on(disk).waiting()).toBeNull();
  });

  test("does not clear another request that was left meanwhile", async () => {
    const disk = misc("boot-recovery");
    const requests = on(disk);
    await requests.waiting();
    messageImage("boot-fastboot").copy(disk.bytes);
    await expect(requests.clear()).rejects.toMatchObject({ kind: "refused" });
    expect(disk.recorded).toEqual([]);
  });
});
