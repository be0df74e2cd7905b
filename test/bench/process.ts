import { spawn } from "node:child_process";
import { median } from "./figure.ts";

/** A program to time: until it ends, or until its stderr has `until`. */
export interface Timed {
  readonly command: string;
  readonly args: readonly string[];
  readonly until?: string;
}

/** Milliseconds from spawn to the end, or to the awaited words. */
function timeOnce({ command, args, until }: Timed): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: process.env.PATH },
    });
    let said = "";
    let seen: number | null = null;
    child.stderr.on("data", (bytes: Buffer) => {
      said += bytes.toString();
      if (until === undefined || seen !== null || !said.includes(until)) return;
      seen = performance.now() - start;
      child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("exit", () => {
      const ended = performance.now() - start;
      if (until === undefined) resolve(ended);
      else if (seen === null) reject(new Error(`${command} ended without "${until}": ${said}`));
      else resolve(seen);
    });
  });
}

/** Medians of several programs, run in turn so that a machine that slows down slows all of them. */
export async function timeInTurn(programs: readonly Timed[], rounds: number): Promise<number[]> {
  const times = programs.map((): number[] => []);
  for (let round = -2; round < rounds; round += 1)
    for (const [at, program] of programs.entries()) {
      const time = await timeOnce(program);
      // The first two rounds only warm the page cache.
      if (round >= 0) times[at]?.push(time);
    }
  return times.map(median);
}
