import { afterEach, expect, test } from "vitest";
import { SILENCE_SECONDS } from "../../../src/menu/countdown.ts";
import type { Model } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { update } from "../../../src/menu/update.ts";
import { openTerminal } from "../../../src/terminal/open.ts";
import { fallbackMenu, viewerOf } from "../menu/device.ts";
import { Pty } from "./pty.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A terminal of a menu that counts down, as nobody asked for it. */
async function terminalOn(mode: "full" | "line") {
  const pty = new Pty();
  pty.startReading();
  const state: { model: Model } = { model: fallbackMenu() };
  const console = await openTerminal({
    path: pty.path,
    mode,
    term: null,
    onIntent: (intent) => {
      state.model = update(state.model, { kind: "intent", intent, from: viewerOf("ttyS0") }).model;
    },
    log: () => {},
  });
  console.show(view(state.model, viewerOf("ttyS0")));
  closing.push(async () => {
    await console.close();
    pty.hangUp();
  });
  return { pty, state };
}

function afterSilence(model: Model): Model {
  let now = model;
  for (let second = 0; second <= SILENCE_SECONDS; second++) now = update(now, { kind: "tick" }).model;
  return now;
}

/** Controls, digits, and what is no letter anywhere; letters are alike. */
const BYTES = [
  ...Array.from({ length: 64 }, (_, byte) => byte),
  0x62,
  0x71,
  0x72,
  0x7f,
  0x80,
  0x9b,
  0xc3,
  0xff,
];

const pause = () => new Promise((resolve) => setTimeout(resolve, 250));

test.each(["full", "line"] as const)(
  "no byte by itself chooses anything or stops a countdown for good (%s)",
  async (mode) => {
    const terminals = await Promise.all(BYTES.map(() => terminalOn(mode)));
    await pause();
    for (const [index, { pty }] of terminals.entries()) pty.type(Buffer.from([BYTES[index] ?? 0]));
    await pause();
    for (const [index, { state }] of terminals.entries()) {
      const byte = BYTES[index];
      expect(state.model.outcome, `byte ${byte}`).toBeNull();
      expect(state.model.stack, `byte ${byte}`).toHaveLength(1);
      expect(state.model.busy, `byte ${byte}`).toBeNull();
      const later = afterSilence(state.model);
      expect(later.outcome !== null || later.countdown?.left != null, `byte ${byte}`).toBe(true);
    }
  },
);
