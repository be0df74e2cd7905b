import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { resolvePartition } from "../../../src/linux/block.ts";
import { MS, mount } from "../../../src/linux/syscalls.ts";
import type { ResetPlace } from "../../../src/state/reset/site.ts";
import type { Scenario } from "./scenario.ts";

export const MIB = 1024 * 1024;
export const STATE = "/state";
export const REQUEST = "reset-under-test";
/** A sector between the table and the first partition: what is written there is a mark in the log. */
export const MARK_AT = 512 * 100;
export const COUNTERS = '{"version":1,"slots":{"a":{"triesLeft":2}}}\n';

export const scenario: Scenario = JSON.parse(readFileSync("/lab/scenario.json", "utf8"));
export const partition = { start: 4 * MIB, size: scenario.size * MIB };

export function placeOn(disk: string): ResetPlace {
  return {
    role: scenario.role,
    ref: `${disk}2`,
    find: () => resolvePartition(`${disk}2`),
    fstype: scenario.fstype,
    mountPoint: scenario.role === "state" ? STATE : null,
    workFolder: "/run/holdfast",
    directories: ["home", "var"],
    remakesEncrypted: false,
    overwrite: false,
    grace: scenario.grace,
    slots: [{ id: "a", device: `${disk}1` }],
  };
}

export function shell(command: string): number {
  return spawnSync("sh", ["-c", command], { stdio: ["ignore", "ignore", "ignore"] }).status ?? 255;
}

export function must(program: string, words: readonly string[], input = ""): string {
  return execFileSync(program, words, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}

export function mountState(device: string): void {
  mkdirSync(STATE, { recursive: true });
  mount(device, STATE, scenario.fstype, MS.nosuid | MS.nodev | MS.noatime);
}

export function isMounted(target: string): boolean {
  return readFileSync("/proc/mounts", "utf8").includes(` ${target} `);
}
