import { readFileSync, writeFileSync } from "node:fs";

/** What a driver says in a file, without the white space around it; empty where it does not answer, as one of a sleeping part. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "";
  }
}

/** Sets what nothing depends on, such as a light: a driver that does not let itself be set keeps what it has. */
export function setIfPossible(file: string, value: string): void {
  try {
    writeFileSync(file, value);
  } catch {}
}
