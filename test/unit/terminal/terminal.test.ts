import { closeSync, constants, openSync } from "node:fs";
import { afterEach, describe, expect, test, vi } from "vitest";
import { TERMIOS_SIZE, Tty } from "../../../src/bytes/termios.ts";
import { ioctl } from "../../../src/linux/syscalls.ts";
import { view } from "../../../src/menu/show.ts";
import type { Intent } from "../../../src/menu/view.ts";
import type { Console } from "../../../src/session/console.ts";
import { openTerminal } from "../../../src/terminal/open.ts";
import { menuOf, openSlot, pressed } from "../menu/device.ts";
import { Emulator } from "./emulator.ts";
import { Pty } from "./pty.ts";

const ICANON_ECHO = 2 | 8;
const opened: { console: Console; pty: Pty }[] = [];

afterEach(async () => {
  for (const { console, pty } of opened.splice(0)) {
    await console.close();
    pty.hangUp();
  }
});

async function terminalOn(
  options: { mode?: "auto" | "full" | "line"; term?: string; answers?: boolean; reads?: boolean } = {},
) {
  const pty = new Pty();
  const emulator = new Emulator();
  const state = { answers: options.answers ?? true };
  pty.onData = (text) => emulator.writeRaw(text);
  emulator.onReply((reply) => {
    if (state.answers) pty.type(reply);
  });
  if (options.reads ?? true) pty.startReading();
  const intents: Intent[] = [];
  const log: string[] = [];
  const console = await openTerminal({
    path: pty.path,
    mode: options.mode ?? "auto",
    term: options.term ?? null,
    onIntent: (intent) => intents.push(intent),
    log: (line) => log.push(line),
  });
  opened.push({ console, pty });
  return { pty, emulator, state, intents, log, console };
}

/** c_lflag of the terminal at `path`. */
function localFlags(path: string): number {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  try {
    const termios = Buffer.alloc(TERMIOS_SIZE);
    ioctl(fd, Tty.getTermios, termios, "TCGETS");
    return termios.readUInt32LE(12);
  } finally {
    closeSync(fd);
  }
}

const soon = { timeout: 4000, interval: 10 };

describe("a terminal that answers", () => {
  test("gets full screens in its own size, moves with its keys, and is left as it should be", async () => {
    const { pty, emulator, intents, console } = await terminalOn();
    emulator.resize(60, 20);
    console.show(view(menuOf()));
    await vi.waitFor(async () => expect(await emulator.inverse()).toEqual(["Start Slot A"]), soon);
    const rows = await emulator.rows();
    expect(rows[0]).toContain("Boot menu");
    expect(rows[18]).toContain("Arrows move");
    expect(localFlags(pty.path) & ICANON_ECHO).toBe(0);
    pty.type("\x1b[B\x1b[A\r5");
    await vi.waitFor(() => expect(intents).toHaveLength(4), soon);
    expect(intents).toEqual([
      { kind: "next" },
      { kind: "previous" },
      { kind: "choose" },
      { kind: "choose-item", key: "power" },
    ]);
    console.show(view(pressed(menuOf(), "next")));
    await vi.waitFor(async () => expect(await emulator.inverse()).toEqual(["Tools"]), soon);
    await console.close();
    await vi.waitFor(() => expect(pty.received.endsWith("\x1b[!p\x1b[0m\x1b[?25h\r\n")).toBe(true), soon);
    expect(localFlags(pty.path) & ICANON_ECHO).toBe(ICANON_ECHO);
  });

  test("Esc alone goes back, after a moment", async () => {
    const { pty, emulator, intents, console } = await terminalOn();
    console.show(view(menuOf()));
    await vi.waitFor(async () => expect((await emulator.rows())[0]).toContain("Boot menu"), soon);
    pty.type("\x1b");
    await vi.waitFor(() => expect(intents).toEqual([{ kind: "back" }]), soon);
  });

  test("Ctrl-L repaints what kernel messages ran over, and takes a new size", async () => {
    const { pty, emulator, console } = await terminalOn();
    console.show(view(menuOf()));
    await vi.waitFor(async () => expect((await emulator.rows())[0]).toContain("Boot menu"), soon);
    emulator.writeRaw("[ 1.0] noise\r\n".repeat(30));
    emulator.resize(40, 12);
    pty.type("\f");
    await vi.waitFor(async () => {
      const rows = await emulator.rows();
      expect(rows[0]).toContain("Boot menu");
      expect(rows[10]).toBe("Arrows, Enter, Esc");
    }, soon);
  });
});

