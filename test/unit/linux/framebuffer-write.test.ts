import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { FIX_INFO_SIZE, VAR_INFO_SIZE } from "../../../src/bytes/fb-info.ts";

/** What the driver of a fake framebuffer says; its memory is an ordinary file. */
const driver = { variable: Buffer.alloc(VAR_INFO_SIZE), fixed: Buffer.alloc(FIX_INFO_SIZE), pan: 0, pans: 0 };

vi.mock("../../../src/linux/syscalls.ts", async (original) => {
  const real = await original<typeof import("../../../src/linux/syscalls.ts")>();
  return {
    ...real,
    ioctl(_fd: number, request: number, argument: Buffer | number, what: string) {
      if (request === 0x4600 && Buffer.isBuffer(argument)) driver.variable.copy(argument);
      if (request === 0x4602 && Buffer.isBuffer(argument)) driver.fixed.copy(argument);
      if (request !== 0x4606) return 0;
      driver.pans += 1;
      if (driver.pan !== 0) throw new real.SystemCallError("ioctl", driver.pan, what);
      return 0;
    },
  };
});
const { openFramebuffer } = await import("../../../src/linux/framebuffer.ts");

const [EBUSY, EINVAL] = [16, 22];
const folder = mkdtempSync(join(tmpdir(), "holdfast-fb-"));
const path = join(folder, "fb0");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 2x3 pixels of RGB565 in rows of 8 bytes, of which the second page is shown from its second column on. */
beforeEach(() => {
  const words = { 0: 2, 4: 3, 8: 3, 12: 6, 16: 1, 20: 3, 24: 16, 32: 11, 36: 5, 44: 5, 48: 6, 56: 0, 60: 5 };
  for (const [at, value] of Object.entries(words)) driver.variable.writeUInt32LE(value, Number(at));
  driver.fixed.write("mdssfb\0", 0, "latin1");
  driver.fixed.writeUInt32LE(48, 24);
  driver.fixed.writeUInt32LE(8, 48);
  Object.assign(driver, { pan: 0, pans: 0 });
  writeFileSync(path, Buffer.alloc(48));
});

const rows = Buffer.from("112233445566 7788".replaceAll(" ", ""), "hex");

describe("a framebuffer of 16 bits with longer rows, two pages and an offset", () => {
  test("rows go to the page and the column that is shown", () => {
    const framebuffer = openFramebuffer(path);
    expect(framebuffer.writeRows(1, 2, rows)).toBe(true);
    const memory = readFileSync(path);
    expect(memory.subarray(34, 38).toString("hex")).toBe("11223344");
    expect(memory.subarray(42, 46).toString("hex")).toBe("55667788");
    expect(memory.filter((byte) => byte !== 0)).toHaveLength(8);
    framebuffer.close();
  });

  test("a panel that keeps its own picture is told after each write, also after another program's turn", () => {
    const framebuffer = openFramebuffer(path);
    framebuffer.writeRows(0, 2, rows);
    driver.pan = EBUSY;
    framebuffer.writeRows(0, 2, rows);
    driver.pan = 0;
    framebuffer.writeRows(0, 2, rows);
    expect(driver.pans).toBe(3);
    driver.pan = EINVAL;
    framebuffer.writeRows(0, 2, rows);
    framebuffer.writeRows(0, 2, rows);
    expect(driver.pans).toBe(4);
    framebuffer.close();
  });

  test.each([
    ["its width", 0],
    ["its page", 20],
    ["its bits per pixel", 24],
    ["a channel", 32],
  ])("when somebody else changes %s nothing is written, and it has to be opened anew", (_what, at) => {
    const framebuffer = openFramebuffer(path);
    driver.variable.writeUInt32LE(driver.variable.readUInt32LE(at) + 8, at);
    expect(framebuffer.writeRows(0, 2, rows)).toBe(false);
    expect(readFileSync(path).every((byte) => byte === 0)).toBe(true);
    framebuffer.close();
  });
});
