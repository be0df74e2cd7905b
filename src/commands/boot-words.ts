import type { ExitCode } from "../domain/errors.ts";
import { type GlobalOptions, LOG_LEVELS, type LogLevel } from "./options.ts";

/*
 * The commands that a boot waits for, and status, which scripts ask all the time. To load the argument parser
 * and to build its tree of commands takes 4 ms, a sixth of what an empty Node takes. So their words are read
 * here when they are as plain as scripts write them. Anything else (a wrong word, --help, "--root=x") is left
 * to program.ts, which alone knows what to say about it.
 */

type Words = Readonly<Record<string, string>>;

interface BootCommand {
  /** Options of its own: with a value, or without. */
  readonly values: readonly string[];
  readonly switches: readonly string[];
  run(options: GlobalOptions, words: Words): Promise<ExitCode>;
}

const COMMANDS: Readonly<Record<string, BootCommand>> = {
  gate: {
    values: ["--menu-reason"],
    switches: ["--enter", "--plain-system", "--no-menu", "--no-reset"],
    async run(options, words) {
      const { "--menu-reason": menuReason } = words;
      const { gate } = await import("./gate.ts");
      return gate(options, {
        enter: "--enter" in words,
        plainSystem: "--plain-system" in words,
        menu: !("--no-menu" in words),
        reset: !("--no-reset" in words),
        ...(menuReason === undefined ? {} : { menuReason }),
      });
    },
  },
  menu: {
    values: ["--reason"],
    switches: [],
    async run(options, { "--reason": reason }) {
      const { menu } = await import("./menu.ts");
      return menu(options, reason === undefined ? {} : { reason });
    },
  },
  enter: {
    values: [],
    switches: [],
    run: async (options) => (await import("./enter.ts")).enter(options),
  },
  status: {
    values: [],
    switches: ["--json"],
    async run(options, words) {
      const { status } = await import("./status.ts");
      return status(options, { json: "--json" in words });
    },
  },
};

const GLOBAL_VALUES = ["--config", "--root", "--disk", "--scheme", "--log-level"];

/** A command of the boot, ready to run. */
export interface BootCommandLine {
  readonly logLevel: LogLevel;
  run(): Promise<ExitCode>;
}

/** The command that these words plainly say; null when the argument parser has to look at them. */
export function bootCommandLine(words: readonly string[]): BootCommandLine | null {
  let command: BootCommand | undefined;
  const given: Record<string, string> = {};
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (GLOBAL_VALUES.includes(word) || command?.values.includes(word)) {
      const value = words[++at];
      if (value === undefined || value === "" || value.startsWith("-")) return null;
      given[word] = value;
    } else if (command?.switches.includes(word)) given[word] = "";
    else if (command === undefined && Object.hasOwn(COMMANDS, word)) command = COMMANDS[word];
    else return null;
  }
  const options = optionsOf(given);
  if (command === undefined || options === null) return null;
  const { run } = command;
  return { logLevel: options.logLevel, run: () => run(options, given) };
}

function optionsOf(given: Words): GlobalOptions | null {
  const logLevel = LOG_LEVELS.find((level) => level === (given["--log-level"] ?? "warn"));
  if (logLevel === undefined) return null;
  return {
    config: given["--config"] ?? null,
    root: given["--root"] ?? "/",
    disk: given["--disk"] ?? null,
    scheme: given["--scheme"] ?? null,
    logLevel,
  };
}
