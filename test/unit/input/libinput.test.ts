import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Key } from "../../../src/bytes/input-event.ts";
import { LibinputDevice } from "../../../src/input/libinput/device.ts";
import { libinputObstacle } from "../../../src/input/libinput/obstacle.ts";
import type { LibinputEvent } from "../../../src/linux/libinput-event.ts";

function device(dangerous = false) {
  const seen: string[] = [];
  const note = (what: object) => seen.push(Object.values(what).join(" "));
  const read = new LibinputDevice({
    keys: "three",
    onPress: () => false,
    keyContext: () => ({ dangerous, typing: false }),
    onKey: note,
    onContact: note,
    onMouse: note,
    onLid: (closed) => seen.push(closed ? "lid closed" : "lid open"),
    onDue: (time) => seen.push(`due ${time}`),
    log: (line) => seen.push(line),
  });
  return { read, seen };
}

const node = "event9";
const key = (code: number, down: boolean, time = 0): LibinputEvent => ({
  kind: "key",
  node,
  time,
  code,
  down,
});
const touch = (kind: "down" | "motion", slot: number, x: number): LibinputEvent => ({
  kind,
  node,
  time: 5,
  slot,
  x,
  y: 0.5,
});
const end = (kind: "up" | "cancel", slot: number): LibinputEvent => ({ kind, node, time: 9, slot });

describe("a device that libinput reads", () => {
  test("its keys mean what they mean on evdev, repetitions too", () => {
    const { read, seen } = device();
    read.take(key(Key.volumeDown, true));
    read.tick(450);
    read.take(key(Key.volumeDown, false, 500));
    expect(seen).toEqual(["due 450", "next", "due 580", "next", "due null"]);
  });

  test("one finger works the menu; a second one cancels, and nothing counts until both are up", () => {
    const { read, seen } = device();
    for (const event of [touch("down", 0, 0.1), touch("motion", 0, 0.2), end("up", 0)]) read.take(event);
    expect(seen.splice(0)).toEqual(["down 0.1 0.5 5", "move 0.2 0.5 5", "up 0.2 0.5 9"]);
    const two = [touch("down", 0, 0.1), touch("down", 1, 0.9), end("up", 0), touch("down", 2, 0.3)];
    for (const event of [...two, end("up", 1), end("up", 2), touch("down", 0, 0.4)]) read.take(event);
    expect(seen).toEqual(["down 0.1 0.5 5", "cancel 0.1 0.5 5", "down 0.4 0.5 5"]);
  });

  test("a tablet's button is a finger where it points, a mouse's is a button", () => {
    const { read, seen } = device();
    read.take(key(Key.buttonLeft, true, 1));
    read.take(key(Key.buttonLeft, false, 2));
    read.take({ kind: "point", node, time: 3, x: 0.25, y: 0.75 });
    read.take(key(Key.buttonLeft, true, 4));
    read.take({ kind: "point", node, time: 5, x: 0.5, y: 0.75 });
    read.take(key(Key.buttonLeft, false, 6));
    expect(seen).toEqual([
      "button true 1",
      "button false 2",
      "down 0.25 0.75 4",
      "move 0.5 0.75 5",
      "up 0.5 0.75 6",
    ]);
  });

  test("one that is pulled out lets go of what was held, and chooses nothing", () => {
    const { read, seen } = device(true);
    read.take(key(Key.power, true));
    read.take(touch("down", 0, 0.1));
    seen.length = 0;
    read.letGo();
    expect(seen).toEqual(["hold  false", "cancel 0.1 0.5 5"]);
  });

  test("a lid is told; other buttons of a mouse are not keys", () => {
    const { read, seen } = device();
    read.take({ kind: "lid", node, closed: true });
    read.take(key(Key.buttonLeft + 1, true));
    expect(seen).toEqual(["lid closed"]);
  });
});

describe("whether libinput can be used", () => {
  const root = mkdtempSync(join(tmpdir(), "holdfast-libinput-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("not without udev, nor beside another C library; else it is tried", () => {
    expect(libinputObstacle(root)).toBe("udev does not run");
    mkdirSync(join(root, "run/udev"), { recursive: true });
    writeFileSync(join(root, "run/udev/control"), "");
    expect(libinputObstacle(root)).toBeNull();
    mkdirSync(join(root, "lib"));
    writeFileSync(join(root, "lib/ld-musl-x86_64.so.1"), "");
    expect(libinputObstacle(root)).toBe("the system's C library is musl");
  });
});
