import { HoldfastError } from "../domain/errors.ts";
import { type Expression, fieldOf, parseExpression, textOf } from "./s-expression.ts";

/** What Guix writes beside a system for its boot loader (guix: gnu/system.scm, operating-system-boot-parameters-file). */
export interface GuixParameters {
  readonly label: string;
  /** What the boot loader starts; null where one of its parts is missing, or of a kind that is not known. */
  readonly start: GuixStart | null;
}

/** Kernel, initramfs and words of a system. */
export interface GuixStart {
  readonly kernel: string;
  readonly initrd: string;
  /** A device, a UUID or a label, as the word root= of its own initramfs takes it. */
  readonly root: string;
  readonly words: readonly string[];
}

/** Parses the file `parameters`, one list `(boot-parameters (version …) (label "…") …)`; throws `badStore`. */
export function parseGuixParameters(text: string, where: string): GuixParameters {
  if (!/^\s*(?:;[^\n]*\n\s*)*\(boot-parameters[\s(]/.test(text)) {
    throw new HoldfastError("badStore", `${where}: it does not begin with (boot-parameters`);
  }
  const list = parseExpression(text, where);
  const label = textOf(fieldOf(list, "label"));
  if (label === null) throw new HoldfastError("badStore", `${where}: there is no (label "…")`);
  return { label, start: startOf(list) };
}

function startOf(list: Expression): GuixStart | null {
  const [kernel, initrd] = [textOf(fieldOf(list, "kernel")), pathOf(fieldOf(list, "initrd"))];
  const root = rootOf(fieldOf(list, "root-device"));
  const written = fieldOf(list, "kernel-arguments") ?? [];
  const words = Array.isArray(written) ? written.map((word: Expression) => textOf(word)) : [null];
  if (kernel === null || initrd === null || root === null) return null;
  return words.every((word) => word !== null) ? { kernel, initrd, root, words } : null;
}

/** A text, or `(string-append "…" "…")` as older versions wrote it. */
function pathOf(expression: Expression | null): string | null {
  if (!Array.isArray(expression)) return textOf(expression);
  const [name, ...parts] = expression;
  const texts = parts.map((part: Expression) => textOf(part));
  return name === "string-append" && texts.every((part) => part !== null) ? texts.join("") : null;
}

/** A text, `(file-system-label "…")`, or `(uuid TYPE #vu8(…))` of sixteen bytes. */
function rootOf(expression: Expression | null): string | null {
  if (!Array.isArray(expression)) return textOf(expression);
  const [name, ...rest] = expression;
  if (name === "file-system-label") return textOf(rest[0] ?? null);
  const bytes = name === "uuid" ? rest.at(-1) : null;
  if (!Array.isArray(bytes) || bytes.length !== 16) return null;
  const digits = bytes.map((byte: Expression) => Number(byte).toString(16).padStart(2, "0")).join("");
  return /^[0-9a-f]{32}$/.test(digits)
    ? digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")
    : null;
}