describe("a terminal that does not answer", () => {
  test("gets numbered lines, and full screens once it answers after a key", async () => {
    const { pty, emulator, state, intents, console } = await terminalOn({ answers: false });
    console.show(view(menuOf()));
    await vi.waitFor(() => expect(pty.received).toContain("Choice: "), soon);
    state.answers = true;
    pty.type("2\r");
    await vi.waitFor(() => expect(intents).toEqual([{ kind: "choose-item", key: "slot:b" }]), soon);
    await vi.waitFor(async () => expect(await emulator.inverse()).toEqual(["Start Slot A"]), soon);
  });

  test("is drawn at 80x24 when full screens are asked for", async () => {
    const { emulator, console } = await terminalOn({ answers: false, mode: "full" });
    console.show(view(menuOf()));
    await vi.waitFor(async () => expect((await emulator.rows())[22]).toContain("Arrows move"), soon);
  });
});

test.each(["vt100", "dumb"])(
  "TERM=%s gets lines, without a single escape sequence from first to last",
  async (term) => {
    const { pty, intents, console } = await terminalOn({ term });
    console.show(view(menuOf()));
    await vi.waitFor(() => expect(pty.received).toContain("Choice: "), soon);
    pty.type("2\r");
    await vi.waitFor(() => expect(intents).toHaveLength(1), soon);
    console.show(view(openSlot(menuOf(), "b")));
    await vi.waitFor(() => expect(pty.received).toContain("== Slot B =="), soon);
    await console.close();
    expect(pty.received).not.toContain("\x1b");
    expect(localFlags(pty.path) & ICANON_ECHO).toBe(ICANON_ECHO);
  },
);

describe("a line that stalls", () => {
  test("never holds up the process, and shows the latest view once it moves again", async () => {
    const { pty, emulator, console } = await terminalOn();
    console.show(view(menuOf()));
    await vi.waitFor(async () => expect((await emulator.rows())[0]).toContain("Boot menu"), soon);
    pty.stopReading();
    const model = openSlot(menuOf(), "b");
    let turns = 0;
    for (let frame = 0; frame < 400; frame++) {
      console.show(view(frame % 2 === 0 ? menuOf() : model));
      await new Promise((resolve) => setImmediate(resolve));
      turns++;
    }
    expect(turns).toBe(400);
    console.show(view(pressed(model, "next")));
    pty.startReading();
    await vi.waitFor(async () => expect(await emulator.inverse()).toEqual(["Make default"]), soon);
    expect((await emulator.rows())[0]).toContain("Slot B");
    expect(emulator.scrolled).toBe(0);
  });

  test("can be closed while it is stalled", async () => {
    const { pty, console } = await terminalOn({ mode: "line" });
    pty.stopReading();
    for (let screen = 0; screen < 400; screen++)
      console.show(view(screen % 2 ? menuOf() : openSlot(menuOf(), "b")));
    await console.close();
    expect(localFlags(pty.path) & ICANON_ECHO).toBe(ICANON_ECHO);
  });
});

/** A line with the same path as one that went: the kernel hands out the lowest free number. */
function comeBack(path: string): Pty {
  const others: Pty[] = [];
  for (let attempt = 0; attempt < 20; attempt++) {
    const pty = new Pty();
    if (pty.path === path) {
      for (const other of others) other.hangUp();
      return pty;
    }
    others.push(pty);
  }
  throw new Error(`${path} did not come back`);
}

test("a line that comes back after a hang-up is drawn in full", async () => {
  const { pty, log, console } = await terminalOn({ mode: "line" });
  console.show(view(menuOf()));
  opened.splice(0);
  pty.hangUp();
  await vi.waitFor(() => expect(log).toHaveLength(1), soon);
  console.show(view(openSlot(menuOf(), "b")));
  const back = comeBack(pty.path);
  opened.push({ console, pty: back });
  back.startReading();
  await vi.waitFor(() => expect(back.received).toContain("== Slot B =="), soon);
  expect(log[1]).toMatch(/is back/);
});

test("a line that is hung up is logged, does no harm, and costs no other console", async () => {
  const { pty, log, console } = await terminalOn({ mode: "line" });
  console.show(view(menuOf()));
  opened.splice(0);
  pty.hangUp();
  await vi.waitFor(() => expect(log.join("\n")).toMatch(/tried again every second/), soon);
  console.show(view(openSlot(menuOf(), "b")));
  await console.close();
});

test("what is no terminal is refused with a sentence", async () => {
  const options = { mode: "auto", term: null, onIntent: () => {}, log: () => {} } as const;
  await expect(openTerminal({ path: "/dev/null", ...options })).rejects.toThrow(
    /\/dev\/null cannot be used as a terminal/,
  );
  await expect(openTerminal({ path: "/dev/no-such-tty", ...options })).rejects.toThrow(/ENOENT/);
});
