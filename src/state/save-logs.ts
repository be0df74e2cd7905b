import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { knownContent } from "../bytes/known-content.ts";
import { codeOf, HoldfastError, messageOf } from "../domain/errors.ts";
import type { Log } from "../domain/log-source.ts";
import { chooseStick, type Stick, type StickCandidate } from "../domain/stick.ts";
import { type BlockDevice, listBlockDevices } from "../linux/block.ts";
import { syncPath } from "../linux/durable.ts";
import { mountedDevices } from "../linux/mount-table.ts";
import { mountWritable, unmountAndRemove } from "../linux/mounts.ts";
import { logText } from "./logs.ts";
import { startOf } from "./place.ts";

/** Folders that may be on a stick already. */
const MAX_FOLDERS = 1000;

export interface SaveLogsOptions {
  /** Disks that are the device's own, besides what is mounted: those of the slots and of /state. */
  readonly ownDisks: readonly string[];
  /** Directory below which the stick is mounted. */
  readonly workDir: string;
}

/**
 * Saves the logs in a folder of their own on a plugged-in USB stick or SD card, waits until they are on it, and
 * takes it out of use again. Answers where they are, as words for people.
 * @throws HoldfastError `noDevice` when nothing is plugged in, `system` when it could not be written.
 */
export function saveLogs(logs: readonly Log[], { ownDisks, workDir }: SaveLogsOptions): string {
  const stick = chooseStick(stickCandidates(ownDisks));
  if (stick === null) {
    throw new HoldfastError(
      "noDevice",
      "No USB stick or SD card with a file system for logs is plugged in.",
      {
        next: "Plug one in that has FAT, exFAT or ext4, and try again.",
      },
    );
  }
  const target = join(workDir, "stick");
  try {
    mountWritable(stick.device, target, stick.fstype, "nosuid,nodev,noexec");
  } catch (error) {
    throw cannotWrite(stick, error);
  }
  try {
    const folder = newFolder(target);
    for (const log of logs) {
      const file = join(folder, `${log.source}.txt`);
      writeFileSync(file, logText(log));
      syncPath(file);
    }
    syncPath(folder);
    syncPath(target);
    return `${stick.device}, folder ${basename(folder)}`;
  } catch (error) {
    throw cannotWrite(stick, error);
  } finally {
    unmountAndRemove(target);
  }
}

function stickCandidates(ownDisks: readonly string[]): StickCandidate[] {
  const devices = listBlockDevices();
  const mounted = mountedDevices();
  const isTaken = ({ device, number, held }: BlockDevice) =>
    held || mounted.has(device) || mounted.has(number);
  const takenDisks = new Set([...ownDisks, ...devices.filter(isTaken).map(({ disk }) => disk)]);
  return devices.map(({ device, disk, attached }) => {
    const inUse = takenDisks.has(disk);
    // Internal disks are not even read.
    const content = attached === "internal" || inUse ? null : contentOf(device);
    return { device, disk, attached, inUse, content };
  });
}

/** Null for a device that was pulled out, or cannot be read. */
function contentOf(device: string): string | null {
  try {
    return knownContent(startOf(device));
  } catch {
    return null;
  }
}

/** The clock may be wrong this early, so the folders are numbered. */
function newFolder(target: string): string {
  for (let number = 1; number <= MAX_FOLDERS; number++) {
    const folder = join(target, `holdfast-logs-${number}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  }
  throw new HoldfastError("system", `there are ${MAX_FOLDERS} folders with logs already`);
}

function cannotWrite({ device }: Stick, error: unknown): HoldfastError {
  const next = { next: "Use another one, or make room on it.", cause: error };
  return new HoldfastError("system", `The logs could not be written to ${device}: ${messageOf(error)}`, next);
}
