import { isDeepStrictEqual } from "node:util";
import { speaking, type TextKey, text, type Values } from "../menu/texts.ts";
import type { Intent, View } from "../menu/view.ts";
import { chooseNumber } from "./full-keys.ts";
import type { KeyEvent } from "./keys.ts";
import { plainLines, progressLine } from "./plain-lines.ts";
import type { Screen } from "./screen.ts";
import { ascii, toned } from "./words.ts";

/** Longest input that makes sense; more is noise. */
const MAX_TYPED = 8;

/** What a move, a second of the countdown or a minute of the clock changes is no reason to print again. */
function essence(view: View): unknown {
  const { focus: _, countdown: __, notice: ___, hint: ____, header: _____, hold: ______, ...rest } = view;
  const entry = view.entry && {
    prompt: view.entry.prompt,
    error: view.entry.error,
    isHere: view.entry.isHere,
  };
  return { ...rest, entry, progress: progressLine(view) };
}

/**
 * The menu for terminals of which nothing is known, for log captures and for screen readers: numbered
 * choices, a line to type in, no escape sequence at all.
 */
export class LineMode implements Screen {
  readonly choosesByLines = true;
  readonly #send: (output: string) => void;
  #view: View | null = null;
  #typed = "";
  #lacksPrompt = false;

  constructor(send: (output: string) => void) {
    this.#send = send;
  }

  show(view: View): void {
    const before = this.#view;
    this.#view = view;
    if (before?.entry?.isHere !== view.entry?.isHere) this.#typed = "";
    if (before === null || !isDeepStrictEqual(essence(before), essence(view))) {
      this.#printAll(view);
      return;
    }
    const news: string[] = [];
    if (view.notice !== null && !isDeepStrictEqual(view.notice, before.notice)) news.push(toned(view.notice));
    if (view.countdown !== null && before.countdown === null) news.push(view.countdown);
    if (news.length > 0) this.#print(news.map(ascii));
  }

  key(event: KeyEvent): Intent | null {
    if (this.#view?.entry?.isHere) return this.#entryKey(event);
    if (event.kind === "enter") return this.#enter();
    if (event.kind === "escape") return this.#back();
    if (event.kind === "backspace") return this.#erase();
    if (event.kind === "char") return this.#type(event.char);
    return null;
  }

  /** What was typed long ago is not completed by a stray Enter. */
  forget(): void {
    if (this.#view?.entry === null) this.#typed = "";
  }

  repaint(): void {
    if (this.#view === null) return;
    if (this.#view.entry === null) this.#typed = "";
    this.#printAll(this.#view);
  }

  close(): string {
    this.#lacksPrompt = false;
    return "\n";
  }

  /** A text that is asked for: of a secret only stars are seen. An empty line gives up. */
  #entryKey(event: KeyEvent): Intent | null {
    const isSecret = this.#view?.entry?.kind !== "word";
    if (event.kind === "char") {
      this.#typed += isSecret ? "*" : event.char;
      this.#send(isSecret ? "*" : event.char);
      return { kind: "type", text: event.char };
    }
    if (event.kind === "backspace") {
      this.#erase();
      return { kind: "erase" };
    }
    const isEmpty = this.#typed === "";
    if (event.kind !== "enter" && event.kind !== "escape") return null;
    this.#typed = "";
    return this.#answer(event.kind === "enter" && !isEmpty ? { kind: "submit" } : { kind: "back" });
  }

  #type(char: string): Intent | null {
    if (this.#typed === "" && char === "b") return this.#back();
    if (this.#typed === "" && char === "r") this.repaint();
    else if (this.#typed === "" && char === "?") this.#print([this.#text("terminal.line.help")]);
    else if (this.#typed.length < MAX_TYPED) {
      this.#typed += char;
      this.#send(char);
    }
    return null;
  }

  #enter(): Intent | null {
    const typed = this.#typed.trim();
    this.#typed = "";
    const intent = this.#view === null ? null : chooseNumber(this.#view, typed);
    if (intent !== null) return this.#answer(intent);
    this.#print(typed === "" ? [] : [this.#text("terminal.line.unknown", { typed })]);
    return null;
  }

  #back(): Intent {
    this.#typed = "";
    return this.#answer({ kind: "back" });
  }

  /** A choice that changes nothing still gets a prompt. */
  #answer(intent: Intent): Intent {
    this.#lacksPrompt = true;
    queueMicrotask(() => {
      if (this.#lacksPrompt) this.#print([]);
    });
    return intent;
  }

  #erase(): null {
    if (this.#typed !== "") this.#send("\b \b");
    this.#typed = this.#typed.slice(0, -1);
    return null;
  }

  #text(key: TextKey, values: Values = {}): string {
    return ascii(speaking(this.#view?.display.locale ?? "en", () => text(key, values)));
  }

  #printAll(view: View): void {
    this.#print(speaking(view.display.locale, () => plainLines(view)));
  }

  /** Lines, and the prompt with what was typed already. */
  #print(lines: readonly string[]): void {
    this.#lacksPrompt = false;
    const printed = lines.map((line) => `${line}\n`).join("");
    const prompt = this.#text(
      this.#view?.entry?.isHere ? "terminal.line.entry-prompt" : "terminal.line.prompt",
    );
    this.#send(`\n${printed}${prompt}${this.#typed}`);
  }
}
