import { describe, expect, test, vi } from "vitest";
import type { Change } from "../../../src/domain/slot.ts";
import type { DeviceStatus } from "../../../src/domain/status.ts";
import type { View } from "../../../src/menu/view.ts";
import type { Console } from "../../../src/session/console.ts";
import { type Clock, Session } from "../../../src/session/session.ts";
import { deviceOf, slotOf } from "../menu/device.ts";

class FakeConsole implements Console {
  readonly views: View[] = [];
  readonly name: string;
  readonly confirms = "hold";
  readonly letters = "all";
  closed = 0;

  constructor(name: string) {
    this.name = name;
  }

  show(view: View): void {
    this.views.push(view);
  }

  async close(): Promise<void> {
    this.closed++;
  }

  get last(): View | undefined {
    return this.views.at(-1);
  }
}

class BrokenConsole extends FakeConsole {
  override show(): void {
    throw new Error("the line is gone");
  }
}

interface Wishes {
  readonly apply?: (change: Change) => Promise<DeviceStatus>;
  readonly fallback?: boolean;
  readonly powerOffAfter?: number;
}

function sessionOf(options: Wishes = {}) {
  const log: string[] = [];
  let tick = () => {};
  let stopped = false;
  const clock: Clock = (call) => {
    tick = call;
    return () => {
      stopped = true;
    };
  };
  const session = new Session({
    status: deviceOf(),
    reason: { code: options.fallback ? "fallback" : "key-held", text: "Because." },
    countdownSeconds: 2,
    footer: "Holdfast",
    powerOffAfter: options.powerOffAfter ?? 0,
    services: { apply: options.apply ?? (() => Promise.reject(new Error("no store"))) },
    log: (line) => log.push(line),
    clock,
  });
  return { session, log, tick: () => tick(), isClockStopped: () => stopped };
}

describe("one menu on many consoles", () => {
  test("a move on one shows on the other", () => {
    const { session } = sessionOf();
    const panel = new FakeConsole("panel");
    const serial = new FakeConsole("ttyS0");
    session.attach(panel);
    session.attach(serial);
    session.dispatch({ kind: "next" }, "ttyS0");
    expect(panel.last?.focus).toBe(3);
    expect(panel.last).toEqual(serial.last);
  });

  test("a console that comes later sees what the others see", () => {
    const { session } = sessionOf();
    session.dispatch({ kind: "choose-item", key: "power" }, "panel");
    const late = new FakeConsole("ttyUSB0");
    session.attach(late);
    expect(late.last?.screen).toBe("power");
  });

  test("what a person should know, and a device that is too hot, are told on all of them", () => {
    const { session } = sessionOf();
    const [panel, serial] = [new FakeConsole("panel"), new FakeConsole("ttyS0")];
    for (const console of [panel, serial]) session.attach(console);
    session.tell("panel is left out: 24 MiB of memory are free, and drawing needs 36");
    expect([panel, serial].map(({ last }) => last?.notice?.text)).toEqual(
      Array(2).fill("panel is left out: 24 MiB of memory are free, and drawing needs 36"),
    );
    session.warm({ celsius: 90, limit: 95 });
    expect(serial.last?.notice?.text).toMatch(/^The device is hot: 90 °C/);
  });

  test("nothing is shown again when nothing changed", () => {
    const { session } = sessionOf();
    const panel = new FakeConsole("panel");
    session.attach(panel);
    session.dispatch({ kind: "back" }, "panel");
    session.dispatch({ kind: "choose-item", key: "nonsense" }, "panel");
    expect(panel.views).toHaveLength(1);
  });

  test("a console that throws is let go and logged; the others go on", () => {
    const { session, log } = sessionOf();
    const broken = new BrokenConsole("ttyS1");
    const panel = new FakeConsole("panel");
    session.attach(broken);
    session.attach(panel);
    session.dispatch({ kind: "next" }, "panel");
    expect(panel.views).toHaveLength(2);
    expect(broken.closed).toBe(1);
    expect(log).toEqual(["ttyS1 is left out: the line is gone"]);
  });

  test("a console that never finishes closing does not hold up a move", () => {
    const { session } = sessionOf();
    const slow = new FakeConsole("ttyS1");
    slow.close = () => new Promise(() => {});
    session.attach(slow);
    session.detach("ttyS1");
    const panel = new FakeConsole("panel");
    session.attach(panel);
    session.dispatch({ kind: "next" }, "panel");
    expect(panel.last?.focus).toBe(3);
  });

  test("a console of the same name takes the place of the former one", () => {
    const { session } = sessionOf();
    const first = new FakeConsole("ttyS0");
    const second = new FakeConsole("ttyS0");
    session.attach(first);
    session.attach(second);
    session.dispatch({ kind: "next" }, "ttyS0");
    expect(first.closed).toBe(1);
    expect(first.views).toHaveLength(1);
    expect(second.views).toHaveLength(2);
  });
});

