import { HoldfastError } from "../domain/errors.ts";
import { runScript } from "../linux/script.ts";

/** Set in the environment of every script that Holdfast runs, so that one that calls Holdfast can be told. */
export const INSIDE_SCRIPT = "HOLDFAST_INSIDE_SCRIPT";

/** Exit code by which a script says that it will not, rather than cannot. */
const REFUSED = 4;

/** One script and its manners: the verb and its words as arguments, one line as answer, 0 for done. */
export class BackendScript {
  readonly path: string;
  readonly #timeoutMs: number;

  constructor(path: string, timeoutMs: number) {
    this.path = path;
    this.#timeoutMs = timeoutMs;
  }

  /** The one line that a verb answers, "" for none. Throws `badStore`, `refused` or `system`. */
  async ask(verb: string, ...words: readonly string[]): Promise<string> {
    const lines = (await this.#run(verb, words)).split("\n").filter((line) => line.trim() !== "");
    if (lines.length <= 1) return lines[0]?.trim() ?? "";
    throw new HoldfastError(
      "badStore",
      `${this.path} ${verb} answered ${lines.length} lines, one would be right`,
    );
  }

  /** Has the script write something; what it prints does not matter. */
  async tell(verb: string, ...words: readonly string[]): Promise<void> {
    await this.#run(verb, words);
  }

  async #run(verb: string, words: readonly string[]): Promise<string> {
    const options = { timeoutMs: this.#timeoutMs, env: { [INSIDE_SCRIPT]: "1" } };
    const { code, stdout, stderr } = await runScript(this.path, [verb, ...words], options);
    if (code === 0) return stdout;
    const told = stderr.trim().split("\n").at(-1) ?? "";
    const what = `${[this.path, verb, ...words].join(" ")} ended with ${code}${told === "" ? "" : `: ${told}`}`;
    throw new HoldfastError(code === REFUSED ? "refused" : "badStore", what);
  }
}
