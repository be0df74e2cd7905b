import {
  fsyncSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { RESET_RESERVED_BYTES, type ResetRequest } from "../../../src/domain/reset.ts";
import type { ResetJournal } from "../../../src/domain/reset-journal.ts";
import { sync, unmount } from "../../../src/linux/syscalls.ts";
import { armReset, previewReset, resetNow } from "../../../src/state/reset/arm.ts";
import { readJournalFile } from "../../../src/state/reset/journal-file.ts";
import { writeRecord } from "../../../src/state/reset/journal-record.ts";
import { boot } from "./boot.ts";
import { openedFor } from "./disks.ts";
import { contentOf, judge } from "./judge.ts";
import {
  isMounted,
  MIB,
  mountState,
  partition,
  placeOn,
  REQUEST,
  STATE,
  scenario,
  shell,
} from "./machine.ts";
import { setUp } from "./old-state.ts";
import type { Verdict } from "./scenario.ts";
import { read } from "./write-log.ts";

interface BadInput {
  readonly name: string;
  /** Spoils the mounted state; a reset is asked for afterwards, unless `spoilAsked` is there. */
  readonly spoil?: () => void;
  /** Spoils what was asked for, with the state unmounted or mounted. */
  readonly spoilAsked?: (device: string) => Promise<void> | void;
  /** Asks by the bootloader's message instead; answers what taking that back does. */
  readonly clearRequest?: () => Promise<void>;
  readonly ends: "finished" | "untouched" | "unusable";
  /** What people are told. */
  readonly says?: RegExp;
}

const IMAGE = join(STATE, "encrypted.img");
const FILE = join(STATE, ".holdfast/reset.json");

function tampered(change: (journal: ResetJournal) => unknown): () => void {
  return () => writeFileSync(FILE, JSON.stringify(change(JSON.parse(readFileSync(FILE, "utf8")))));
}

/** Puts a record at the end of the partition instead of the file, changed. */
function recorded(
  change: (journal: ResetJournal) => ResetJournal,
  spoil: (device: string) => void = () => {},
) {
  return async (device: string) => {
    const journal = readJournalFile(STATE) as ResetJournal;
    rmSync(FILE);
    await writeRecord(device, change(journal));
    spoil(device);
  };
}

function flipBit(device: string): void {
  const fd = openedFor(device);
  const at = partition.size - RESET_RESERVED_BYTES + 100;
  const byte = read(fd, at, 1);
  byte[0] = (byte[0] ?? 0) ^ 1;
  writeSync(fd, byte, 0, 1, at);
  fsyncSync(fd);
}

const BAD_INPUT: readonly BadInput[] = [
  { name: "a truncated encrypted.img", spoil: () => truncateSync(IMAGE, 5000), ends: "finished" },
  { name: "a damaged header", spoil: () => writeFileSync(IMAGE, Buffer.alloc(MIB, 0x55)), ends: "finished" },
  { name: "an empty encrypted.img", spoil: () => writeFileSync(IMAGE, ""), ends: "finished" },
  {
    name: "a folder for encrypted.img",
    spoil() {
      rmSync(IMAGE);
      mkdirSync(IMAGE);
    },
    ends: "finished",
  },
  {
    name: "a full /state",
    spoil: () => shell(`dd if=/dev/zero of=${STATE}/home/full bs=1M`),
    ends: "finished",
  },
  {
    name: "a record with a wrong checksum",
    spoilAsked: recorded((journal) => journal, flipBit),
    ends: "untouched",
    says: /checksum/,
  },
  {
    name: "a record for another disk",
    spoilAsked: recorded((journal) => ({ ...journal, target: { ...journal.target, diskId: "other" } })),
    ends: "untouched",
    says: /for another partition: the disk is/,
  },
  {
    name: "a file that is no journal",
    spoilAsked: () => writeFileSync(FILE, "yes"),
    ends: "untouched",
    says: /not what/,
  },
  {
    name: "a file for another partition",
    spoilAsked: tampered((journal) => ({ ...journal, target: { ...journal.target, start: 0 } })),
    ends: "untouched",
    says: /for another partition/,
  },
  {
    name: "a file with a step from another plan",
    spoilAsked: tampered((journal) => ({ ...journal, step: "remove" })),
    ends: "untouched",
    says: /not what Holdfast writes/,
  },
  {
    name: "a message that cannot be cleared",
    clearRequest: () => Promise.reject(new Error("misc is read-only")),
    ends: "untouched",
    says: /cannot be taken back: misc is read-only/,
  },
  { name: "a message that is cleared", clearRequest: async () => {}, ends: "finished" },
  {
    name: "a fourth attempt",
    spoilAsked: recorded((journal) => ({
      ...journal,
      step: "erase",
      attempt: 3,
      starts: 5,
      problem: "no reason",
    })),
    ends: "unusable",
    says: /never got past "Erasing": no reason/,
  },
];

export async function badInputVerdict(): Promise<Verdict> {
  const began = performance.now();
  const disk = "/dev/vdc";
  const failures: string[] = [];
  const counts = { untouched: 0, finished: 0 };
  for (const bad of BAD_INPUT) {
    const ended = await tryBadInput(disk, bad).catch((error) => String(error?.stack ?? error));
    if (ended === "finished") counts.finished++;
    else if (ended === "untouched" || ended === "unusable") counts.untouched++;
    if (ended !== bad.ends) failures.push(`${bad.name}: ${ended}`);
    for (const target of [STATE, "/run/holdfast/reset-state"]) if (isMounted(target)) unmount(target);
  }
  const { length: cuts } = BAD_INPUT;
  const seconds = Math.round((performance.now() - began) / 1000);
  return { name: scenario.name, writes: 0, flushes: 0, discards: 0, cuts, ...counts, seconds, failures };
}

async function tryBadInput(
  disk: string,
  { spoil, spoilAsked, clearRequest, says }: BadInput,
): Promise<string> {
  const device = `${disk}2`;
  writeSync(
    openedFor(device),
    Buffer.alloc(RESET_RESERVED_BYTES),
    0,
    RESET_RESERVED_BYTES,
    partition.size - RESET_RESERVED_BYTES,
  );
  fsyncSync(openedFor(device));
  await setUp(device);
  spoil?.();
  sync();
  const request: ResetRequest = { id: REQUEST, scope: scenario.scope, origin: "next-boot" };
  if (isFull()) {
    const receipt = await resetNow(
      placeOn(disk),
      await previewReset(placeOn(disk), "data"),
      request,
      () => {},
    );
    if (receipt.outcome !== "done") return "not done";
    mountState(device);
    return judge(disk, []);
  }
  if (clearRequest === undefined)
    await armReset(placeOn(disk), await previewReset(placeOn(disk), scenario.scope), request);
  await spoilAsked?.(device);
  const before = contentOf(STATE);
  unmount(STATE);
  const asked = clearRequest === undefined ? null : ({ ...request, origin: "bcb" } as const);
  const results = await boot(disk, asked, clearRequest);
  const said = results.flatMap((result) => result.said).join(" ");
  if (says !== undefined && !says.test(said)) return `said: ${said}`;
  if (results.some(({ usable }) => !usable)) return isMounted(STATE) ? "unusable, but mounted" : "unusable";
  // What asks for nothing stays where it is, for a person to look at.
  rmSync(FILE, { force: true });
  return judge(disk, before);
}

function isFull(): boolean {
  return statfsSync(STATE).bavail === 0;
}
