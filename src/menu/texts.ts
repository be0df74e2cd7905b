import en from "../../assets/locales/en.json" with { type: "json" };

/** Key of a text in assets/locales. */
export type TextKey = keyof typeof en;

/** The text of `key` with every `{name}` replaced by the value of that name. */
export function text(key: TextKey, values: Readonly<Record<string, string | number>> = {}): string {
  return en[key].replace(/\{([a-z]+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** "1 try left", "2 tries left". */
export function triesText(left: number): string {
  if (left === 0) return text("tries.none");
  return left === 1 ? text("tries.one") : text("tries.many", { count: left });
}
