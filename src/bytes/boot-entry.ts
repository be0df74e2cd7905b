/** What an entry says about itself, from a type 1 file or from the sections of a UKI. */
export interface EntryContent {
  readonly title: string | null;
  readonly version: string | null;
  readonly sortKey: string | null;
  readonly machineId: string | null;
  readonly architecture: string | null;
  /** The kernel command line. */
  readonly options: string;
  /** Path of what is started, from the root of the partition; null where the entry names none. */
  readonly image: string | null;
  readonly initrds: readonly string[];
}

const SINGLE = new Set(["title", "version", "sort-key", "machine-id", "architecture", "linux", "efi", "uki"]);

/**
 * Parses a type 1 entry (Boot Loader Specification): lines `key value`, comments with "#". Of a key that
 * may stand once the last one counts; `options` are joined, `initrd` repeats; unknown keys are left out.
 */
export function parseBootEntry(text: string): EntryContent {
  const values = new Map<string, string>();
  const options: string[] = [];
  const initrds: string[] = [];
  for (const [key, value] of settings(text)) {
    if (key === "options") options.push(value);
    else if (key === "initrd") initrds.push(value);
    else if (SINGLE.has(key)) values.set(key, value);
  }
  const value = (key: string) => values.get(key) ?? null;
  return {
    title: value("title"),
    version: value("version"),
    sortKey: value("sort-key"),
    machineId: value("machine-id")?.toLowerCase() ?? null,
    architecture: value("architecture"),
    options: options.join(" "),
    image: value("linux") ?? value("efi") ?? value("uki"),
    initrds,
  };
}

/** Which entry loader.conf asks for, as patterns. */
export interface LoaderConf {
  readonly default: string | null;
  readonly preferred: string | null;
}

/** Parses loader/loader.conf as far as the choice of an entry depends on it. */
export function parseLoaderConf(text: string): LoaderConf {
  const values = new Map(settings(text));
  return { default: values.get("default") ?? null, preferred: values.get("preferred") ?? null };
}

function settings(text: string): [string, string][] {
  return text.split(/[\n\r\0]/).flatMap((line): [string, string][] => {
    const match = /^\s*([^\s#]\S*)\s+(\S.*?)\s*$/.exec(line);
    return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]]];
  });
}
