/** What SteamOS's chain loader keeps of one image (steamos-efi: bootconf); a value that is not there is null. */
export interface SteamosConf {
  readonly title: string | null;
  readonly comment: string | null;
  /** Digits of a date, YYYYmmDDHHMMSS: the newest of all images starts. */
  readonly requestedAt: string | null;
  /** Starts that were not confirmed. */
  readonly attempts: number | null;
  /** Confirmed starts. */
  readonly count: number | null;
  readonly isInvalid: boolean;
  /** Whether the next start is to take another image. */
  readonly wantsOther: boolean;
}

/** Reads a file SteamOS/conf/NAME.conf: lines of "key: value". Lines of another kind say nothing. */
export function parseSteamosConf(text: string): SteamosConf {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, key, value] = /^\s*([a-z][a-z0-9-]*):\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined && value !== "") values.set(key, value);
  }
  const digits = (key: string, pattern: RegExp) => {
    const value = values.get(key) ?? "";
    return pattern.test(value) ? value : null;
  };
  const number = (key: string) => {
    const value = digits(key, /^\d{1,9}$/);
    return value === null ? null : Number(value);
  };
  return {
    title: values.get("title") ?? null,
    comment: values.get("comment") ?? null,
    requestedAt: digits("boot-requested-at", /^\d{14}$/),
    attempts: number("boot-attempts"),
    count: number("boot-count"),
    isInvalid: (number("image-invalid") ?? 0) !== 0,
    wantsOther: (number("boot-other") ?? 0) !== 0,
  };
}
