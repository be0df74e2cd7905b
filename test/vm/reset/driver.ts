/*
 * Runs inside the cut machine: makes a state partition on /dev/vda, whose every request QEMU writes down, resets
 * it, and then plays each cut into /dev/vdc and lets the boot's own code go on from there. /dev/vdb is the log.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
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
import { resolvePartition } from "../../../src/linux/block.ts";
import { ioctl, MS, mount, sync, unmount } from "../../../src/linux/syscalls.ts";
import { makeFileSystem, makeStateFileSystem } from "../../../src/state/filesystem.ts";
import { armReset, previewReset, resetNow } from "../../../src/state/reset/arm.ts";
import { readJournalFile } from "../../../src/state/reset/journal-file.ts";
import { writeRecord } from "../../../src/state/reset/journal-record.ts";
import { type Resumed, resumeReset } from "../../../src/state/reset/resume.ts";
import type { ResetPlace } from "../../../src/state/reset/site.ts";
import { type Cut, cutsOf, seeded } from "./cuts.ts";
import type { Scenario, Verdict } from "./scenario.ts";
import { type Request, read, readLog } from "./write-log.ts";

const MIB = 1024 * 1024;
const STATE = "/state";
const REQUEST = "reset-under-test";
/** A sector between the table and the first partition: what is written there is a mark in the log. */
const MARK_AT = 512 * 100;
const COUNTERS = '{"version":1,"slots":{"a":{"triesLeft":2}}}\n';

const scenario: Scenario = JSON.parse(readFileSync("/lab/scenario.json", "utf8"));
const partition = { start: 4 * MIB, size: scenario.size * MIB };

function placeOn(disk: string): ResetPlace {
  return {
    role: scenario.role,
    ref: `${disk}2`,
    find: () => resolvePartition(`${disk}2`),
    fstype: scenario.fstype,
    mountPoint: scenario.role === "state" ? STATE : null,
    workFolder: "/run/holdfast",
    directories: ["home", "var"],
    overwrite: false,
    grace: scenario.grace,
    slots: [{ id: "a", device: `${disk}1` }],
  };
}

function shell(command: string): number {
  return spawnSync("sh", ["-c", command], { stdio: ["ignore", "ignore", "ignore"] }).status ?? 255;
}

function must(program: string, words: readonly string[], input = ""): string {
  return execFileSync(program, words, { input, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] });
}

// --- What lies on the partition before --------------------------------------------------------------------

async function setUp(device: string): Promise<void> {
  if (scenario.role === "root") return setUpRoot(device);
  if (scenario.fills) must("mkfs.ext4", ["-q", "-F", device]);
  else await makeStateFileSystem(scenario.fstype, device, partition.size);
  mountState(device);
  fillUser(STATE);
  if (scenario.scope !== "settings") {
    writeFileSync("/run/image", Buffer.alloc(3 * MIB));
    must(
      "cryptsetup",
      [...FORMAT, "--luks2-metadata-size", "16k", "--luks2-keyslots-size", "256k", "/run/image"],
      "secret",
    );
    must("cp", ["/run/image", join(STATE, "encrypted.img")]);
  }
  sync();
}

const FORMAT = [
  "luksFormat",
  "-q",
  "--type",
  "luks2",
  "--pbkdf",
  "pbkdf2",
  "--pbkdf-force-iterations",
  "1000",
  "--key-file",
  "-",
];

async function setUpRoot(device: string): Promise<void> {
  must("cryptsetup", [...FORMAT, device], "secret");
  must("cryptsetup", ["open", "--key-file", "-", device, "setup"], "secret");
  await makeFileSystem(scenario.fstype, "/dev/mapper/setup", partition.size - 17 * MIB);
  mount("/dev/mapper/setup", "/run/inner", scenario.fstype, 0);
  fillUser("/run/inner");
  unmount("/run/inner");
  must("cryptsetup", ["close", "setup"]);
  sync();
}

