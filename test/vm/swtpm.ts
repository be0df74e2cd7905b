import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { until } from "./until.ts";

/** A TPM 2.0 in software, which keeps its seeds and keys in a folder: for a machine, or for tools of the host. */
export class SoftwareTpm {
  readonly #folder: string;
  #process: ChildProcess | null = null;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(join(folder, "tpm"), { recursive: true });
  }

  /** The socket that QEMU controls it by. It ends with that machine. */
  async forMachine(): Promise<string> {
    const socket = join(this.#folder, "tpm.ctrl");
    await this.#start(["--ctrl", `type=unixio,path=${socket}`, "--terminate"], socket);
    return socket;
  }

  /** Lets `use` work with it by systemd's name of the device. */
  async forHost(use: (device: string) => void): Promise<void> {
    const socket = join(this.#folder, "tpm.host");
    const server = ["--server", `type=unixio,path=${socket}`, "--ctrl", `type=unixio,path=${socket}.ctrl`];
    await this.#start([...server, "--flags", "not-need-init,startup-clear"], socket);
    try {
      use(`swtpm:path=${socket}`);
    } finally {
      this.stop();
    }
  }

  stop(): void {
    this.#process?.kill("SIGKILL");
    this.#process = null;
  }

  async #start(words: readonly string[], socket: string): Promise<void> {
    this.stop();
    execFileSync("rm", ["-f", socket]);
    const state = ["--tpmstate", `dir=${join(this.#folder, "tpm")}`];
    this.#process = spawn("swtpm", ["socket", "--tpm2", ...state, ...words], { stdio: "ignore" });
    await until(() => existsSync(socket), { what: "the TPM", timeout: 10_000, describe: () => socket });
  }
}
