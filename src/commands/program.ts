import { Command, CommanderError, Option } from "commander";
import { ExitCode } from "../domain/errors.ts";
import { print, printError } from "../linux/output.ts";
import { type GlobalOptions, LOG_LEVELS, type LogLevel } from "./options.ts";
import { report } from "./report.ts";

/** What exit codes mean, for people; the last part of the help. */
export const EXIT_CODES = `
Exit codes:
  0   done
  1   internal error
  2   wrong usage or configuration, or a device that cannot be read
  3   nothing bootable
  4   refused: policy, confirmation, wrong device, or what the scheme cannot store
  5   a write did not read back
  10  from gate: show the menu
  11  from gate: carry out a reset first, with holdfast reset --resume
  12  from gate --enter: the slot could not be entered; decide again, without it`;

interface ParsedGlobals {
  readonly config?: string;
  readonly root: string;
  readonly disk?: string;
  readonly scheme?: string;
  readonly logLevel: LogLevel;
}

function globalsOf(program: Command): GlobalOptions {
  const { config, root, disk, scheme, logLevel } = program.opts<ParsedGlobals>();
  return { config: config ?? null, root, disk: disk ?? null, scheme: scheme ?? null, logLevel };
}

type Finish = (code: ExitCode) => void;

function programWith(version: string, finish: Finish): Command {
  const program = new Command("holdfast")
    .description("Boot menu and recovery screen of image-based Linux systems: slots, tries, fallback.")
    .version(version, "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand(false)
    .option("--config <file>", "configuration file instead of the look-up")
    .option("--root <dir>", "sysroot in which configuration, /state and /run are looked up", "/")
    .option("--disk <device>", "disk or image file instead of the configured disk")
    .option("--scheme <name>", "where slot state is kept, instead of the configured scheme")
    .addOption(
      new Option("--log-level <level>", "how much is told on stderr").choices(LOG_LEVELS).default("warn"),
    )
    .addHelpText("after", EXIT_CODES)
    .configureOutput({ writeOut: print, writeErr: printError })
    .exitOverride();
  addBootCommands(program, finish);
  addSlotCommands(program, finish);
  return program;
}

/** The commands and options as they are parsed, for the man page; nothing of it runs. */
export function programFor(version: string): Command {
  return programWith(version, () => {});
}

/** Commands of the boot itself; each loads its own part only, so that gate and status start at once. */
function addBootCommands(program: Command, finish: Finish): void {
  program
    .command("gate")
    .description("decide what an ordinary boot does; count one try where Holdfast counts")
    .option("--menu-reason <code>", "the probe found this reason to show the menu: key-held, command-line")
    .option("--plain-system", "without slots, start the one system of another family that is the default")
    .option("--enter", "carry out at once what was decided, as enter does")
    .option("--no-menu", "decide for the ordinary boot, whatever speaks for the menu")
    .option("--no-reset", "leave a reset that waits for later")
    .action(async (flags) => finish(await (await import("./gate.ts")).gate(globalsOf(program), flags)));
  program
    .command("menu")
    .description("show the menu on the panel and on every serial console")
    .option("--reason <code>", "why the menu is shown")
    .action(async (flags) => finish(await (await import("./menu.ts")).menu(globalsOf(program), flags)));
  program
    .command("enter")
    .description("carry out the plan that gate or menu wrote")
    .action(async () => finish(await (await import("./enter.ts")).enter(globalsOf(program))));
  program
    .command("held-key", { hidden: true })
    .description("exit 10 when the key is down on one of the event devices")
    .argument("<code>")
    .argument("[devices...]")
    .action(async (code, devices) => finish((await import("./held-key.ts")).heldKey(code, devices)));
  program
    .command("restore-console")
    .description("give the console back after a menu that died")
    .action(async () => {
      const { restoreConsoleCommand } = await import("./restore-console.ts");
      finish(await restoreConsoleCommand());
    });
}

function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Commands for people and scripts of the running system. */
function addSlotCommands(program: Command, finish: Finish): void {
  program
    .command("status")
    .description("every slot, its counters, and what boots next and why; /state and the last reset")
    .option("--all", "with the systems of other families, such as OSTree, btrfs snapshots and NixOS")
    .option("--history", "the last twenty starts instead: slot, result, reason, what was changed")
    .option("--json", "print it for scripts")
    .action(async (flags) => finish(await (await import("./status.ts")).status(globalsOf(program), flags)));
  program
    .command("select")
    .description("make a slot the default")
    .argument("<slot>")
    .option("--once", "for the next start only")
    .addOption(
      new Option(
        "--via <who>",
        "leave the switch to the bootloader, where only that can make it whole",
      ).choices(["bootloader"]),
    )
    .action(async (slot, flags) =>
      finish(await (await import("./select.ts")).select(globalsOf(program), slot, flags)),
    );
  program
    .command("mark")
    .description("mark a slot good or bad, or give it tries")
    .usage("good|bad [--slot S]  |  tries N [--slot S]")
    .argument("<mark>")
    .argument("[tries]")
    .option("--slot <slot>", "instead of the running slot")
    .action(async (what, tries, flags) =>
      finish(await (await import("./mark.ts")).mark(globalsOf(program), what, tries, flags)),
    );
  program
    .command("developer")
    .description("developer mode: how it is, turn it on or off, or discard the changes to /usr")
    .argument("[verb]", "status, on, off or discard", "status")
    .option("--feature <feature>", "what it opens; may be given several times", collected)
    .option("--yes", "all user data may be erased, where the policy wants that")
    .option("--ephemeral", "keep changes to /usr in memory, until the next start")
    .option("--json", "print it for scripts")
    .action(async (verb, flags) =>
      finish(await (await import("./developer.ts")).developer(globalsOf(program), verb, flags)),
    );
  program
    .command("compare")
    .description("what differs between two slots: version, date, kernel, size, packages")
    .argument("[slots...]", "two slots; the running and the other one where that is clear")
    .option("--json", "print it for scripts")
    .action(async (slots, flags) =>
      finish(await (await import("./compare.ts")).compare(globalsOf(program), slots, flags)),
    );
  program
    .command("reset")
    .description("show what a factory reset would do, and do it when asked")
    .option("--scope <scope>", "settings, data or all")
    .option("--next-boot", "at the next start")
    .option("--now", "at once, where nothing uses the partition")
    .option("--yes", "without asking back")
    .option("--despite-battery", "with --now: although the battery is low")
    .addOption(new Option("--resume", "on the way through a boot: finish or carry out what waits").hideHelp())
    .action(async (flags) => finish(await (await import("./reset.ts")).reset(globalsOf(program), flags)));
  program
    .command("rauc")
    .description(
      "RAUC's custom bootloader backend: get-primary, set-primary, get-state, set-state, get-current",
    )
    .argument("<verb>")
    .argument("[words...]")
    .option(
      "--system-conf <file>",
      "RAUC's configuration, for its spelling of bootnames",
      "/etc/rauc/system.conf",
    )
    .action(async (verb, words, flags) =>
      finish(await (await import("./rauc.ts")).rauc(globalsOf(program), verb, words, flags)),
    );
  program
    .command("check")
    .description("say what is right and what is wrong with configuration and device")
    .option("--repair", "make the damaged copy of a partition table anew from the good one")
    .option(
      "--initramfs <dir>",
      "only the configuration; write what an initramfs needs of it into that folder",
    )
    .action(async (flags) => {
      const options = globalsOf(program);
      if (flags.initramfs === undefined)
        return finish(await (await import("./check.ts")).check(options, flags));
      const { checkForInitramfs } = await import("./check-initramfs.ts");
      finish(checkForInitramfs(options, flags.initramfs));
    });
}

/**
 * Runs the command that the words name; `version` is what --version prints. Errors become one sentence on
 * stderr and an exit code.
 */
export async function runProgram(words: readonly string[], version: string): Promise<ExitCode> {
  let code: ExitCode = ExitCode.done;
  const program = programWith(version, (finished) => {
    code = finished;
  });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
    return report(error, program.opts<ParsedGlobals>().logLevel);
  }
  return code;
}
