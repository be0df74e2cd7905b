import { HoldfastError } from "../domain/errors.ts";

/** A list, a text in quotes, or any other word as it is written. */
export type Expression = readonly Expression[] | { readonly text: string } | string;

/** As deep as what is read here ever nests, several times over. */
const MAX_DEPTH = 64;
/** White space and comments; brackets; quotes with their escapes; all else up to the next of those. */
const TOKEN = /\s+|;[^\n]*|'|#vu8(?=\()|[()]|"((?:[^"\\]|\\.)*)"|[^\s()"';]+/gsy;

/** Reads the first expression of Scheme's written form; throws `badStore` for what is none. */
export function parseExpression(text: string, where: string): Expression {
  const open: Expression[][] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [token, quoted] = found;
    if (/^[\s;']/.test(token)) continue;
    if (token === "(") {
      if (open.length === MAX_DEPTH) throw new HoldfastError("badStore", `${where}: it is nested too deep`);
      open.push([]);
      continue;
    }
    const whole = token === ")" ? open.pop() : quoted === undefined ? token : { text: unescaped(quoted) };
    if (whole === undefined) throw new HoldfastError("badStore", `${where}: a ")" stands alone`);
    const around = open.at(-1);
    if (around === undefined) return whole;
    around.push(whole);
  }
  throw new HoldfastError("badStore", `${where}: it ends inside an expression`);
}

function unescaped(quoted: string): string {
  return quoted.replace(/\\(.)/gs, "$1");
}

/** The value of a field of `(name (field value) …)`; null where there is none. */
export function fieldOf(list: Expression, field: string): Expression | null {
  if (!Array.isArray(list)) return null;
  const found = list.find(
    (each: Expression) => Array.isArray(each) && each[0] === field && each.length === 2,
  );
  return found === undefined ? null : ((found as readonly Expression[])[1] ?? null);
}

/** A text in quotes; null for anything else. */
export function textOf(expression: Expression | null): string | null {
  return typeof expression === "object" && expression !== null && "text" in expression
    ? expression.text
    : null;
}
