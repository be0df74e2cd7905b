import { isDeepStrictEqual } from "node:util";
import { text } from "../menu/texts.ts";
import type { Intent, View, ViewItem } from "../menu/view.ts";
import { chooseNumber } from "./full-keys.ts";
import type { KeyEvent } from "./keys.ts";
import type { Screen } from "./screen.ts";
import { ascii, healthOf, restOf, toned } from "./words.ts";

/** Longest input that makes sense; more is noise. */
const MAX_TYPED = 8;

/** What a move or a second of the countdown changes is no reason to print again. */
function essence(view: View): unknown {
  const { focus: _, countdown: __, notice: ___, hint: ____, ...rest } = view;
  return rest;
}

function itemLine(item: ViewItem, index: number): string {
  const card = item.card === null ? [] : [[healthOf(item.card), ...restOf(item.card)].join(", ")];
  const detail = item.detail === null ? [] : [item.detail];
  const about = [...card, ...detail].join(". ");
  const lead = `${String(index + 1).padStart(2)}. ${item.label}`;
  if (!item.enabled) return `${lead} (${text("terminal.line.not-available")}${about && `: ${about}`})`;
  return about === "" ? lead : `${lead}: ${about}`;
}

/** The whole of a view as plain lines: banner, facts, numbered choices. */
function plainLines(view: View): string[] {
  return [
    "",
    `== ${view.title} ==`,
    ...(view.banner === null ? [] : [toned(view.banner)]),
    ...view.facts.map(({ label, value }) => `   ${label}: ${value}`),
    ...view.items.map(itemLine),
    ...(view.notice === null ? [] : [toned(view.notice)]),
    ...(view.countdown === null ? [] : [view.countdown]),
    text("terminal.line.hint"),
  ].map(ascii);
}

/**
 * The menu for terminals of which nothing is known, for log captures and for screen readers: numbered
 * choices, a line to type in, no escape sequence at all.
 */
export class LineMode implements Screen {
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
    if (before === null || !isDeepStrictEqual(essence(before), essence(view))) {
      this.#print(plainLines(view));
      return;
    }
    const news: string[] = [];
    if (view.notice !== null && !isDeepStrictEqual(view.notice, before.notice)) news.push(toned(view.notice));
    if (view.countdown !== null && before.countdown === null) news.push(view.countdown);
    if (news.length > 0) this.#print(news.map(ascii));
  }

  key(event: KeyEvent): Intent | null {
    if (event.kind === "enter") return this.#enter();
    if (event.kind === "escape") return this.#back();
    if (event.kind === "backspace") return this.#erase();
    if (event.kind === "char") return this.#type(event.char);
    return null;
  }

  repaint(): void {
    this.#typed = "";
    if (this.#view !== null) this.#print(plainLines(this.#view));
  }

  close(): string {
    this.#lacksPrompt = false;
    return "\n";
  }

  #type(char: string): Intent | null {
    if (this.#typed === "" && char === "b") return this.#back();
    if (this.#typed === "" && char === "r") this.repaint();
    else if (this.#typed === "" && char === "?") this.#print([ascii(text("terminal.line.help"))]);
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
    this.#print(typed === "" ? [] : [text("terminal.line.unknown", { typed })]);
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

  /** Lines, and the prompt with what was typed already. */
  #print(lines: readonly string[]): void {
    this.#lacksPrompt = false;
    const printed = lines.map((line) => `${line}\n`).join("");
    this.#send(`\n${printed}${text("terminal.line.prompt")}${this.#typed}`);
  }
}
