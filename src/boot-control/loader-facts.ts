import { decodeEfiText, EFI_PERSISTENT, encodeEfiText } from "../bytes/efi-variable.ts";
import { HoldfastError, orProblem } from "../domain/errors.ts";
import type { EfiVariables } from "../linux/efivars.ts";

/** Bits of LoaderFeatures (systemd, docs/BOOT_LOADER_INTERFACE.md). */
export const LoaderFeature = {
  default: 1n << 2n,
  oneShot: 1n << 3n,
  bootCounting: 1n << 4n,
  preferred: 1n << 19n,
} as const;

/** Variables that an operating system may set; values are ids or patterns of them. */
export type WishName = "LoaderEntryDefault" | "LoaderEntryOneShot" | "LoaderEntryPreferred";
export const WISHES: readonly WishName[] = [
  "LoaderEntryDefault",
  "LoaderEntryOneShot",
  "LoaderEntryPreferred",
];

/** Everything that the loader and its variables say in this boot; null where a variable is missing. */
export interface LoaderFacts {
  /** Whether there are EFI variables at all. */
  readonly available: boolean;
  /** 0 when the loader does not say. */
  readonly features: bigint;
  /** Name and version, such as "systemd-boot 252.39". */
  readonly info: string | null;
  readonly wishes: Readonly<Record<WishName, string | null>>;
  readonly lastBooted: string | null;
  /** Id of the entry that was started. */
  readonly selected: string | null;
  /** Path of the entry after the loader counted; only set for an entry with a counter. */
  readonly bootCountPath: string | null;
  /** Path of the unified kernel image that was started, where its stub says so. */
  readonly stubImage: string | null;
  /** PARTUUID of the ESP that the loader came from, in lower case. */
  readonly espPartuuid: string | null;
  /** Sentences about variables that could not be read. */
  readonly problems: readonly string[];
}

/** Reads the loader's variables; a damaged one is a problem and counts as missing. */
export function readLoaderFacts(variables: EfiVariables): LoaderFacts {
  const problems: string[] = [];
  const text = (name: string) => orProblem(problems, () => readText(variables, name));
  const info = text("LoaderInfo");
  return {
    available: variables.available,
    features: orProblem(problems, () => readFeatures(variables)) ?? 0n,
    info,
    wishes: {
      LoaderEntryDefault: text("LoaderEntryDefault"),
      LoaderEntryOneShot: text("LoaderEntryOneShot"),
      LoaderEntryPreferred: text("LoaderEntryPreferred"),
    },
    lastBooted: text("LoaderEntryLastBooted"),
    selected: text("LoaderEntrySelected"),
    bootCountPath: text("LoaderBootCountPath"),
    // Under a loader, LoaderImageIdentifier names the loader and not the image that it started.
    stubImage: text("StubImageIdentifier") ?? (info === null ? text("LoaderImageIdentifier") : null),
    espPartuuid: text("LoaderDevicePartUUID")?.toLowerCase() ?? null,
    problems,
  };
}

/** Sets a variable for the loader's next start. */
export function writeWish(variables: EfiVariables, name: WishName, value: string): void {
  variables.write(name, { attributes: EFI_PERSISTENT, data: encodeEfiText(value) });
}

function readText(variables: EfiVariables, name: string): string | null {
  const variable = variables.read(name);
  return variable === null ? null : decodeEfiText(variable.data, name);
}

function readFeatures(variables: EfiVariables): bigint {
  const data = variables.read("LoaderFeatures")?.data;
  if (data === undefined) return 0n;
  if (data.length === 8) return data.readBigUInt64LE();
  throw new HoldfastError("badStore", `LoaderFeatures has ${data.length} bytes, 8 would be right`);
}
