import { basename } from "node:path";
import type { Config } from "../config/schema.ts";
import { asksForSplash, parseCommandLine } from "../domain/command-line.ts";
import type { Intent } from "../menu/view.ts";
import type { Console } from "../session/console.ts";

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

/**
 * Opens the panel and every serial console at the same time and hands each to `attach` as soon as it is
 * there. One that cannot be opened is left out. Answers how many were opened.
 */
export async function openConsoles(host: ConsoleHost, attach: (console: Console) => void): Promise<number> {
  const { serialConsolePaths } = await import("../linux/serial-consoles.ts");
  const attempts = [
    ...(host.config.console.panel ? [{ name: "panel", open: () => openPanelConsole(host) }] : []),
    ...serialConsolePaths(host.config).map((path) => ({
      name: basename(path),
      open: () => openTerminalConsole(host, path),
    })),
    ...(host.gadgetLine === null ? [] : [{ name: "usb", open: () => openGadgetConsole(host) }]),
    ...host.config.console.script.map((path) => ({
      name: path,
      open: () => openScripts(host, path, attach),
    })),
  ];
  const opened = await Promise.all(
    attempts.map(async ({ name, open }) => {
      try {
        const console = await open();
        if (console !== null) attach(console);
        return name === "usb" && console === null ? 0 : 1;
      } catch (error) {
        host.onLeftOut(name, error);
        return 0;
      }
    }),
  );
  return opened.reduce<number>((sum, one) => sum + one, 0);
}
