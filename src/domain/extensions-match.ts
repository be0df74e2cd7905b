import type { Extension } from "./extensions.ts";

/** Values of an os-release or extension-release file, by name. */
export type ReleaseValues = ReadonlyMap<string, string>;

/** What an extension is compared with. */
export interface ExtensionHost {
  /** os-release of the slot. */
  readonly release: ReleaseValues;
  /** As systemd names it, such as "x86-64" or "arm64". */
  readonly architecture: string;
}

interface Terms {
  readonly level: string;
  readonly scope: string;
}

const TERMS: Readonly<Record<Extension["kind"], Terms>> = {
  sysext: { level: "SYSEXT_LEVEL", scope: "SYSEXT_SCOPE" },
  confext: { level: "CONFEXT_LEVEL", scope: "CONFEXT_SCOPE" },
};
/** Where an extension without a scope of its own may be used. */
const ANYWHERE_BUT_INITRD = "system portable";

/**
 * Why an extension does not fit a system, as a sentence for people; null when it does (UAPI.4, as
 * systemd-sysext 252 reads it): scope and architecture first, then ID, then the level where both have one,
 * else VERSION_ID. A system without any version, as a rolling one, takes every extension of its ID.
 * `release` is the extension's extension-release.
 */
export function mismatchOf(
  kind: Extension["kind"],
  release: ReleaseValues,
  host: ExtensionHost,
): string | null {
  const terms = TERMS[kind];
  const scope = release.get(terms.scope) ?? ANYWHERE_BUT_INITRD;
  if (!scope.split(/\s+/).includes("system")) return `It is made for "${scope}", not for a running system.`;
  const architecture = release.get("ARCHITECTURE") ?? "_any";
  if (architecture !== "_any" && architecture !== host.architecture) {
    return `It is made for ${architecture}, this device is ${host.architecture}.`;
  }
  const id = release.get("ID");
  if (!id) return "It does not say which system it is made for (there is no ID in its extension-release).";
  if (id === "_any") return null;
  const hostId = host.release.get("ID") ?? "linux";
  if (id !== hostId) return `It is made for ${id}, this system is ${hostId}.`;
  return versionMismatch(release, host.release, terms.level);
}

function versionMismatch(release: ReleaseValues, host: ReleaseValues, level: string): string | null {
  const [version, hostVersion] = [release.get("VERSION_ID"), host.get("VERSION_ID")];
  const [own, wanted] = [release.get(level), host.get(level)];
  if (!hostVersion && !wanted) return null;
  if (own && wanted) {
    return own === wanted ? null : `It is made for level ${own}, this system has level ${wanted}.`;
  }
  if (!version) return "It does not say which version of the system it is made for.";
  if (version === hostVersion) return null;
  return `It is made for version ${version}, this system is version ${hostVersion ?? "unknown"}.`;
}

/** systemd's names of Node's architectures. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: "x86-64",
  arm64: "arm64",
  arm: "arm",
  ia32: "x86",
  riscv64: "riscv64",
  loong64: "loongarch64",
  ppc64: "ppc64-le",
  s390x: "s390x",
};

/** An architecture of Node, such as "x64", by systemd's name. */
export function systemdArchitecture(node: string): string {
  return ARCHITECTURES[node] ?? node;
}
