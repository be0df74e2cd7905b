import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { view } from "../../../src/menu/show.ts";
import { Session } from "../../../src/session/session.ts";
import { ScriptConsole, scriptOnLine, scriptsOnSocket } from "../../../src/terminal/script-console.ts";
import { answerOf, DEVELOPER_OFF, WELL } from "../../fixtures/fake-services.ts";
import { folderOfTest } from "../../fixtures/folder.ts";
import { deviceOf, menuOf } from "../menu/device.ts";
import { Pty } from "./pty.ts";

type Line = Readonly<Record<string, never>> & {
  view?: ReturnType<typeof view>;
  error?: string;
  taken?: string;
};

const folder = mkdtempSync(join(tmpdir(), "holdfast-script-"));
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  rmSync(folder, { recursive: true, force: true });
});

const device = { status: deviceOf(), state: WELL, developer: DEVELOPER_OFF, repairs: [] };

function sessionOf(apply = vi.fn(async () => deviceOf())) {
  const log: string[] = [];
  const session = new Session({
    status: deviceOf(),
    reason: null,
    countdownSeconds: 0,
    footer: "Holdfast",
    services: {
      apply,
      log: async (source) => answerOf(device, { service: "log", source }).value as never,
    },
    log: (line) => log.push(line),
    clock: () => () => {},
  });
  return { session, log, apply };
}

/** What a script would be: lines in, lines out. */
class Script {
  readonly lines: Line[] = [];
  #rest = "";
  readonly #send: (text: string) => void;

  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  take(text: string): void {
    const parts = (this.#rest + text).split("\n");
    this.#rest = parts.pop() ?? "";
    this.lines.push(...parts.map((part) => JSON.parse(part) as Line));
  }

  send(...values: unknown[]): void {
    for (const value of values) this.#send(`${typeof value === "string" ? value : JSON.stringify(value)}\n`);
  }

  get view() {
    return this.lines.findLast((line) => line.view !== undefined)?.view;
  }
}

async function scriptOn(path: string): Promise<Script> {
  const socket = connect(path);
  sockets.push(socket);
  const script = new Script((text) => socket.write(text));
  socket.on("data", (bytes) => script.take(bytes.toString()));
  await vi.waitFor(() => expect(script.view).toBeDefined());
  return script;
}

test("a script on a socket does what a person does, by the same rules, and is named in the log", async () => {
  const { session, log, apply } = sessionOf();
  const path = join(folderOfTest("script"), "menu.sock");
  await scriptsOnSocket(path, {
    attach: (console) => session.attach(console),
    onIntent: (intent, name) => session.dispatch(intent, name),
    log: (line) => log.push(line),
  });
  expect(statSync(path).mode & 0o077).toBe(0);
  const script = await scriptOn(path);
  expect(script.view?.screen).toBe("home");
  script.send({ kind: "choose-item", key: "slot:b" }, { kind: "choose-item", key: "mark-bad" });
  await vi.waitFor(() => expect(script.view?.entry?.kind).toBe("word"));
  expect(apply).not.toHaveBeenCalled();
  script.send({ kind: "type", text: "BAD" }, { kind: "submit" });
  await vi.waitFor(() => expect(script.view?.notice?.text).toBe("Slot B is marked bad now. (script1)"));
  expect(log).toContain("script1: mark-bad b");

  const second = await scriptOn(path);
  expect(second.view?.screen).toBe("slot");
  second.send({ kind: "back" });
  await vi.waitFor(() => expect(script.view?.screen).toBe("home"));
});

test("what is no intent gets a sentence, and does nothing", () => {
  const sent: Line[] = [];
  const intents: unknown[] = [];
  const script = new ScriptConsole(
    "script",
    (line) => sent.push(JSON.parse(line)),
    async () => {},
  );
  const garbage = [
    "no json",
    "{}",
    '{"kind":"hold","key":null,"down":true}',
    '{"kind":"scroll","lines":1.5}',
    "[]",
  ];
  script.take(`${garbage.join("\n")}\n${"x".repeat(100_000)}`, (intent) => intents.push(intent));
  expect(intents).toEqual([]);
  expect(sent).toHaveLength(garbage.length + 1);
  for (const line of sent) expect(line.error).toBeTypeOf("string");
  script.take('{"kind":"ne', (intent) => intents.push(intent));
  script.take('xt"}\n', (intent) => intents.push(intent));
  expect(intents).toEqual([{ kind: "next" }]);
});

test("a long text is sent once", () => {
  const sent: Line[] = [];
  const script = new ScriptConsole(
    "script",
    (line) => sent.push(JSON.parse(line)),
    async () => {},
  );
  const lines = Array.from({ length: 500 }, (_, index) => ({
    tone: "neutral" as const,
    text: `line ${index}`,
  }));
  const shown = view(menuOf());
  script.show({ ...shown, log: { lines, at: 0 } });
  script.show({ ...shown, log: { lines, at: 10 } });
  expect(sent[0]?.view?.log?.lines).toHaveLength(500);
  expect(sent[1]?.view?.log).toEqual({ at: 10, count: 500 });
});

test("a serial line carries the same", async () => {
  const { session } = sessionOf();
  const pty = new Pty();
  const script = new Script((text) => pty.type(text));
  session.attach(
    scriptOnLine("ttyS2", pty.path, {
      attach() {},
      onIntent: (intent, name) => session.dispatch(intent, name),
      log() {},
    }),
  );
  pty.startReading();
  script.send({ kind: "choose-item", key: "power" });
  await vi.waitFor(() => expect(pty.received).toContain('"screen":"power"'));
  await session.close();
});
