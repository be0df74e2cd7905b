import { parseCommandLine } from "../domain/command-line.ts";

/** The root or /usr that a kernel command line asks for: with it a kernel is a slot. */
export interface RootBinding {
  readonly kind: "usrhash" | "roothash" | "mount.usr" | "root";
  /** Lower-case hash of the verity tree, or the device reference as it is written. */
  readonly value: string;
  /** "PARTUUID=…" in lower case, or another device reference; null where the words name no partition. */
  readonly identity: string | null;
  /** Partition of the hash tree, likewise; null without verity. */
  readonly verity: string | null;
  /** Signature of the root hash: a path or "base64:…" (veritytab(5)); null where the words name none. */
  readonly signature: string | null;
  /**
   * Where only /usr is named: the root around it, "tmpfs" or a device reference; null where that is for
   * systemd to find by the type of a partition.
   */
  readonly base: string | null;
}

/**
 * What the words of a command line bind a kernel to. /usr goes before the root: where both are named, the
 * root is the user's data and /usr is the system.
 */
export function bindingOf(commandLine: string): RootBinding | null {
  const words = parseCommandLine(commandLine);
  for (const [kind, tree] of [
    ["usrhash", "usr"],
    ["roothash", "root"],
  ] as const) {
    const hash = words.get(kind)?.toLowerCase();
    if (hash === undefined || !/^[0-9a-f]+$/.test(hash)) continue;
    const halves = hashPartitions(hash);
    const data = words.get(`systemd.verity_${tree}_data`) ?? halves?.data ?? null;
    const verity = words.get(`systemd.verity_${tree}_hash`) ?? halves?.hash ?? null;
    const base = tree === "usr" ? baseOf(words) : null;
    const signature = signatureOf(words.get(`systemd.verity_${tree}_options`));
    return { kind, value: hash, identity: reference(data), verity: reference(verity), signature, base };
  }
  for (const kind of ["mount.usr", "root"] as const) {
    const device = words.get(kind);
    if (device !== undefined && device !== "") {
      const base = kind === "mount.usr" ? baseOf(words) : null;
      return { kind, value: device, identity: reference(device), verity: null, signature: null, base };
    }
  }
  return null;
}

const SIGNATURE_OPTION = "root-hash-signature=";

function signatureOf(options = ""): string | null {
  const option = options.split(",").find((each) => each.startsWith(SIGNATURE_OPTION));
  return option?.slice(SIGNATURE_OPTION.length) ?? null;
}

/** What systemd takes for the root partition of the boot disk, and what it calls that once it is decrypted. */
const FOUND_BY_TYPE = new Set(["", "gpt-auto", "/dev/mapper/root"]);

/** The root around a /usr (systemd.volatile(7), systemd-fstab-generator(8)). */
function baseOf(words: ReadonlyMap<string, string>): string | null {
  const volatile = words.get("systemd.volatile");
  if (volatile !== undefined && ["", "yes", "true", "1", "on"].includes(volatile)) return "tmpfs";
  const root = words.get("root") ?? "";
  return FOUND_BY_TYPE.has(root) ? null : reference(root);
}

/**
 * PARTUUIDs that a root hash names (systemd-veritysetup-generator): its first 128 bits are the data
 * partition, its last 128 bits the hash partition. Null for a shorter hash.
 */
export function hashPartitions(hash: string): { readonly data: string; readonly hash: string } | null {
  if (!/^[0-9a-f]{32,}$/i.test(hash)) return null;
  return { data: `PARTUUID=${guid(hash.slice(0, 32))}`, hash: `PARTUUID=${guid(hash.slice(-32))}` };
}

/** Whether two command lines ask for the same system. */
export function sameBinding(a: RootBinding | null, b: RootBinding | null): boolean {
  return a !== null && b !== null && a.kind === b.kind && a.value.toLowerCase() === b.value.toLowerCase();
}

function guid(digits: string): string {
  return digits.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Only PARTUUIDs have no case. */
function reference(device: string | null): string | null {
  const uuid = /^PARTUUID=(.+)$/i.exec(device ?? "")?.[1];
  return uuid === undefined ? device : `PARTUUID=${uuid.toLowerCase()}`;
}
