import type { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { EXIT_CODES, programFor } from "../commands/program.ts";
import type { KERNEL_WORDS } from "../config/load.ts";
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
    section(
      "KERNEL COMMAND LINE",
      ...Object.entries(WORDS).map(([word, [value, text]]) => item(`${word}${value}`, text)),
      ...POLICY_WORDS.map(([word, text]) => item(word, text)),
    ),
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

/** What each word of the kernel command line does. */
const WORDS: Readonly<Record<(typeof KERNEL_WORDS)[number], readonly [value: string, text: string]>> = {
  "holdfast.menu": ["", "Shows the menu at this start."],
  "holdfast.off": [
    "",
    "This start goes on as if Holdfast were not in the initramfs, by root=. Only the hooks of initramfs generators obey it, and not where the image of a slot is proved by dm-verity: then nothing that is not proved may be started in its place. The stand-alone initramfs has no other way on.",
  ],
  "holdfast.safe": ["", "Starts once without extensions and without the writable layer of developer mode."],
  "holdfast.term": ["=NAME", "The kind of terminal on the serial consoles, as in terminfo."],
  "holdfast.locale": ["=LANGUAGE", "The language of the menu, such as de."],
  "holdfast.slot": ["=ID", "The slot whose own kernel this is; Holdfast says so itself where it starts one."],
};

/** Policy on the kernel command line, which may only take permissions away. */
const POLICY_WORDS: readonly (readonly [word: string, text: string])[] = [
  ["holdfast.shell=0", "No shell in the menu."],
  ["holdfast.developer=POLICY", "A stricter one than policy.developer."],
  ["holdfast.signature=required", "Root hashes have to be signed."],
];

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
