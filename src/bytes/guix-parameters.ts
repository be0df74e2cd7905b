import { HoldfastError } from "../domain/errors.ts";

/** What Guix writes beside a system for its boot loader (guix: gnu/system.scm, operating-system-boot-parameters-file). */
export interface GuixParameters {
  readonly label: string;
}

/** Parses the file `parameters`, one list `(boot-parameters (version …) (label "…") …)`; throws `badStore`. */
export function parseGuixParameters(text: string, where: string): GuixParameters {
  if (!/^\s*(?:;[^\n]*\n\s*)*\(boot-parameters[\s(]/.test(text)) {
    throw new HoldfastError("badStore", `${where}: it does not begin with (boot-parameters`);
  }
  const label = /\(label\s+"((?:[^"\\]|\\.)*)"\s*\)/s.exec(text)?.[1];
  if (label === undefined) throw new HoldfastError("badStore", `${where}: there is no (label "…")`);
  return { label: label.replace(/\\(.)/gs, "$1") };
}
