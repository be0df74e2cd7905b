import { describe, expect, test, vi } from "vitest";
import { consoleTrust, isPin } from "../../../src/commands/console-trust.ts";
import { DEFAULTS } from "../../../src/config/defaults.ts";
import type { Change } from "../../../src/domain/slot.ts";
import type { Intent, View } from "../../../src/menu/view.ts";
import type { Console } from "../../../src/session/console.ts";
import type { Trust } from "../../../src/session/gate.ts";
import { Session } from "../../../src/session/session.ts";
import { deviceOf } from "../menu/device.ts";

class Seen implements Console {
  readonly confirms = "word";
  readonly letters = "latin";
  readonly name: string;
  last: View | null = null;

  constructor(name: string) {
    this.name = name;
  }

  show(view: View): void {
    this.last = view;
  }

  async close(): Promise<void> {}
}

function sessionOf(trusts: Readonly<Record<string, Trust>>) {
  const log: string[] = [];
  const asked: Change[] = [];
  const session = new Session({
    status: deviceOf(),
    reason: null,
    countdownSeconds: 0,
    footer: "Holdfast",
    services: {
      apply: async (change) => {
        asked.push(change);
        return deviceOf();
      },
    },
    trust: { of: (name) => trusts[name] ?? "full", verify: async (pin) => pin === "4711" },
    log: (line) => log.push(line),
    clock: () => () => {},
  });
  const [panel, serial] = [new Seen("panel"), new Seen("ttyS0")];
  session.attach(panel);
  session.attach(serial);
  const act = (...intents: Intent[]) => {
    for (const intent of intents) session.dispatch(intent, "ttyS0");
  };
  return { session, log, asked, panel, serial, act };
}

const TYPE: Intent = { kind: "type", text: "4711" };

describe("a console that may only look on", () => {
  test("sees what the others do, and changes nothing, not even the focus", () => {
    const { session, panel, serial, act } = sessionOf({ ttyS0: "read-only" });
    const before = panel.last;
    act({ kind: "next" }, { kind: "choose" }, { kind: "choose-item", key: "power" }, { kind: "submit" });
    expect(panel.last).toEqual(before);
    expect(serial.last?.notice?.text).toBe("This console may only look on.");
    session.dispatch({ kind: "choose-item", key: "power" }, "panel");
    expect(serial.last?.screen).toBe("power");
  });
});

describe("a console with a PIN", () => {
  test("asks for it on itself alone, and does what it is asked after the right one", async () => {
    const { panel, serial, act } = sessionOf({ ttyS0: "pin" });
    act({ kind: "next" });
    expect(serial.last?.notice?.text).toBe("This console needs its PIN. Choose anything to enter it.");
    act({ kind: "choose" });
    expect(serial.last?.entry).toMatchObject({ kind: "pin", prompt: "PIN of this console" });
    expect(panel.last?.entry).toBeNull();
    act(TYPE);
    expect(serial.last?.entry?.shown).toBe("••••");
    expect(JSON.stringify(serial.last)).not.toContain("4711");
    act({ kind: "submit" });
    await vi.waitFor(() => expect(serial.last?.notice?.text).toBe("This console is open now."));
    act({ kind: "choose-item", key: "power" });
    expect(panel.last?.screen).toBe("power");
  });

  test("takes no wrong one, makes guessing slow, and logs no PIN", async () => {
    const { panel, serial, act, log } = sessionOf({ ttyS0: "pin" });
    const guess = async () => {
      act({ kind: "choose" }, { kind: "type", text: "12345" }, { kind: "submit" });
      await vi.waitFor(() => expect(serial.last?.notice?.text).toMatch(/PIN|Try again/));
    };
    for (let count = 0; count < 3; count++) await guess();
    act({ kind: "choose" });
    expect(serial.last?.entry).toBeNull();
    expect(serial.last?.notice?.text).toBe("Try again in 2 seconds.");
    expect(panel.last?.screen).toBe("home");
    expect(log).toEqual([1, 2, 3].map((count) => `ttyS0: the PIN was wrong (${count})`));
  });

  test("says nothing of itself before it is there", () => {
    const { session, panel } = sessionOf({ ttyGS0: "pin" });
    session.dispatch({ kind: "choose-item", key: "power" }, "ttyGS0");
    expect(panel.last?.screen).toBe("home");
  });
});

test("the configuration names the consoles, and keeps only a salted hash of the PIN", async () => {
  // hashlib.scrypt(b"4711", salt=bytes(16), n=16384, r=8, p=1, dklen=32)
  const pin = `scrypt:${"00".repeat(16)}:a7c117380fe766c389585eb1189c3b0f0eee545b42b5b581029aaf1b1bf9e09f`;
  const console = { ...DEFAULTS.console, ask_pin: ["ttyS0"], read_only: ["ttyGS0"], pin };
  const trust = consoleTrust({ ...DEFAULTS, console }, null);
  expect(["ttyS0", "ttyGS0", "panel"].map((name) => trust.of(name))).toEqual(["pin", "read-only", "full"]);
  expect(await isPin("4711", pin)).toBe(true);
  expect(await trust.verify("4712")).toBe(false);
});

describe("behind a configuration that cannot be believed", () => {
  const readOnly = { code: "bad-config", text: "config.toml, line 3: no such key." } as const;

  test("every console is trusted with starting a system and with nothing else", () => {
    const trust = consoleTrust(DEFAULTS, readOnly);
    expect(["ttyS0", "panel", "script1"].map((name) => trust.of(name))).toEqual([
      "strict",
      "strict",
      "strict",
    ]);
  });

  test("what changes the device is refused on every console, and a system can be started", async () => {
    const { session, panel, serial, act, asked } = sessionOf({ ttyS0: "strict", panel: "strict" });
    act({ kind: "choose-item", key: "slot:b" }, { kind: "choose-item", key: "mark-good" });
    expect(serial.last?.notice?.text).toMatch(/^The configuration cannot be believed/);
    session.dispatch({ kind: "choose-item", key: "mark-good" }, "panel");
    expect(panel.last?.notice?.text).toMatch(/^The configuration cannot be believed/);
    expect(asked).toEqual([]);
    act({ kind: "choose-item", key: "start" });
    expect((await session.finished).outcome).toEqual({ kind: "enter", slot: "b" });
  });
});
