import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeEfiText, EFI_PERSISTENT, encodeEfiText } from "../../bytes/efi-variable.ts";
import { parseOsRelease } from "../../bytes/os-release.ts";
import type { ResetConfig } from "../../config/reset.ts";
import { parseCommandLine } from "../../domain/command-line.ts";
import type { ResetRequest } from "../../domain/reset.ts";
import {
  dueRequest,
  OLD_VARIABLE,
  REQUEST_VARIABLE,
  SYSTEMD_VENDOR,
  type SystemIdentity,
  saysYes,
  WORD_ID,
} from "../../domain/reset-request.ts";
import { EfiVariables } from "../../linux/efivars.ts";
import { EFIVARS } from "../../linux/efivars-folder.ts";
import { readCommandLine } from "../../linux/kernel.ts";
import { namesIn } from "../../linux/names.ts";
import { doneRequests, wordIsDone } from "./receipt.ts";

/** Where systemd-repart looks for what it does (repart.d(5)). */
const REPART_FOLDERS = ["etc", "run", "usr/local/lib", "usr/lib"] as const;

const NO_MEMORY =
  "systemd.factory_reset= is not obeyed here: an encrypted root cannot remember that it was, and would be erased at every start.";

/**
 * The request of systemd that is to be carried out now; `state` is where the state partition is mounted, `root`
 * the system that Holdfast runs in. `ignored` says why something is not obeyed.
 */
export function systemdRequest(
  config: ResetConfig,
  root: string,
  state: string | null,
): { readonly request: ResetRequest | null; readonly ignored: string | null } {
  const variables = variablesIn(root);
  const found = dueRequest({
    commandLine: parseCommandLine(readCommandLine(root)),
    wordDone: state !== null && wordIsDone(state),
    variables: { old: textOf(variables, OLD_VARIABLE), request: textOf(variables, REQUEST_VARIABLE) },
    bootId: bootIdIn(root),
    system: systemIn(root),
    done: state === null ? [] : doneRequests(state),
  });
  if (found.request === null) return found;
  if (config.root !== undefined && found.request.id === WORD_ID) return { request: null, ignored: NO_MEMORY };
  if (!leftToRepart(config, root)) return found;
  return { request: null, ignored: "systemd-repart resets this system; Holdfast leaves it to that." };
}

/** Whether systemd-repart is the one that erases here: then Holdfast does not erase, too. */
export function leftToRepart({ systemd }: ResetConfig, root: string): boolean {
  if (systemd !== "auto") return systemd === "systemd-repart";
  const folders = REPART_FOLDERS.map((folder) => join(root, folder, "repart.d"));
  const files = folders.flatMap((folder) => namesIn(folder).map((name) => join(folder, name)));
  const erases = files.some((file) => {
    const word = /^\s*FactoryReset\s*=\s*(\S+)/m.exec(textIn(file) ?? "")?.[1];
    return file.endsWith(".conf") && word !== undefined && saysYes(word);
  });
  return erases && ["usr/bin", "bin"].some((folder) => existsSync(join(root, folder, "systemd-repart")));
}

/**
 * Leaves a request for systemd-repart, which erases at the next start. In the words of v258 where its program is
 * there, else in those of before.
 */
export function handOver(root: string): void {
  const isNew = existsSync(join(root, "usr/lib/systemd/systemd-factory-reset"));
  const system = systemIn(root);
  const request = {
    osReleaseId: system?.id ?? undefined,
    osReleaseImageId: system?.imageId ?? undefined,
    bootId: bootIdIn(root).replaceAll("-", ""),
  };
  const [name, text] = isNew ? [REQUEST_VARIABLE, JSON.stringify(request)] : [OLD_VARIABLE, "yes"];
  variablesIn(root).write(name, { attributes: EFI_PERSISTENT, data: encodeEfiText(text) });
}

function bootIdIn(root: string): string {
  return textIn(join(root, "proc/sys/kernel/random/boot_id")) ?? "";
}

/** Takes systemd's request back. Throws when the firmware does not let go of it. */
export function clearVariables(root: string): void {
  const variables = variablesIn(root);
  for (const name of [OLD_VARIABLE, REQUEST_VARIABLE]) variables.remove(name);
}

function variablesIn(root: string): EfiVariables {
  return new EfiVariables(join(root, EFIVARS), SYSTEMD_VENDOR);
}

function textOf(variables: EfiVariables, name: string): string | null {
  try {
    const found = variables.read(name);
    return found === null ? null : decodeEfiText(found.data, name);
  } catch {
    // What cannot be read is no request.
    return null;
  }
}

/** The system that this initramfs belongs to; null where it does not say. */
function systemIn(root: string): SystemIdentity | null {
  const text =
    textIn(join(root, "etc/initrd-release")) ??
    textIn(join(root, "etc/os-release")) ??
    textIn(join(root, "usr/lib/os-release"));
  if (text === null) return null;
  const values = parseOsRelease(text);
  return { id: values.get("ID") ?? null, imageId: values.get("IMAGE_ID") ?? null };
}

function textIn(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}
