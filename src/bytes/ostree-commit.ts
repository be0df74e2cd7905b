import { HoldfastError } from "../domain/errors.ts";
import { decodeVariant, lookup, type Value } from "./gvariant.ts";
import type { Package } from "./package-lists.ts";

/** What an OSTree commit says about itself; null for what it does not say. */
export interface OstreeCommit {
  readonly version: string | null;
  /** Seconds since 1970, UTC. */
  readonly time: number | null;
  readonly subject: string | null;
  /** Lower-case hex of the commit that it was made upon. */
  readonly parent: string | null;
  /** The rpm packages of its tree, as rpm-ostree notes them. */
  readonly packages: readonly Package[] | null;
}

/**
 * Metadata, parent, related commits, subject, body, time, root tree and its metadata
 * (ostree: src/libostree/ostree-core.h, OSTREE_COMMIT_GVARIANT_STRING).
 */
const TYPE = "(a{sv}aya(say)sstayay)";

/** Decodes a file `repo/objects/XX/….commit`; throws `badStore`. Its name is the SHA-256 of its bytes. */
export function decodeOstreeCommit(bytes: Buffer, where: string): OstreeCommit {
  const members = decodeVariant(TYPE, bytes, where);
  if (!Array.isArray(members)) throw new HoldfastError("badStore", `${where}: it is no commit`);
  const [metadata, parent, , subject, , time] = members;
  const version = lookup(metadata, "version");
  return {
    version: typeof version === "string" && version !== "" ? version : null,
    time: typeof time === "bigint" ? timeOf(time) : null,
    subject: typeof subject === "string" && subject !== "" ? subject : null,
    parent: parent instanceof Buffer && parent.length > 0 ? parent.toString("hex") : null,
    packages: packagesOf(lookup(metadata, "rpmostree.rpmdb.pkglist")),
  };
}

/**
 * Name, epoch, version, release and architecture of each (rpm-ostree: rpmostree_create_rpmdb_pkglist_variant); null
 * where there is no such list, or where one of them is something else.
 */
function packagesOf(list: Value): readonly Package[] | null {
  if (!Array.isArray(list) || list.length === 0) return null;
  const packages = list.map((each: Value) => packageOf(each));
  return packages.every((each) => each !== null) ? packages : null;
}

function packageOf(fields: Value): Package | null {
  if (!Array.isArray(fields) || !fields.every((field) => typeof field === "string")) return null;
  const [name, epoch, version, release, architecture] = fields;
  if (!name || !version || !release || !architecture) return null;
  const prefix = epoch === "0" || epoch === "" ? "" : `${epoch}:`;
  return { name, version: `${prefix}${version}-${release}`, architecture };
}

/** Past the last second that a date of four digits can name, a time is not one. */
const END_OF_YEAR_9999 = 253_402_300_799n;

/** The time is the one number that is stored big-endian. Zero is how builders say that they give none. */
function timeOf(stored: bigint): number | null {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(stored);
  const time = bytes.readBigUInt64BE();
  return time === 0n || time > END_OF_YEAR_9999 ? null : Number(time);
}
