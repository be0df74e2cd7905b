/** One measured thing beside what it is measured against, in the same run. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the value is divided by; null where design §10 names none. */
  readonly reference: { readonly what: string; readonly value: number } | null;
  /** The promise of design §10: a ratio where there is a reference, else a value. */
  readonly promise: string;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function row({ what, value, unit, reference, promise }: Figure): string[] {
  const shown = (number: number) => `${number >= 100 ? number.toFixed(0) : number.toPrecision(3)} ${unit}`;
  const ratio = reference === null ? "" : `${(value / reference.value).toFixed(2)} x`;
  return [
    what,
    shown(value),
    reference === null ? "" : `${reference.what}: ${shown(reference.value)}`,
    ratio,
    promise,
  ];
}

/** A table for people: what, measured, reference, ratio, promise. */
export function table(figures: readonly Figure[]): string {
  const rows = [["what", "measured", "reference", "ratio", "promise"], ...figures.map(row)];
  return aligned(rows);
}

/** Lines whose columns begin at the same place; the first line is the headings. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
