import { ExitCode, HoldfastError } from "../domain/errors.ts";
import {
  RESET_SCOPES,
  type ResetOrigin,
  type ResetPreview,
  type ResetRequest,
  type ResetScope,
} from "../domain/reset.ts";
import { mountPointOf } from "../linux/mount-table.ts";
import { mountWritable } from "../linux/mounts.ts";
import { print } from "../linux/output.ts";
import { armReset, previewReset, resetNow } from "../state/reset/arm.ts";
import { handOver, leftToRepart } from "../state/reset/requests.ts";
import type { ResetPlace } from "../state/reset/site.ts";
import { requireCharge } from "./charge.ts";
import { configurationFor } from "./configuration.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { neededResetPlace, slotsOf } from "./reset-place.ts";
import { writeResetRecord } from "./reset-record.ts";
import { deviceIfAny, resumeAtBoot } from "./reset-resume.ts";
import { lineTeller } from "./reset-screen.ts";

export interface ResetFlags {
  readonly scope?: string;
  readonly now?: boolean;
  readonly nextBoot?: boolean;
  readonly yes?: boolean;
  /** With `now`: go on although the battery is low. */
  readonly despiteBattery?: boolean;
  /** On the way through a boot: finish what was cut short, carry out what was asked for. */
  readonly resume?: boolean;
}

/**
 * Shows what a factory reset would do, and with `now` or `nextBoot` does it once that is confirmed. Exit 4 when
 * it is refused or was not confirmed, with nothing changed.
 */
export async function reset(options: GlobalOptions, flags: ResetFlags): Promise<ExitCode> {
  if (flags.resume) return resumeAtBoot(options);
  const scope = RESET_SCOPES.find((known) => known === flags.scope);
  if (scope === undefined) {
    throw new HoldfastError(
      "usage",
      `--scope is ${flags.scope ?? "missing"}; settings, data or all would be right.`,
    );
  }
  if (flags.now && flags.nextBoot) {
    throw new HoldfastError("usage", "--now and --next-boot exclude each other.");
  }
  const { config } = configurationFor(options, { tolerant: false });
  if (leftToRepart(config.reset, options.root)) return leaveToRepart(options, flags, scope);
  const place = await neededResetPlace(options, config, slotsOf(await deviceIfAny(options)));
  const preview = await previewReset(place, scope);
  print(previewText(preview));
  if (!flags.now && !flags.nextBoot) {
    print("Nothing was changed. Add --next-boot to reset at the next start, or --now.\n");
    return ExitCode.done;
  }
  if (flags.now && !flags.despiteBattery) requireCharge(options.root);
  await confirm(flags.yes ?? false);
  return flags.now ? resetAtOnce(options, place, preview) : askForNextBoot(place, preview);
}

/** systemd-repart is set up to erase here, and is the only one to do so: everything, at the next start. */
async function leaveToRepart(
  options: GlobalOptions,
  { nextBoot = false, yes = false }: ResetFlags,
  scope: ResetScope,
): Promise<ExitCode> {
  if (scope !== "all" || !nextBoot) {
    throw new HoldfastError(
      "refused",
      "systemd-repart resets this system: all of it, and at the next start.",
      {
        next: "Ask for it with: holdfast reset --scope all --next-boot",
      },
    );
  }
  await confirm(yes);
  handOver(options.root);
  print("systemd-repart carries the reset out at the next start.\n");
  return ExitCode.done;
}

async function askForNextBoot(place: ResetPlace, preview: ResetPreview): Promise<ExitCode> {
  await armReset(place, preview, newRequest(preview.scope, "next-boot"));
  print("The reset is carried out at the next start.\n");
  return ExitCode.done;
}

async function resetAtOnce(
  options: GlobalOptions,
  place: ResetPlace,
  preview: ResetPreview,
): Promise<ExitCode> {
  const { device } = preview.target;
  const mountedAt = mountPointOf(device);
  const receipt = await resetNow(place, preview, newRequest(preview.scope, "menu"), lineTeller());
  if (mountedAt !== null && mountPointOf(device) === null) {
    mountWritable(device, mountedAt, place.fstype, "nosuid,nodev,noatime");
  }
  writeResetRecord(runDirOf(options), receipt);
  print(`Done in ${receipt.seconds} s. ${receipt.gradeReason}\n`);
  return ExitCode.done;
}

function newRequest(scope: ResetScope, origin: ResetOrigin): ResetRequest {
  return { id: crypto.randomUUID(), scope, origin };
}

async function confirm(yes: boolean): Promise<void> {
  if (yes) return;
  const refused = new HoldfastError("refused", "The reset was not confirmed. Nothing was changed.", {
    next: "Add --yes where nobody can answer.",
  });
  if (!process.stdin.isTTY) throw refused;
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    if ((await lines.question('Type "reset" to go on: ')).trim() !== "reset") throw refused;
  } finally {
    lines.close();
  }
}

function previewText({ scope, target, lines, gradeReason, warnings }: ResetPreview): string {
  const { device, label, size } = target;
  return [
    `Factory reset, scope ${scope}: ${device}${label === null ? "" : ` (${label})`}, ${mib(size)}`,
    ...lines.map(
      ({ name, bytes, fate }) => `  ${fate.padEnd(8)} ${name}${bytes === null ? "" : `, ${mib(bytes)}`}`,
    ),
    gradeReason,
    ...warnings,
    "",
  ].join("\n");
}

function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
