/** One line of /etc/fstab (fstab(5)). */
export interface FstabLine {
  /** What is mounted, such as "UUID=…" or "none". */
  readonly source: string;
  readonly target: string;
  readonly fstype: string;
  readonly options: readonly string[];
}

/** Parses an fstab; comments and lines with fewer than two fields are left out. */
export function parseFstab(text: string): FstabLine[] {
  return text.split("\n").flatMap((line) => {
    const [source, target, fstype = "auto", options = "defaults"] = line
      .trim()
      .split(/[ \t]+/)
      .map(unescaped);
    if (source === undefined || target === undefined || source.startsWith("#") || source === "") return [];
    return [{ source, target, fstype, options: options.split(",") }];
  });
}

/** Blanks in a field are written as octal numbers. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
