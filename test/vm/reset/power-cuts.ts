import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import type { ResetRequest } from "../../../src/domain/reset.ts";
import { mount, sync, unmount } from "../../../src/linux/syscalls.ts";
import { armReset, previewReset } from "../../../src/state/reset/arm.ts";
import { boot } from "./boot.ts";
import { type Cut, cutsOf, seeded } from "./cuts.ts";
import { askedAt, Medium, mark, markIn, openedFor, outside, play } from "./disks.ts";
import { contentOf, judge, openRoot } from "./judge.ts";
import { isMounted, MIB, mountState, must, partition, placeOn, REQUEST, STATE, scenario } from "./machine.ts";
import { setUp } from "./old-state.ts";
import type { Verdict } from "./scenario.ts";
import { type Request, read, readLog } from "./write-log.ts";

export async function record(): Promise<void> {
  const disk = "/dev/vda";
  await setUp(`${disk}2`);
  mark(1);
  const request: ResetRequest = { id: REQUEST, scope: scenario.scope, origin: "next-boot" };
  if (scenario.role === "root") {
    mark(2);
    await finishedBoot(disk, request);
  } else {
    await armReset(placeOn(disk), await previewReset(placeOn(disk), scenario.scope), request);
    mark(2);
    unmount(STATE);
    await finishedBoot(disk, null);
    unmount(STATE);
  }
  sync();
  mark(3);
}

async function finishedBoot(disk: string, request: ResetRequest | null): Promise<void> {
  const results = await boot(disk, request);
  const receipt = results.find((result) => result.receipt !== null)?.receipt;
  if (receipt?.outcome !== "done") throw new Error(`the reset did not finish: ${JSON.stringify(results)}`);
}

export async function cutsVerdict(): Promise<Verdict> {
  const began = performance.now();
  const base = read(openSync("/dev/vda", "r"), 0, partition.start + partition.size + 4 * MIB);
  play(base);
  await record();
  const log = openSync("/dev/vdb", "r");
  const requests = readLog(log);
  const from = markIn(requests, log, 1);
  const asked = askedAt(requests, log);
  const end = markIn(requests, log, 3);
  const medium = new Medium(base, log);
  for (const request of requests.slice(0, from)) medium.apply(request);
  const outsideBefore = outside(medium.bytes);
  const before = await contentBefore(medium.bytes);
  const all = cutsOf(requests.slice(0, end), from, scenario.perWindow, scenario.seed);
  const { part, limit } = scenario;
  const cuts = spread(all, limit).filter((_, index) => index % part.of === part.number - 1);
  const failures: string[] = [];
  const counts = { untouched: 0, finished: 0 };
  let done = from;
  for (const [index, cut] of cuts.entries()) {
    for (; done < cut.durable; done++) medium.apply(requests[done] as Request);
    const random = seeded(scenario.seed + index);
    const words = await tryCut(cut, medium, requests, log, random, before, outsideBefore);
    if (words === "untouched" && cut.durable < asked) counts.untouched++;
    else if (words === "finished") counts.finished++;
    else failures.push(`cut ${index} (request ${cut.durable} of ${end}, asked for at ${asked}): ${words}`);
    if (failures.length > 20) break;
  }
  const kinds = (kind: Request["kind"]) =>
    requests.slice(from, end).filter((each) => each.kind === kind).length;
  return {
    name: scenario.name,
    writes: kinds("write"),
    flushes: kinds("flush"),
    discards: kinds("discard"),
    cuts: cuts.length,
    ...counts,
    seconds: Math.round((performance.now() - began) / 1000),
    failures,
  };
}

function spread<T>(all: readonly T[], limit: number): T[] {
  if (limit === 0 || all.length <= limit) return [...all];
  return Array.from({ length: limit }, (_, index) => all[Math.floor((index * all.length) / limit)] as T);
}

async function contentBefore(bytes: Buffer): Promise<string[]> {
  play(bytes);
  const inner = scenario.role === "root" ? openRoot("/dev/vdc2") : null;
  const root = inner === null ? STATE : "/run/inner";
  if (inner === null) mountState("/dev/vdc2");
  else mount(inner, root, scenario.fstype, 0);
  const content = contentOf(root);
  unmount(root);
  if (inner !== null) must("cryptsetup", ["close", "judged"]);
  return content;
}

async function tryCut(
  cut: Cut,
  medium: Medium,
  requests: readonly Request[],
  log: number,
  random: () => number,
  before: readonly string[],
  outsideBefore: string,
): Promise<string> {
  const after = new Medium(Buffer.from(medium.bytes), log);
  for (const [index, number] of cut.survivors.entries()) {
    const isLast = index === cut.survivors.length - 1;
    const request = requests[number] as Request;
    after.apply(request, isLast && cut.torn !== null && !isOnlySuperblock(request) ? cut.torn : 1, random);
  }
  if (outside(after.bytes) !== outsideBefore) return "bytes outside the target were written";
  play(after.bytes);
  try {
    const results = await boot("/dev/vdc", null);
    if (results.some(({ usable }) => !usable))
      return `not finished: ${results.flatMap(({ said }) => said).join(" ")}`;
    const words = await judge("/dev/vdc", before);
    const image = read(openedFor("/dev/vdc"), 0, after.bytes.length);
    return outside(image) === outsideBefore ? words : "bytes outside the target changed";
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    for (const target of [STATE, "/run/inner", "/run/holdfast/reset-state"])
      if (isMounted(target)) unmount(target);
    spawnSync("cryptsetup", ["close", "judged"]);
  }
}

/** From here on ext4 has a copy of its superblock, in its second group of 32,768 blocks of 4 KiB. */
const COPY_AT = 128;

/**
 * ext4's superblock spans two sectors and has one checksum: torn within, the kernel's own write ends a file system
 * that is too small for a copy.
 */
function isOnlySuperblock({ at, length }: Request): boolean {
  const superblock = partition.start + 1024;
  const isHit = at <= superblock && at + length > superblock;
  return isHit && scenario.fstype === "ext4" && scenario.size <= COPY_AT;
}
