import type { Socket } from "node:net";

export interface Answer {
  readonly code: number;
  readonly output: string;
}

/**
 * Runs shell commands inside the machine, over its second serial line: `test/vm/agent/agent.sh` answers there,
 * in the initramfs and in a demo root started with the word `demo.agent`.
 */
export class Agent {
  readonly #socket: Socket;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  #rest = "";
  #next = 1;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes: Buffer) => this.#receive(bytes.toString("latin1")));
    socket.on("error", () => {});
  }

  /** Runs one command with the machine's sh; stdout and stderr come together. */
  async run(command: string, timeout = 90_000): Promise<Answer> {
    const id = `run${this.#next++}`;
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.write(`${id} ${Buffer.from(command).toString("base64")}\n`);
    const expired = AbortSignal.timeout(timeout);
    const late = new Promise<never>((_resolve, reject) => {
      expired.addEventListener("abort", () => reject(new Error(`The agent did not answer: ${command}`)));
    });
    return Promise.race([answer, late]).finally(() => this.#waiting.delete(id));
  }

  /** Asks until the agent answers: it starts some time after the machine, and again in the real root. */
  async ready(timeout = 270_000): Promise<void> {
    const deadline = Date.now() + timeout;
    for (;;) {
      try {
        await this.run("true", 1000);
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
      }
    }
  }

  /** The output of a command that must succeed. */
  async output(command: string): Promise<string> {
    const { code, output } = await this.run(command);
    if (code !== 0) throw new Error(`In the machine, ${command} ended with ${code}:\n${output}`);
    return output;
  }

  #receive(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, id, code, output] = /(run\d+) (\d+) (\S*)/.exec(line) ?? [];
      if (id === undefined) continue;
      this.#waiting.get(id)?.({ code: Number(code), output: Buffer.from(output ?? "", "base64").toString() });
    }
  }
}
