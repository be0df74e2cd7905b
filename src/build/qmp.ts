import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { HoldfastError } from "../domain/errors.ts";

interface Pending {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A message of QEMU: an answer (`return` or `error`), or the greeting or an event, which have neither. */
interface Message {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

/**
 * A client of QEMU's machine protocol (docs/interop/qmp-spec.txt): one JSON object per line, answers in the
 * order of the commands, events in between.
 */
export class Qmp {
  readonly #socket: Socket;
  readonly #pending: Pending[] = [];
  #rest = "";

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("error", () => {});
    socket.on("close", () => this.#fail("QEMU closed the QMP connection"));
  }

  /** Connects to the unix socket at `path`, which QEMU may not have made yet, within `timeout` ms. */
  static async connect(path: string, timeout = 10_000): Promise<Qmp> {
    const qmp = new Qmp(await connectWithin(path, timeout));
    await qmp.execute("qmp_capabilities");
    return qmp;
  }

  /** Runs one command and answers what it returns; an error of QEMU is thrown with its own words. */
  execute(command: string, parameters: Record<string, unknown> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(new HoldfastError("system", `QMP ${command}: the machine is gone`));
        return;
      }
      this.#pending.push({ command, resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: parameters })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") this.#take(JSON.parse(line) as Message);
  }

  #take(message: Message): void {
    if (message.error !== undefined) {
      const pending = this.#pending.shift();
      pending?.reject(new HoldfastError("system", `QMP ${pending.command}: ${message.error.desc}`));
    } else if ("return" in message) {
      this.#pending.shift()?.resolve(message.return);
    }
  }

  #fail(why: string): void {
    for (const { command, reject } of this.#pending.splice(0)) {
      reject(new HoldfastError("system", `QMP ${command}: ${why}`));
    }
  }
}

/** Connects to a unix socket that a starting program is about to listen on. */
export async function connectWithin(path: string, timeout: number): Promise<Socket> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      return await connectOnce(path);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(20);
    }
  }
}

function connectOnce(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}
