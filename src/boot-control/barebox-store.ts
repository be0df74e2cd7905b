import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { runScript } from "../linux/script.ts";
import type { BareboxPlace } from "./rauc-system.ts";
import { changedOnly, type Edits, type VariableStore, type Variables } from "./variable-style.ts";

export interface BareboxOptions extends BareboxPlace {
  /** The tool, with its path or to be found in PATH. */
  readonly tool: string;
  /** Sysroot that the device tree's file is looked up in. */
  readonly root: string;
}

const TIMEOUT_MS = 5000;

/** What barebox-state says on its stderr, with exit code 0, when no copy of the state can be read. */
const NO_COPY = /Failed to load persistent state/;

/**
 * The variables of barebox's state, through barebox-state of dt-utils. Where they lie and how they are laid
 * out stands in the device tree alone, in several forms, so the tool that RAUC itself calls is called here
 * too: it knows them all, writes every copy in turn and holds the lock. A state without a valid copy is never
 * written: the tool would take the device tree's defaults and put them over whatever lies there.
 */
export class BareboxStore implements VariableStore {
  readonly #options: BareboxOptions;

  constructor(options: BareboxOptions) {
    this.#options = options;
  }

  async read(): Promise<{ variables: Variables | null; problems: readonly string[] }> {
    try {
      return { variables: await this.#load(), problems: [] };
    } catch (error) {
      if (error instanceof HoldfastError) return { variables: null, problems: [error.message] };
      throw error;
    }
  }

  async update(edit: (variables: Variables) => Edits): Promise<void> {
    const before = await this.#load();
    const edits = changedOnly(before, edit(before));
    if (edits.size === 0) return;
    const pairs = [...edits].flatMap(([name, value]) => ["-s", `${name}=${value ?? 0}`]);
    await this.#run(pairs);
    const after = await this.#load();
    if (changedOnly(after, edits).size === 0) return;
    const what = `${this.#options.tool} ended with 0, but the state does not hold what was set`;
    throw new HoldfastError("notReadBack", what, { next: "the device may be failing or write-protected" });
  }

  async #load(): Promise<Variables> {
    const { stdout, stderr } = await this.#run(["-d"]);
    if (NO_COPY.test(stderr)) {
      throw new HoldfastError("badStore", `${this.#options.tool} finds no valid copy of the state`, {
        next: "let barebox write its state once, or check the backend in the device tree",
      });
    }
    return parseDump(stdout, this.#options.tool);
  }

  async #run(words: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    const { tool, root, stateName, deviceTree } = this.#options;
    const place = [
      ...(stateName === null ? [] : ["-n", stateName]),
      ...(deviceTree === null ? [] : ["-i", join(root, deviceTree)]),
    ];
    const end = await runScript(tool, [...place, ...words], { timeoutMs: TIMEOUT_MS, env: {} });
    if (end.code === 0) return end;
    const told = end.stderr.trim().split("\n").at(-1) ?? "";
    throw new HoldfastError("badStore", `${tool} ended with ${end.code}${told === "" ? "" : `: ${told}`}`);
  }
}

/** Lines "name=value" of `barebox-state --dump`. Throws `badStore` for any other. */
export function parseDump(text: string, tool: string): Map<string, string> {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^([^\s=]+)=(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) return [name, value];
      throw new HoldfastError(
        "badStore",
        `${tool} printed "${line.slice(0, 60)}", name=value would be right`,
      );
    }),
  );
}
