import { HoldfastError } from "../domain/errors.ts";

export interface ScriptOptions {
  /** After this long the script and everything that it started is killed. */
  readonly timeoutMs: number;
  /** Environment besides PATH and LC_ALL. */
  readonly env: Readonly<Record<string, string>>;
  /** What it reads from its stdin, such as a passphrase; nothing when missing. */
  readonly input?: Uint8Array | null;
  /** Keeps the end of a long output instead of taking it for a script gone wild. */
  readonly talkative?: boolean;
}

export interface ScriptEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** More than any answer of a protocol with one line; keeps a script gone wild from filling the memory. */
const MAX_OUTPUT = 64 << 10;
const PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Runs an integrator's script or a tool without a shell, in a clean environment. Throws `system`
 * when it cannot be started, is killed, prints too much or takes too long; any exit code is an answer.
 */
export async function runScript(
  path: string,
  words: readonly string[],
  { timeoutMs, env, input = null, talkative = false }: ScriptOptions,
): Promise<ScriptEnd> {
  const { spawn } = await import("node:child_process");
  const what = [path, ...words].join(" ");
  return new Promise((resolve, reject) => {
    const child = spawn(path, words, {
      env: { PATH, LC_ALL: "C", ...env },
      stdio: "pipe",
      // A group of its own, so that what it started can be killed with it.
      detached: true,
    });
    const output = { stdout: "", stderr: "" };
    const fail = (why: string, cause?: unknown) => {
      clearTimeout(timer);
      if (child.pid !== undefined) killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      reject(new HoldfastError("system", `${what} ${why}`, { cause }));
    };
    const timer = setTimeout(() => fail(`gave no answer in ${timeoutMs / 1000} s`), timeoutMs);
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
        if (output[name].length <= MAX_OUTPUT) return;
        if (talkative) output[name] = output[name].slice(-MAX_OUTPUT / 2);
        else fail("printed more than one answer");
      });
    }
    // One that ends without reading it says by its exit code why.
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    child.on("error", (cause: NodeJS.ErrnoException) => fail(`could not be started: ${cause.code}`, cause));
    child.on("close", (code, signal) => {
      if (code === null) return fail(`was ended by ${signal}`);
      clearTimeout(timer);
      resolve({ code, ...output });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
