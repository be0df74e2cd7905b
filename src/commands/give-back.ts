import { messageOf } from "../domain/errors.ts";
import type { Console } from "../session/console.ts";

/** Far more than the last frame and the last words on a slow line take. */
const CLOSE_MS = 2000;

/** Closes a console, for so long as a console may take: the boot waits for it. */
export async function giveBack(console: Console, log: (line: string) => void): Promise<void> {
  const { promise: tooLong, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it takes more than ${CLOSE_MS} ms`)), CLOSE_MS);
  try {
    await Promise.race([console.close(), tooLong]);
  } catch (error) {
    log(`${console.name} did not close: ${messageOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}
