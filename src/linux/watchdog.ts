import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../domain/errors.ts";
import { namesIn } from "./names.ts";
import { textOf } from "./sysfs.ts";

/**
 * What becomes of hardware watchdogs while a menu is shown: "auto" feeds those that run already, or that the kernel
 * resets the device over when nobody opens them in time; "feed" starts the others, too; both hand them over running.
 * "feed-and-stop" stops them at the end; "off" leaves them alone.
 */
export type WatchdogMode = "auto" | "feed" | "feed-and-stop" | "off";

export interface WatchdogPaths {
  /** Folder of watchdog0, watchdog1, …; see Documentation/ABI/testing/sysfs-class-watchdog. */
  readonly sysfs: string;
  readonly devices: string;
  /** Seconds that a watchdog which the bootloader started is fed by the kernel; 0: for ever. */
  readonly openTimeout: string;
}

const PATHS: WatchdogPaths = {
  sysfs: "/sys/class/watchdog",
  devices: "/dev",
  openTimeout: "/sys/module/watchdog/parameters/open_timeout",
};

/** Any byte but the one that stops it (Documentation/watchdog/watchdog-api.rst). */
const FOOD = ".";
const STOP = "V";
/** Seconds between two feedings: a third of the time that is left, within these. */
const EVERY = { least: 0.5, most: 10 } as const;
/** What is taken where a driver does not tell its time, as most have a minute or half of it. */
const USUAL_TIMEOUT = 15;

/** Watchdogs that are fed until `close`. */
export interface Watchdogs {
  close(): void;
}

/**
 * Feeds the watchdogs of this device from the loop that also serves people: one that hangs is reset, a person who
 * reads is not. One that another program holds (systemd as the initramfs' init) is that program's. Never throws.
 */
export function feedWatchdogs(mode: WatchdogMode, log: (line: string) => void, paths = PATHS): Watchdogs {
  const fed =
    mode === "off" ? [] : names(paths.sysfs).flatMap((name) => startFeeding(name, mode, log, paths));
  return {
    close() {
      for (const { name, fd, timer } of fed.splice(0)) {
        clearInterval(timer);
        // It has all of its time for the next one who feeds it.
        write(fd, FOOD, name, log);
        if (mode === "feed-and-stop") write(fd, STOP, name, log);
        closeSync(fd);
      }
    },
  };
}

interface Fed {
  readonly name: string;
  readonly fd: number;
  readonly timer: NodeJS.Timeout;
}

function startFeeding(
  name: string,
  mode: WatchdogMode,
  log: (line: string) => void,
  paths: WatchdogPaths,
): Fed[] {
  const read = (file: string): string => textOf(join(paths.sysfs, name, file));
  const isDue = read("state") === "active" || Number(textOf(paths.openTimeout)) > 0;
  if (mode === "auto" && !isDue) return [];
  try {
    const fd = openSync(join(paths.devices, name), constants.O_WRONLY);
    const timeout = Number(read("timeout")) || USUAL_TIMEOUT;
    const seconds = Math.min(Math.max(timeout / 3, EVERY.least), EVERY.most);
    write(fd, FOOD, name, log);
    const timer = setInterval(() => write(fd, FOOD, name, log), seconds * 1000);
    timer.unref();
    log(`${name} (${read("identity") || "no name"}) is fed every ${seconds} s`);
    return [{ name, fd, timer }];
  } catch (error) {
    log(`${name} is not fed: ${messageOf(error)}`);
    return [];
  }
}

function write(fd: number, byte: string, name: string, log: (line: string) => void): void {
  try {
    writeSync(fd, byte);
  } catch (error) {
    log(`${name}: ${messageOf(error)}`);
  }
}

function names(folder: string): string[] {
  return namesIn(folder).filter((name) => /^watchdog\d+$/.test(name));
}
