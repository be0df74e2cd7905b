import packageJson from "../../package.json" with { type: "json" };
import { messageOf } from "../domain/errors.ts";
import type { ResetProgress } from "../domain/reset.ts";
import { resetLines } from "../domain/reset-lines.ts";
import { kernelRelease } from "../linux/kernel.ts";
import { print } from "../linux/output.ts";
import { feedWatchdogs, type Watchdogs } from "../linux/watchdog.ts";
import type { Console } from "../session/console.ts";
import { historyDirOf } from "./boot-state.ts";
import { configurationFor } from "./configuration.ts";
import { giveBack } from "./give-back.ts";
import { openMenuLog } from "./menu-log.ts";
import type { GlobalOptions } from "./options.ts";

/** A line on standard output for each step, which the supervisor shows on every console. */
export function lineTeller(): (progress: ResetProgress) => void {
  const lineOf = resetLines(() => performance.now());
  return (progress) => {
    const line = lineOf(progress);
    if (line !== null) print(`${line}\n`);
  };
}

/** What people see of a reset that a boot carries out: lines, and the panel's screen from its first step on. */
export class ResetScreen {
  readonly #options: GlobalOptions;
  readonly #log: (line: string) => void;
  readonly #tellLine = lineTeller();
  #opening: Promise<void> | null = null;
  #panel: Console | null = null;
  /** A reset may take longer than a watchdog waits. */
  #watchdogs: Watchdogs | null = null;
  #progress: ResetProgress | null = null;
  #show: () => void = () => {};

  constructor(options: GlobalOptions) {
    this.#options = options;
    this.#log = openMenuLog(options);
  }

  tell(progress: ResetProgress): void {
    this.#tellLine(progress);
    this.#progress = progress;
    this.#opening ??= this.#open();
    this.#show();
  }

  /** Gives the panel back; does nothing where no step was told. */
  async close(): Promise<void> {
    await this.#opening;
    if (this.#panel !== null) await giveBack(this.#panel, this.#log);
    this.#watchdogs?.close();
  }

  /** Without a panel, or with one that fails, the lines are all there is: the reset goes on. */
  async #open(): Promise<void> {
    try {
      const { openConsoles } = await import("./menu-consoles.ts");
      const { displayFor } = await import("./menu-display.ts");
      const { resetView } = await import("../menu/reset-view.ts");
      const { config, commandLine } = configurationFor(this.#options, { tolerant: true });
      if (this.#options.root === "/") this.#watchdogs = feedWatchdogs(config.menu.watchdog, this.#log);
      const display = displayFor(config, commandLine, historyDirOf(this.#options));
      const footer = `Holdfast ${packageJson.version} · Linux ${kernelRelease()}`;
      const console = { ...config.console, serial: [], script: [] };
      const host = {
        config: { ...config, console },
        commandLine,
        gadgetLine: null,
        log: this.#log,
        onIntent() {},
        onLeftOut: (name: string, error: unknown) => this.#log(`${name} is left out: ${messageOf(error)}`),
      };
      await openConsoles(host, (panel) => {
        this.#panel = panel;
        this.#show = () => panel.show(resetView(this.#progress, { display, footer }));
        this.#show();
      });
    } catch (error) {
      this.#log(`the reset has no screen: ${messageOf(error)}`);
    }
  }
}