function fillUser(root: string): void {
  const random = seeded(7);
  for (const folder of ["home/me", "var/lib", "etc", ".holdfast/layers/x/usr", ".holdfast"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (let index = 0; index < 12; index++) {
    const bytes = Buffer.from(Array.from({ length: 9000 }, () => Math.floor(random() * 256)));
    writeFileSync(join(root, index % 2 === 0 ? "home/me" : "var/lib", `file${index}`), bytes);
  }
  writeFileSync(join(root, "etc/hostname"), "mine\n");
  writeFileSync(join(root, ".holdfast/layers/x/usr/changed"), "mine\n");
  writeFileSync(join(root, ".holdfast/slots.json"), COUNTERS);
}

function mountState(device: string): void {
  mkdirSync(STATE, { recursive: true });
  mount(device, STATE, scenario.fstype, MS.nosuid | MS.nodev | MS.noatime);
}

function isMounted(target: string): boolean {
  return readFileSync("/proc/mounts", "utf8").includes(` ${target} `);
}

// --- A boot, as the supervisor does it ---------------------------------------------------------------------

/** As supervisor and gate have it: a record goes first, found by the probe itself; then what was asked for. */
async function boot(disk: string, request: ResetRequest | null): Promise<Resumed[]> {
  const device = `${disk}2`;
  const results: Resumed[] = [];
  const resume = async (wish: ResetRequest | null) => {
    const config = {
      root_fstype: scenario.fstype,
      overwrite: false,
      grace: scenario.grace,
      systemd: "auto",
    } as const;
    const options = { config, root: "/", request: wish, clearRequest: async () => {}, tell: () => {} };
    results.push(await resumeReset(placeOn(disk), options));
    return results.at(-1)?.usable ?? false;
  };
  if (shell(`. /lab/probe; holdfast_reset_record ${device}`) === 0 && !(await resume(null))) return results;
  if (scenario.role === "root") {
    if (request !== null) await resume(request);
    return results;
  }
  mountState(device);
  await resume(null);
  if (!isMounted(STATE)) mountState(device);
  return results;
}

// --- What lies on it afterwards ------------------------------------------------------------------------------

/** Every file below a folder with its content's hash, but for what a boot of the system may write itself. */
function contentOf(root: string): string[] {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  return names.flatMap((name) => {
    const path = join(root, name);
    if (/^lost\+found|^\.holdfast\/reset\.json(\.new)?$/.test(name)) return [];
    if (!lstatSync(path).isFile()) return [`${name}/`];
    return [`${name} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`];
  });
}

/** "untouched", "finished", or a sentence about what is wrong. */
async function judge(disk: string, before: readonly string[]): Promise<string> {
  const device = `${disk}2`;
  const inner = scenario.role === "root" ? openRoot(device) : null;
  if (scenario.role === "root" && inner === null)
    return "the root opens neither with the old nor with an empty passphrase";
  const root = inner === null ? STATE : "/run/inner";
  if (inner !== null) mount(inner, root, scenario.fstype, 0);
  if (!isMounted(root)) return "nothing is mounted";
  const now = contentOf(root);
  const armed = existsSync(join(root, ".holdfast/reset.json"));
  unmount(root);
  const damage = fsck(inner ?? device);
  if (inner !== null) must("cryptsetup", ["close", "judged"]);
  if (damage !== null) return damage;
  if (armed) return "the request is still there";
  if (JSON.stringify(now) === JSON.stringify(before)) return "untouched";
  const wrong = isFresh(now, before);
  if (wrong !== null) return wrong;
  const tail = read(openedFor(device), partition.size - RESET_RESERVED_BYTES, RESET_RESERVED_BYTES);
  if (scenario.role === "state" && !scenario.fills && tail.some((byte) => byte !== 0))
    return "the record is still there";
  return "finished";
}

/** Null when a reset did all that it should; else what is wrong. */
function isFresh(now: readonly string[], before: readonly string[]): string | null {
  const removed =
    scenario.scope === "settings"
      ? /^(var|etc)\/|^\.holdfast\/layers/
      : /^(home\/me|var\/lib|etc)\/|^encrypted\.img|^\.holdfast\/layers/;
  const left = now.filter((line) => removed.test(line));
  if (left.length > 0) return `left of the old: ${left.slice(0, 3).join(", ")}`;
  const kept =
    scenario.scope === "settings"
      ? before.filter((line) => !removed.test(line))
      : before.filter((line) => line.startsWith(".holdfast/slots.json"));
  const missing = scenario.role === "root" ? [] : kept.filter((line) => !now.includes(line));
  if (missing.length > 0) return `lost: ${missing.slice(0, 3).join(", ")}`;
  return now.some((line) => line.startsWith(".holdfast/receipt.json ")) ? null : "no receipt was left";
}

function openRoot(device: string): string | null {
  const old = spawnSync("cryptsetup", ["open", "--key-file", "-", device, "judged"], { input: "secret" });
  if (old.status === 0) return "/dev/mapper/judged";
  return spawnSync("cryptsetup", ["open", device, "judged"], { input: "\n" }).status === 0
    ? "/dev/mapper/judged"
    : null;
}

function fsck(device: string): string | null {
  const words = { ext4: ["e2fsck", "-fn"], btrfs: ["btrfs", "check"], f2fs: ["fsck.f2fs", "--dry-run"] }[
    scenario.fstype
  ];
  const [program = "", ...rest] = words;
  const { status, stdout, stderr } = spawnSync(program, [...rest, device], { encoding: "utf8" });
  return status === 0 ? null : `${program} ended with ${status}: ${`${stdout}${stderr}`.trim().slice(-300)}`;
}

// --- Disks --------------------------------------------------------------------------------------------------

const opened = new Map<string, number>();

function openedFor(path: string): number {
  const fd = opened.get(path) ?? openSync(path, "r+");
  opened.set(path, fd);
  const BLKFLSBUF = 0x1261;
  ioctl(fd, BLKFLSBUF, 0, path);
  return fd;
}

function mark(byte: number): void {
  const fd = openSync("/dev/vda", "r+");
  writeSync(fd, Buffer.alloc(512, byte), 0, 512, MARK_AT);
  fsyncSync(fd);
  closeSync(fd);
}

function markIn(requests: readonly Request[], log: number, byte: number): number {
  const found = requests.findIndex(({ kind, at, length, data }) => {
    const inside = kind === "write" && at <= MARK_AT && at + length > MARK_AT;
    return inside && read(log, data + MARK_AT - at, 1)[0] === byte;
  });
  if (found === -1) throw new Error(`mark ${byte} is not in the log`);
  // Behind the flush that follows it.
  return requests.findIndex(({ kind }, index) => index > found && kind === "flush") + 1;
}

/** The medium as a cut leaves it; what is discarded may read as anything, and reads as zeros or as before. */
class Medium {
  readonly bytes: Buffer;
  readonly #log: number;
  constructor(bytes: Buffer, log: number) {
    this.bytes = bytes;
    this.#log = log;
  }

  apply(request: Request, fraction = 1, random: () => number = () => 0): void {
    const length = Math.floor((request.length * fraction) / 512) * 512;
    if (request.kind === "discard" && random() < 0.5) this.bytes.fill(0, request.at, request.at + length);
    if (request.kind === "write" && length > 0)
      read(this.#log, request.data, length).copy(this.bytes, request.at);
  }
}

/** Brings the scratch disk to this content, writing only what differs. */
function play(bytes: Buffer): void {
  const fd = openedFor("/dev/vdc");
  openedFor("/dev/vdc2");
  const step = 64 * 1024;
  for (let at = 0; at < bytes.length; at += step) {
    const wanted = bytes.subarray(at, at + step);
    if (!read(fd, at, wanted.length).equals(wanted)) writeSync(fd, wanted, 0, wanted.length, at);
  }
  fsyncSync(fd);
  openedFor("/dev/vdc");
  openedFor("/dev/vdc2");
}

/** SHA-256 of everything but the target and the marks, which are the test's own. */
function outside(bytes: Buffer): string {
  const { start, size } = partition;
  const parts = [
    bytes.subarray(0, MARK_AT),
    bytes.subarray(MARK_AT + 512, start),
    bytes.subarray(start + size),
  ];
  return parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
}

/** From here on a reset was asked for for good: an encrypted root's by its record, which nothing comes before. */
function askedAt(requests: readonly Request[], log: number): number {
  if (scenario.role === "state") return markIn(requests, log, 2);
  const place = partition.start + partition.size - RESET_RESERVED_BYTES;
  const record = requests.findIndex(
    ({ kind, at, data }) => kind === "write" && at === place && read(log, data, 8).toString() === "HOLDFRST",
  );
  return requests.findIndex(({ kind }, index) => index > record && kind === "flush") + 1;
}

// --- The whole run ------------------------------------------------------------------------------------------

async function record(): Promise<void> {
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

async function main(): Promise<Verdict> {
  return scenario.kind === "cuts" ? cutsVerdict() : badInputVerdict();
}

// --- Bad input ----------------------------------------------------------------------------------------------

interface BadInput {
  readonly name: string;
  /** Spoils the mounted state; a reset is asked for afterwards, unless `spoilAsked` is there. */
  readonly spoil?: () => void;
  /** Spoils what was asked for, with the state unmounted or mounted. */
  readonly spoilAsked?: (device: string) => Promise<void> | void;
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

async function badInputVerdict(): Promise<Verdict> {
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

async function tryBadInput(disk: string, { spoil, spoilAsked, says }: BadInput): Promise<string> {
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
  await armReset(placeOn(disk), await previewReset(placeOn(disk), scenario.scope), request);
  await spoilAsked?.(device);
  const before = contentOf(STATE);
  unmount(STATE);
  const results = await boot(disk, null);
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

// --- Power cuts ---------------------------------------------------------------------------------------------

async function cutsVerdict(): Promise<Verdict> {
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
  const cuts = spread(all, scenario.limit);
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
    after.apply(requests[number] as Request, isLast && cut.torn !== null ? cut.torn : 1, random);
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

main()
  .then((verdict) => console.log(`VERDICT ${JSON.stringify(verdict)}`))
  .catch((error) => console.log(`BROKEN ${error instanceof Error ? error.stack : error}`));
