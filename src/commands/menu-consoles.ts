import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Config } from "../config/schema.ts";
import { asksForSplash, parseCommandLine } from "../domain/command-line.ts";
import { serialConsolePaths } from "../linux/serial-consoles.ts";
import { terminalHolder } from "../linux/terminal-holder.ts";
import { usbControllers } from "../linux/usb-controllers.ts";
import type { Intent } from "../menu/view.ts";
import type { Console } from "../session/console.ts";
import { type ConsoleWay, lookForConsoles } from "./late-consoles.ts";

/** What consoles are opened with. */
export interface ConsoleHost {
  readonly config: Config;
  readonly commandLine: string;
  /** Sets the menu's terminal line at the USB port up; null where none is wanted. Answers null without one. */
  readonly gadgetLine: (() => Promise<string | null>) | null;
  onIntent(intent: Intent, console: string): void;
  /** A console that there should be cannot be opened. */
  onLeftOut(name: string, error: unknown): void;
  log(line: string): void;
}

async function openPanelConsole(host: ConsoleHost): Promise<Console> {
  const { openPanel } = await import("../panel/open.ts");
  const { console, panel } = host.config;
  return openPanel({
    framebuffer: console.framebuffer,
    mounting: {
      rotation: panel.rotation,
      safeArea: panel.safe_area ?? null,
      cornerRadius: panel.corner_radius,
    },
    idle: { dimAfter: panel.dim_after_s * 1000, darkAfter: panel.dark_after_s * 1000 },
    vibration: panel.vibration,
    splash: asksForSplash(host.commandLine),
    keys: panel.keys,
    input: panel.input,
    calibration: panel.touch_calibration ?? null,
    onIntent: (intent) => host.onIntent(intent, "panel"),
    log: (line) => host.log(`panel: ${line}`),
  });
}

async function openTerminalConsole(host: ConsoleHost, path: string): Promise<Console> {
  const { openTerminal } = await import("../terminal/open.ts");
  const name = basename(path);
  return openTerminal({
    path,
    mode: host.config.console.mode,
    term: parseCommandLine(host.commandLine).get("holdfast.term") ?? null,
    onIntent: (intent) => host.onIntent(intent, name),
    log: (line) => host.log(`${name}: ${line}`),
  });
}

async function openGadgetConsole(host: ConsoleHost): Promise<Console | null> {
  const line = (await host.gadgetLine?.()) ?? null;
  return line === null ? null : openTerminalConsole(host, line);
}

/** A serial line is one console; a socket has one for every script that comes, so none yet. */
async function openScripts(
  host: ConsoleHost,
  path: string,
  attach: (console: Console) => void,
): Promise<Console | null> {
  const { scriptOnLine, scriptsOnSocket } = await import("../terminal/script-console.ts");
  const scripts = {
    attach,
    onIntent: (intent: Intent, name: string) => host.onIntent(intent, name),
    log: (line: string) => host.log(line),
  };
  if (path.startsWith("/dev/")) return scriptOnLine(basename(path), path, scripts);
  await scriptsOnSocket(path, scripts);
  return null;
}

/** Whether a terminal is there, and no other program's: a getty that ends leaves its line to the menu. */
function isFree(path: string): boolean {
  return existsSync(path) && terminalHolder(path) === null;
}

/** Every console that this start may have. Terminals are named by what is there now. */
function waysOf(host: ConsoleHost, attach: (console: Console) => void): ConsoleWay[] {
  const { panel, script } = host.config.console;
  return [
    // A screen that comes later is the panel's own to find.
    ...(panel ? [{ name: "panel", isThere: () => false, open: () => openPanelConsole(host) }] : []),
    ...serialConsolePaths(host.config).map((path) => ({
      name: basename(path),
      isThere: () => isFree(path),
      open: () => openTerminalConsole(host, path),
    })),
    ...(host.gadgetLine === null
      ? []
      : [{ name: "usb", isThere: () => usbControllers().length > 0, open: () => openGadgetConsole(host) }]),
    ...script.map((path) => ({
      name: path,
      isThere: () => path.startsWith("/dev/") && isFree(path),
      open: () => openScripts(host, path, attach),
    })),
  ];
}

/** What was opened at first, and what may come. */
export interface Consoles {
  readonly opened: number;
  /** Opens those that come later, until `until` is aborted; resolves when none is being opened any more. */
  openLater(until: AbortSignal): Promise<void>;
}

/**
 * Opens the panel and every serial console at the same time and hands each to `attach` as soon as it is
 * there. One that cannot be opened is left out.
 */
export async function openConsoles(host: ConsoleHost, attach: (console: Console) => void): Promise<Consoles> {
  const names = new Set<string>();
  const open = async ({ name, open }: ConsoleWay, isTooLate = () => false): Promise<void> => {
    try {
      const console = await open();
      if (isTooLate()) return await console?.close();
      if (console !== null) attach(console);
      if (name !== "usb" || console !== null) names.add(name);
    } catch (error) {
      host.onLeftOut(name, error);
    }
  };
  await Promise.all(waysOf(host, attach).map((way) => open(way)));
  const missing = () => waysOf(host, attach).filter(({ name }) => !names.has(name));
  return {
    opened: names.size,
    openLater: (until) => lookForConsoles(missing, (way) => open(way, () => until.aborted), until),
  };
}
