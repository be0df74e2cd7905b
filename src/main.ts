import "./linux/clean-environment.ts";
import packageJson from "../package.json" with { type: "json" };
import { bootCommandLine } from "./commands/boot-words.ts";
import { report } from "./commands/report.ts";
import { ExitCode } from "./domain/errors.ts";
import { print } from "./linux/output.ts";

async function run(words: readonly string[]): Promise<ExitCode> {
  // Asked for by scripts all the time; the whole command line would take longer to load than to print this.
  if (words.length === 1 && words[0] === "--version") {
    print(`${packageJson.version}\n`);
    return ExitCode.done;
  }
  const boot = bootCommandLine(words);
  if (boot !== null) return boot.run().catch((error: unknown) => report(error, boot.logLevel));
  const { runProgram } = await import("./commands/program.ts");
  return runProgram(words, packageJson.version);
}

// Until a command says how it ended: an event loop that runs empty must not look like success.
process.exitCode = ExitCode.internal;
// All that a command has to write is written when it answers. To let Node tear its heap down first takes 2 ms.
void run(process.argv.slice(2))
  .catch((error: unknown) => report(error, "warn"))
  .then((code) => process.exit(code));
