import { messageOf } from "../domain/errors.ts";
import { speaking, type TextKey, text } from "../menu/texts.ts";
import type { Intent, View } from "../menu/view.ts";
import type { Console } from "../session/console.ts";
import { type KeyEvent, KeyParser } from "./keys.ts";
import type { Size } from "./line.ts";
import { LineMode } from "./line-mode.ts";
import type { TerminalOptions } from "./open.ts";
import type { Screen } from "./screen.ts";
import { SerialPort } from "./serial-port.ts";
import { SizeProbe } from "./size-probe.ts";
import { Wakefulness } from "./wakefulness.ts";

/** An ESC that nothing follows for this long is the key, also at 9600 baud. */
const ESCAPE_MS = 100;
/** A key after this much silence may come from somebody who just attached another terminal. */
const SILENCE_MS = 30_000;
const DEFAULT_SIZE: Size = { columns: 80, rows: 24 };
/** Terminals that cannot do what ink writes (CNL, CHA). */
const PLAIN = /^(vt100|vt102|vt52|dumb|unknown)$/;

/** The menu on one terminal: picks how to draw, turns keys into intents, and never waits for the line. */
export class Terminal implements Console {
  readonly name: string;
  readonly confirms = "word";
  readonly letters = "latin";
  readonly #options: TerminalOptions;
  readonly #keys = new KeyParser();
  readonly #port: SerialPort;
  readonly #probe: SizeProbe;
  readonly #wakefulness = new Wakefulness();
  #escapeTimer: NodeJS.Timeout | null = null;
  #lastKey = Number.NEGATIVE_INFINITY;
  #screen: Screen | null = null;
  #size: Size | null = null;
  #view: View | null = null;
  #isShown = true;
  #isClosed = false;
  /** A gadget's host echoes until a program opens the port: nothing is written before it spoke. */
  #isSilent: boolean;

  constructor(name: string, options: TerminalOptions) {
    this.name = name;
    this.#options = options;
    this.#isSilent = name.startsWith("ttyGS");
    this.#probe = new SizeProbe((query) => this.#port.write(query));
    this.#port = new SerialPort(options.path, {
      onData: (bytes) => this.#receive(bytes),
      onIdle: () => this.#showLatest(),
      onLost: () => this.#afterLoss(),
      log: options.log,
    });
    if (!this.#isSilent) void this.#choose();
  }

  show(view: View): void {
    this.#view = view;
    this.#isShown = false;
    this.#showLatest();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#escapeTimer !== null) clearTimeout(this.#escapeTimer);
    this.#probe.cancel();
    if (!this.#isShown && this.#view !== null) this.#screen?.show(this.#view);
    await this.#port.close(this.#screen?.close() ?? "");
  }

  /** Only the latest view is ever drawn: those that came while the line was busy are left out. */
  #showLatest(): void {
    if (this.#isShown || this.#view === null || this.#screen === null || this.#isClosed) return;
    if (!this.#port.isIdle) {
      this.#port.wantIdle();
      return;
    }
    this.#isShown = true;
    this.#screen.show(this.#view);
  }

  /** Decides how to draw. Terminals that do not answer get lines until they do. */
  async #choose(): Promise<void> {
    const { mode, term } = this.#options;
    if (mode === "line" || (mode === "auto" && PLAIN.test(term ?? ""))) {
      this.#switchTo(new LineMode((output) => this.#port.write(output)));
      return;
    }
    const size = await this.#probe.ask();
    if (this.#isClosed || this.#screen !== null) return;
    if (size !== null || mode === "full") await this.#drawFull(size ?? DEFAULT_SIZE);
    else this.#switchTo(new LineMode((output) => this.#port.write(output)));
  }

  #switchTo(screen: Screen): void {
    this.#screen?.close();
    this.#screen = screen;
    this.#isShown = false;
    this.#showLatest();
  }

  async #drawFull(size: Size): Promise<void> {
    this.#size = size;
    this.#port.setWindowSize(size);
    try {
      const { InkScreen } = await import("./ink.tsx");
      if (!this.#isClosed) this.#switchTo(new InkScreen(size, (output) => this.#port.write(output)));
    } catch (error) {
      this.#options.log(`full screens do not work, lines are used: ${messageOf(error)}`);
      this.#switchTo(new LineMode((output) => this.#port.write(output)));
    }
  }

  #receive(bytes: Buffer): void {
    if (this.#isSilent) {
      this.#isSilent = false;
      void this.#choose();
      return;
    }
    if (this.#escapeTimer !== null) clearTimeout(this.#escapeTimer);
    const noise = this.#keys.noise;
    const events = this.#keys.feed(bytes);
    if (this.#keys.noise > noise) this.#wakefulness.noisy(performance.now());
    for (const event of events) this.#handle(event);
    if (!this.#keys.isWaiting) return;
    this.#escapeTimer = setTimeout(() => {
      for (const event of this.#keys.flush()) this.#handle(event);
    }, ESCAPE_MS);
  }

  #handle(event: KeyEvent): void {
    if (this.#isClosed) return;
    if (event.kind === "size") {
      this.#onSize({ columns: event.columns, rows: event.rows });
      return;
    }
    this.#askAgainAfterSilence(event);
    if (event.kind === "repaint") this.#screen?.repaint();
    const intent = this.#screen?.key(event) ?? null;
    if (intent !== null) this.#pass(intent);
    else if (event.kind !== "char") this.#wakefulness.sign(performance.now());
  }

  /** Hands an intent on, unless it would choose something and nobody may be there. */
  #pass(intent: Intent): void {
    const now = performance.now();
    const chooses = intent.kind === "choose" || intent.kind === "choose-item" || intent.kind === "submit";
    if (!chooses) {
      this.#wakefulness.sign(now);
      this.#options.onIntent(intent);
      return;
    }
    const verdict = this.#wakefulness.choice(now, this.#screen?.choosesByLines ?? false);
    if (verdict === "taken") this.#options.onIntent(intent);
    else {
      this.#options.log(
        `a key was not taken: ${verdict === "noise" ? "noise on the line" : "after silence"}`,
      );
      this.#say(verdict === "noise" ? "terminal.noise" : "terminal.again");
    }
  }

  /** Tells something on this terminal only, until the next view. */
  #say(key: TextKey): void {
    const view = this.#view;
    if (view === null) return;
    const said = speaking(view.display.locale, () => text(key));
    this.#screen?.show({ ...view, notice: { tone: "info", text: said } });
    this.#isShown = false;
  }

  /** An answer, expected or late: a known terminal may have another size now, an unknown one is known now. */
  #onSize(size: Size): void {
    if (this.#probe.answer(size)) return;
    if (this.#isPlain || (size.columns === this.#size?.columns && size.rows === this.#size.rows)) return;
    void this.#drawFull(size);
  }

  get #isPlain(): boolean {
    const { mode, term } = this.#options;
    return mode === "line" || (mode === "auto" && PLAIN.test(term ?? ""));
  }

  #askAgainAfterSilence(event: KeyEvent): void {
    const now = performance.now();
    const wasSilent = now - this.#lastKey > SILENCE_MS;
    this.#lastKey = now;
    if (wasSilent) this.#screen?.forget?.();
    if (this.#isPlain || this.#screen === null) return;
    if (wasSilent || event.kind === "repaint") this.#probe.send();
  }

  /** Whatever is at the other end now has not seen what was written. */
  #afterLoss(): void {
    if (this.#isSilent || this.#isClosed) return;
    if (this.#screen === null) return;
    if (!this.#isPlain) this.#probe.send();
    this.#screen.repaint();
    this.#showLatest();
  }
}
