import type { Finding } from "../boot-control/scheme.ts";
import { loadConfig } from "../config/load.ts";
import { ExitCode, messageOf } from "../domain/errors.ts";
import type { StateReport } from "../domain/state-report.ts";
import type { DeviceStatus } from "../domain/status.ts";
import { readCommandLine } from "../linux/kernel.ts";
import { print } from "../linux/output.ts";
import { type Device, openDevice } from "./device.ts";
import { keepingOf } from "./keeping.ts";
import type { GlobalOptions } from "./options.ts";

/** What each confidence means to the one who reads it. */
const CONFIDENCE = {
  certain: "certain: the bootloader's own word in this boot",
  strong: "strong: a valid store lies there",
  weak: "weak: only names look like it, so nothing is written",
} as const;

/**
 * Says of configuration and device what is right and what is wrong, what discovery found, what it concluded
 * and how far that can be trusted; exit 2 when something is wrong. With `repair` damaged partition tables
 * are made whole first.
 */
export async function check(
  options: GlobalOptions,
  { repair = false }: { repair?: boolean } = {},
): Promise<ExitCode> {
  const commandLine = readCommandLine(options.root);
  const { sources } = loadConfig({ file: options.config, root: options.root, commandLine });
  const from = sources.length === 0 ? "none; everything is discovered" : sources.join(", ");
  say(`ok     configuration: ${from}`);
  if (repair) await repairTables(await openDevice(options));
  const device = await openDevice(options);
  const status = await device.status();
  sayFindings(device);
  const kept = `${status.scheme}, ${whoSaid(device, options)}, counted by ${status.counting}`;
  say(`ok     slot state: ${status.scheme === "memory" ? "nobody keeps any, nothing is counted" : kept}`);
  saySlots(status);
  await sayProofs(device);
  await sayRestarts(device, options, commandLine);
  const stateIsRight = sayState(keepingOf(options).state);
  for (const note of device.notes) say(`note   ${note}`);
  sayDeveloper(device);
  sayUsb(device);
  const repairs = await device.repairs();
  for (const problem of status.problems) say(`wrong  ${problem}`);
  for (const text of repairs) say(`repair ${text}. Ask for it with: holdfast check --repair`);
  if (status.next.slot === null) say(`wrong  next start: ${status.next.reason.text}`);
  if (device.discovery.question !== null) say(`wrong  nothing is written: ${device.discovery.question}`);
  const isRight =
    status.problems.length === 0 &&
    status.next.slot !== null &&
    repairs.length === 0 &&
    device.discovery.question === null &&
    stateIsRight &&
    status.slots.every((slot) => slot.identity !== null);
  say(isRight ? "Everything is right." : "Something is wrong, see above.");
  return isRight ? ExitCode.done : ExitCode.usage;
}

/** Whether /state is what it should be, as far as it is this system's own. */
function sayState(state: StateReport | null): boolean {
  if (state === null || state.kind === "none") return true;
  const { kind, device, fstype, encrypted, notes } = state;
  const problem = state.problem ?? encrypted?.problem ?? null;
  const isRight = kind === "partition" && problem === null && (encrypted?.open ?? true);
  const what = kind === "partition" ? `${device} (${fstype})` : `${kind}, nothing that is written lasts`;
  say(`${isRight ? "ok    " : "wrong "} /state: ${what}${problem === null ? "" : `. ${problem}`}`);
  for (const note of notes) say(`note   /state: ${note}`);
  return isRight;
}

async function repairTables(device: Device): Promise<void> {
  const done = await device.repair();
  for (const sentence of done) say(`done   ${sentence}`);
  if (done.length === 0) say("ok     both copies of the partition table agree; nothing was repaired");
}

/** Where the scheme comes from. */
function whoSaid({ config, discovery }: Device, { scheme }: GlobalOptions): string {
  if (scheme !== null) return "named on the command line";
  if (config.boot.scheme !== "auto") return "named by the configuration";
  return discovery.chosen === null ? "as no bootloader keeps it" : "discovered";
}

/** What developer mode opens, and what anybody with the device in hand could open. */
function sayDeveloper(device: Device): void {
  const { flag } = device.developerFlag();
  if (flag !== null) say(`note   developer mode is on: ${flag.features.join(", ")}`);
  if (device.config.policy.developer === "open") {
    say(
      'note   policy.developer is "open": whoever holds the device can turn developer mode on and read all data',
    );
  }
}

/** What the menu may give to a computer at the USB port. */
function sayUsb({ config: { policy } }: Device): void {
  if (policy.usb_storage === "none") return;
  const what = policy.usb_storage === "read-only" ? "read" : "read and change";
  say(`note   policy.usb_storage: a computer at the USB port can ${what} partitions that nothing uses`);
}

function sayFindings({ discovery }: Device): void {
  for (const finding of discovery.findings) say(`found  ${sentenceOf(finding)}`);
}

function sentenceOf({ scheme, found, inferred, confidence }: Finding): string {
  return `${scheme}: ${found}; ${inferred} (${CONFIDENCE[confidence]})`;
}

function saySlots(status: DeviceStatus): void {
  for (const slot of status.slots) {
    const found = slot.identity ?? "not found";
    say(`${slot.identity === null ? "wrong " : "ok    "} slot ${slot.id}: ${found}, ${slot.health}`);
    if (slot.entryReason !== null) say(`note   slot ${slot.id}: ${slot.entryReason}`);
  }
  const { booted } = status;
  if (booted === null) say("note   running slot: not known");
  else say(`ok     running slot: ${booted.slot} (${booted.certain ? "certain" : "a guess"})`);
}

/** Who signed the root hashes of the slots' images, as far as there are certificates to check that by. */
async function sayProofs({ places }: Device): Promise<void> {
  for (const { id, verity } of places) {
    if (verity === null) continue;
    const { checkRootHash } = await import("../roots/root-hash-signature.ts");
    try {
      const proof = checkRootHash(verity);
      if (proof.kind === "signed") say(`ok     slot ${id}: its root hash is signed by ${proof.by}`);
      if (proof.kind === "unchecked") {
        say(`note   slot ${id}: its root hash is signed; no certificate in /etc/verity.d checks it`);
      }
    } catch (error) {
      // Why the slot is not entered, which stands beside it already, where it was looked into.
      say(`wrong  slot ${id}: ${messageOf(error)}`);
    }
  }
}

/** What the menu offers besides a plain restart; an image says nothing about the machine that looks at it. */
async function sayRestarts({ config }: Device, { root, disk }: GlobalOptions, commandLine: string) {
  if (disk !== null && root === "/") return;
  const { restartChoices } = await import("./restarts.ts");
  for (const { target, evidence } of await restartChoices({ root, config, commandLine })) {
    if (evidence !== null) say(`ok     restart into ${target}: ${evidence}`);
  }
}

function say(line: string): void {
  print(`${line}\n`);
}
