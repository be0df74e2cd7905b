import { setFlagsFromString } from "node:v8";

/**
 * From here on V8's last and largest compiler rests. A menu waits for people: it holds 6 of 114 MB after thousands
 * of frames and draws them no faster (without the one before it, too, they take a quarter longer). Not before the
 * last pack of the program is loaded: a code cache is only taken with the flags that it was made with.
 */
export function keepLean(): void {
  setFlagsFromString("--no-opt");
}
