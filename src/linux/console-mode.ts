import { closeSync, constants, openSync, writeSync } from "node:fs";
import { KERNEL_LOG, type KernelLogPaths, quietKernelLog, restoreKernelLog } from "./kernel-log.ts";
import { ioctl } from "./syscalls.ts";

/** Requests and values of linux/kd.h. */
export const Kd = {
  setMode: 0x4b3a,
  getMode: 0x4b3b,
  text: 0,
  graphics: 1,
  getKeyboardMode: 0x4b44,
  setKeyboardMode: 0x4b45,
  xlate: 1,
  unicode: 3,
  off: 4,
} as const;

export interface ConsolePaths extends KernelLogPaths {
  /** The virtual terminal that is on the screen. */
  readonly terminal: string;
}

const CONSOLE: ConsolePaths = { ...KERNEL_LOG, terminal: "/dev/tty0" };

/** Attributes reset, cursor visible. */
const SHOW_CURSOR = "\x1b[0m\x1b[?25h";
const HIDE_CURSOR = "\x1b[?25l";

/** The kernel's text console put aside; `release` brings it back. Idempotent, never throws. */
export interface TakenConsole {
  /**
   * With "picture" the text stays aside, so that what was drawn last is seen until the system's own splash: for a
   * system that sets the mode itself. The keyboard and the kernel's messages come back all the same.
   */
  release(leaving?: "text" | "picture"): void;
}

/**
 * Takes the virtual terminal out of the way of the panel: keyboard off, graphics mode, no cursor, kernel
 * messages quiet; and gives it back on every way out of the process that runs code of ours. After kill -9
 * `restoreConsole` in another process does. VT_PROCESS is not used: the kernel keeps it for a dead owner.
 * Kernels without virtual terminals have nothing to take.
 */
export function takeConsole(paths = CONSOLE): TakenConsole {
  const log = quietKernelLog(paths);
  const terminal = openTerminal(paths.terminal);
  const keyboard = terminal === null ? Kd.unicode : readMode(terminal, Kd.getKeyboardMode, Kd.unicode);
  if (terminal !== null) {
    tell(terminal, HIDE_CURSOR);
    // The keyboard first: the other order once left a screen blank (buffybox).
    set(terminal, Kd.setKeyboardMode, Kd.off);
    set(terminal, Kd.setMode, Kd.graphics);
  }
  let taken = true;
  const release = (leaving: "text" | "picture" = "text"): void => {
    if (!taken) return;
    taken = false;
    forget();
    if (terminal !== null) {
      giveBack(terminal, keyboard === Kd.off ? Kd.unicode : keyboard, leaving);
      closeSync(terminal);
    }
    log.release();
  };
  const forget = onEveryWayOut(() => release());
  return { release };
}

/** Repairs what a menu that was killed left behind, from fixed values. Never throws. */
export function restoreConsole(paths = CONSOLE): void {
  const terminal = openTerminal(paths.terminal);
  if (terminal !== null) {
    const keyboard = readMode(terminal, Kd.getKeyboardMode, Kd.unicode);
    // A menu that died early left text mode on but a frame on the glass: only a change of mode draws all anew.
    set(terminal, Kd.setMode, Kd.graphics);
    giveBack(terminal, keyboard === Kd.off ? Kd.unicode : keyboard, "text");
    closeSync(terminal);
  }
  restoreKernelLog(paths);
}

function giveBack(terminal: number, keyboard: number, leaving: "text" | "picture"): void {
  set(terminal, Kd.setKeyboardMode, keyboard);
  if (leaving === "picture") return;
  set(terminal, Kd.setMode, Kd.text);
  tell(terminal, SHOW_CURSOR);
}

function openTerminal(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

function readMode(terminal: number, request: number, otherwise: number): number {
  const value = Buffer.alloc(4);
  try {
    ioctl(terminal, request, value, "of a virtual terminal");
    return value.readInt32LE(0);
  } catch {
    return otherwise;
  }
}

function set(terminal: number, request: number, value: number): void {
  try {
    ioctl(terminal, request, value, "of a virtual terminal");
  } catch {
    // A terminal that does not know the request has nothing to put aside.
  }
}

function tell(terminal: number, sequence: string): void {
  try {
    writeSync(terminal, sequence);
  } catch {
    // The same; and a terminal that is stopped must not stop us.
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/**
 * Runs `action` before the process ends: by exit, uncaught exception or signal. A signal that nobody else
 * handles then ends the process as it would have. Answers a function that takes the watch back.
 */
function onEveryWayOut(action: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    action();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.on("exit", action);
  process.on("uncaughtExceptionMonitor", action);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    process.off("exit", action);
    process.off("uncaughtExceptionMonitor", action);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}
