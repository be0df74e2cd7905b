import type { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { EXIT_CODES, programFor } from "../commands/program.ts";
import { configDocs, type KeyDoc, type TableDoc } from "./schema-docs.ts";

/** holdfast(8) in man's macros, from the command line that the program itself parses. */
export function manOfProgram(): string {
  const program = programFor(packageJson.version);
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  return [
    title("HOLDFAST", 8, "System administration"),
    section("NAME", `holdfast \\- ${plain("boot menu and recovery screen of image-based Linux systems")}`),
    section("SYNOPSIS", ...commands.map((command) => `.br\n\\fBholdfast\\fR ${plain(usageOf(command))}`)),
    section("DESCRIPTION", plain(program.description())),
    section("OPTIONS", ...optionsOf(program, program)),
    section("COMMANDS", ...commands.map((command) => commandOf(program, command))),
    section("EXIT STATUS", ...exitCodes()),
    section(
      "FILES",
      item(
        "/usr/lib/holdfast/config.toml, /etc/holdfast/config.toml, /etc/holdfast/config.d/*.toml",
        "The configuration; later files come before earlier ones.",
      ),
      item("/run/holdfast/boot.json", "Which slot this start entered, and why."),
    ),
    section("SEE ALSO", "\\fBholdfast.toml\\fR(5)"),
    "",
  ].join("\n");
}

/** holdfast.toml(5), from the schema that the configuration is checked with. */
export function manOfConfig(): string {
  return [
    title("HOLDFAST.TOML", 5, "File formats"),
    section("NAME", "holdfast.toml \\- configuration of holdfast(8)"),
    section(
      "DESCRIPTION",
      plain(
        "The configuration is TOML. It is checked when an initramfs is built and at every start; an unknown key is an error. Without any file everything is discovered.",
      ),
    ),
    ...configDocs().map((table) => section(heading(table), ...table.keys.map(keyOf))),
    section("SEE ALSO", "\\fBholdfast\\fR(8)"),
    "",
  ].join("\n");
}

function heading({ name, repeated }: TableDoc): string {
  return repeated ? `[[${name}]]` : `[${name}]`;
}

function keyOf({ name, kind, fallback, text }: KeyDoc): string {
  const without = fallback === null ? "" : ` Without it: ${fallback}.`;
  return item(name, `${text}${/[.:]$/.test(text) ? "" : "."}`, `${capital(kind)}.${without}`);
}

function usageOf(command: Command): string {
  const usage = command.usage();
  return `${command.name()} ${usage}`.replace(
    " [options]",
    command.options.some((each) => !each.hidden) ? " [options]" : "",
  );
}

function commandOf(program: Command, command: Command): string {
  const help = program.createHelp();
  const head = `.SS ${plain(help.subcommandTerm(command))}\n${plain(capital(command.description()))}.`;
  return [head, ...optionsOf(program, command)].join("\n");
}

function optionsOf(program: Command, command: Command): string[] {
  const help = program.createHelp();
  const shown = help
    .visibleOptions(command)
    .filter((option) => command === program || option.long !== "--help");
  return shown.map((option) => item(help.optionTerm(option), `${capital(help.optionDescription(option))}.`));
}

function exitCodes(): string[] {
  return [...EXIT_CODES.matchAll(/^ +(\d+) +(.+)$/gm)].map(([, code = "", text = ""]) =>
    item(code, `${capital(text)}.`),
  );
}

function title(name: string, number: number, kind: string): string {
  return `.TH ${name} ${number} "" "holdfast ${packageJson.version}" "${kind}"`;
}

function section(name: string, ...parts: readonly string[]): string {
  return [`.SH "${plain(name)}"`, ...parts].join("\n");
}

function item(term: string, ...texts: readonly string[]): string {
  const [first = "", ...more] = texts;
  return [`.TP\n\\fB${plain(term)}\\fR\n${plain(first)}`, ...more.map((text) => `.br\n${plain(text)}`)].join(
    "\n",
  );
}

/** Text without any meaning of its own for roff: no escapes, and no line that begins like a request. */
function plain(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll('"', "\\(dq")
    .replace(/^[.']/gm, "\\&$&");
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
