/**
 * Splits the name of a disk inside a partition, such as "/dev/vda#3": the content of partition 3 of /dev/vda.
 * Null for any other path.
 */
export function splitNested(path: string): { readonly outer: string; readonly number: number } | null {
  const [, outer, number] = /^(.+)#(\d+)$/.exec(path) ?? [];
  return outer === undefined ? null : { outer, number: Number(number) };
}

/** The name of the disk that partition `number` of a disk holds. */
export function nestedName(outer: string, number: number): string {
  return `${outer}#${number}`;
}