describe("effects", () => {
  test("a written change is shown with the console that asked for it", async () => {
    const apply = vi.fn(async () => deviceOf({ default: "b" }));
    const { session } = sessionOf({ apply });
    const panel = new FakeConsole("panel");
    session.attach(panel);
    session.dispatch({ kind: "choose-item", key: "slot:b" }, "ttyS0");
    session.dispatch({ kind: "choose-item", key: "make-default" }, "ttyS0");
    await vi.waitFor(() => expect(panel.last?.notice?.text).toBe("Slot B is the default now. (ttyS0)"));
    expect(apply).toHaveBeenCalledExactlyOnceWith({ kind: "select", slot: "b", once: false }, "ttyS0");
  });

  test("a failing change becomes a notice with its sentence, and the menu goes on", async () => {
    const { session, log } = sessionOf();
    const panel = new FakeConsole("panel");
    session.attach(panel);
    session.dispatch({ kind: "choose-item", key: "slot:b" }, "panel");
    session.dispatch({ kind: "choose-item", key: "mark-good" }, "panel");
    await vi.waitFor(() => expect(panel.last?.notice).toEqual({ tone: "danger", text: "no store (panel)" }));
    expect(log).toEqual(["panel: mark-good b", "panel: mark-good b: no store"]);
    session.dispatch({ kind: "back" }, "panel");
    expect(panel.last?.screen).toBe("home");
  });

  test("close waits for the write under way, and a choice made meanwhile is not queued behind it", async () => {
    const order: string[] = [];
    const apply = async (change: Change) => {
      order.push(`start ${change.kind}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(`end ${change.kind}`);
      return deviceOf({ slots: [slotOf("a"), slotOf("b")] });
    };
    const { session } = sessionOf({ apply });
    session.dispatch({ kind: "choose-item", key: "slot:b" }, "panel");
    session.dispatch({ kind: "choose-item", key: "mark-good" }, "panel");
    session.dispatch({ kind: "choose-item", key: "mark-bad" }, "panel");
    await session.close();
    expect(order).toEqual(["start mark-good", "end mark-good"]);
  });
});

describe("the end", () => {
  test("a choice finishes the session with its outcome", async () => {
    const { session } = sessionOf();
    const panel = new FakeConsole("panel");
    session.attach(panel);
    session.dispatch({ kind: "choose" }, "panel");
    await expect(session.finished).resolves.toEqual({ outcome: { kind: "enter", slot: "a" }, from: "panel" });
    expect(panel.last?.notice?.text).toBe("Starting Slot A. (panel)");
  });

  test("the countdown finishes it too, and its clock stops", async () => {
    const { session, tick, isClockStopped } = sessionOf({ fallback: true });
    tick();
    tick();
    await expect(session.finished).resolves.toEqual({ outcome: { kind: "enter", slot: "a" }, from: null });
    expect(isClockStopped()).toBe(true);
  });

  test("close gives every console back, also when one fails, and may be called twice", async () => {
    const { session, log } = sessionOf();
    const broken = new FakeConsole("ttyS0");
    broken.close = () => Promise.reject(new Error("stuck"));
    const panel = new FakeConsole("panel");
    session.attach(broken);
    session.attach(panel);
    await session.close();
    await session.close();
    expect(panel.closed).toBe(1);
    expect(log).toEqual(["ttyS0 did not close: stuck"]);
  });
});

describe("a menu that nobody uses", () => {
  test("switches the device off after its time, and every sign of a person starts it anew", async () => {
    const { session, tick } = sessionOf({ powerOffAfter: 60 });
    session.attach(new FakeConsole("panel"));
    const ended = vi.fn();
    void session.finished.then(ended);
    for (let round = 0; round < 3; round += 1) {
      for (let ten = 0; ten < 5; ten += 1) tick();
      session.dispatch({ kind: "next" }, "panel");
    }
    await Promise.resolve();
    expect(ended).not.toHaveBeenCalled();
    for (let ten = 0; ten < 6; ten += 1) tick();
    expect(await session.finished).toEqual({
      outcome: { kind: "power-off", because: "nobody-there" },
      from: null,
    });
  });

  test("stays on while something is written, and for its time afterwards", async () => {
    const { promise, resolve } = Promise.withResolvers<DeviceStatus>();
    const { session, tick } = sessionOf({ powerOffAfter: 20, apply: () => promise });
    session.attach(new FakeConsole("panel"));
    const ended = vi.fn();
    void session.finished.then(ended);
    session.dispatch({ kind: "choose-item", key: "slot:b" }, "panel");
    session.dispatch({ kind: "choose-item", key: "make-default" }, "panel");
    for (let ten = 0; ten < 50; ten += 1) tick();
    resolve(deviceOf());
    expect(ended).not.toHaveBeenCalled();
    await new Promise((soon) => setImmediate(soon));
    tick();
    expect(ended).not.toHaveBeenCalled();
    tick();
    expect((await session.finished).outcome).toEqual({ kind: "power-off", because: "nobody-there" });
  });
});
