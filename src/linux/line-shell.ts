import { type ChildProcess, spawn } from "node:child_process";

/**
 * A shell without a login on a serial line, again and again until the line is hung up. The outer shell leads a
 * session of its own, so that the line becomes its terminal and a hang-up ends it.
 */
const SCRIPT = `exec <"$1" >"$1" 2>&1
stty sane
while :; do
	sh -l
	sleep 1
done`;

/** A shell on one terminal line such as "/dev/ttyGS1", for as long as it is wanted. */
export class LineShell {
  readonly #line: string;
  #child: ChildProcess | null = null;
  #ended = false;

  constructor(line: string) {
    this.#line = line;
    this.#start();
  }

  /** Ends the shell and what it started, which closes the line. */
  end(): void {
    this.#ended = true;
    if (this.#child?.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  #start(): void {
    const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", TERM: "vt102" };
    const child = spawn("sh", ["-c", SCRIPT, "sh", this.#line], { env, stdio: "ignore", detached: true });
    this.#child = child;
    // The line is hung up whenever the port offers something else; the shell comes back with it.
    const again = () => {
      if (!this.#ended) setTimeout(() => this.#ended || this.#start(), 1000).unref();
    };
    child.on("error", again);
    child.on("exit", again);
    child.unref();
  }
}
