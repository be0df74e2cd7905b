import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import * as z from "zod/mini";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Intent, View } from "../menu/view.ts";
import type { Console } from "../session/console.ts";
import { SerialPort } from "./serial-port.ts";

/** Longest line that is read; more is no request. */
const MAX_LINE = 4096;

/** What a script may ask for: what a person at a terminal can do. A script cannot hold a key. */
const intentSchema = () =>
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("next") }),
    z.strictObject({ kind: z.literal("previous") }),
    z.strictObject({ kind: z.literal("choose") }),
    z.strictObject({ kind: z.literal("back") }),
    z.strictObject({ kind: z.literal("choose-item"), key: z.string() }),
    z.strictObject({ kind: z.literal("scroll"), lines: z.int() }),
    z.strictObject({ kind: z.literal("type"), text: z.string() }),
    z.strictObject({ kind: z.literal("erase") }),
    z.strictObject({ kind: z.literal("submit") }),
  ]);

export interface ScriptHost {
  attach(console: Console): void;
  onIntent(intent: Intent, console: string): void;
  log(line: string): void;
}

/** Lines of JSON in, lines of JSON out, whatever carries them. See script-console.md. */
export class ScriptConsole implements Console {
  readonly name: string;
  readonly confirms = "word";
  readonly letters = "all";
  readonly #send: (line: string) => void;
  readonly #end: () => Promise<void>;
  #lines: readonly unknown[] | null = null;
  #rest = "";

  constructor(name: string, send: (line: string) => void, end: () => Promise<void>) {
    this.name = name;
    this.#send = send;
    this.#end = end;
  }

  show(view: View): void {
    // A long text is sent once; after it only where it stands.
    const isSame = view.log !== null && view.log.lines === this.#lines;
    this.#lines = view.log?.lines ?? null;
    const log = isSame && view.log !== null ? { at: view.log.at, count: view.log.lines.length } : view.log;
    this.#write({ view: { ...view, log } });
  }

  /** Takes what arrived; answers every whole line, and hands on what it asks for. */
  take(text: string, onIntent: (intent: Intent) => void): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > MAX_LINE) {
      this.#rest = "";
      this.#write({ error: `A line has at most ${MAX_LINE} characters.` });
    }
    for (const line of lines.filter((each) => each.trim() !== "")) this.#answer(line, onIntent);
  }

  async close(): Promise<void> {
    this.#write({ closed: true });
    await this.#end();
  }

  #answer(line: string, onIntent: (intent: Intent) => void): void {
    const intent = intentOf(line);
    if (typeof intent === "string") {
      this.#write({ error: intent });
      return;
    }
    this.#write({ taken: intent.kind });
    onIntent(intent);
  }

  #write(value: unknown): void {
    this.#send(`${JSON.stringify(value)}\n`);
  }
}

/** The intent of a line, or what is wrong with it. */
function intentOf(line: string): Intent | string {
  let value: unknown;
  try {
    value = JSON.parse(line.slice(0, MAX_LINE));
  } catch (error) {
    return `This line is no JSON: ${messageOf(error)}`;
  }
  const result = z.safeParse(intentSchema(), value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return `${issue?.path.join(".") || "The line"}: ${issue?.message ?? "it is no intent"}`;
}

/** A script console on a serial line, such as /dev/ttyS1. */
export function scriptOnLine(name: string, path: string, host: ScriptHost): Console {
  const script: ScriptConsole = new ScriptConsole(
    name,
    (line) => port.write(line),
    () => port.close(""),
  );
  const port = new SerialPort(path, {
    onData: (bytes) => script.take(bytes.toString("utf8"), (intent) => host.onIntent(intent, name)),
    onIdle() {},
    onLost() {},
    log: host.log,
  });
  return script;
}

/** Listens on a socket on which every connection is a script console of its own, until the process ends. */
export async function scriptsOnSocket(path: string, host: ScriptHost): Promise<void> {
  let count = 0;
  rmSync(path, { force: true });
  const server = createServer((socket) => host.attach(consoleOf(socket, `script${++count}`, host)));
  await listening(server, path);
  server.unref();
}

function listening(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", (error) => {
    reject(new HoldfastError("noDevice", `${path} cannot be listened on: ${messageOf(error)}`));
  });
  // Whoever may open it can do what a person in front of the device can.
  const before = process.umask(0o077);
  server.listen(path, resolve);
  process.umask(before);
  return promise;
}

function consoleOf(socket: Socket, name: string, host: ScriptHost): Console {
  const send = (line: string) => {
    if (socket.destroyed) throw new Error("the script went away");
    // A script that does not read is let go: nothing may pile up in memory.
    if (socket.writableLength > 1 << 20) socket.destroy();
    else socket.write(line);
  };
  const script = new ScriptConsole(name, send, async () => void socket.end());
  socket.setEncoding("utf8");
  socket.on("data", (text) => script.take(String(text), (intent) => host.onIntent(intent, name)));
  socket.on("error", (error) => host.log(`${name}: ${messageOf(error)}`));
  return script;
}
