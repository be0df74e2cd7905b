import { waitAfter } from "../domain/state-report.ts";
import { entryView, erase, moveKey, openTyping, pressKey, type Typing, type } from "../menu/entry.ts";
import { plural, speaking, type TextKey, text } from "../menu/texts.ts";
import type { Intent, Message, View } from "../menu/view.ts";

/**
 * What a console may do: everything, everything after its PIN, look on and start a system but change nothing, or
 * only look on.
 */
export type Trust = "full" | "pin" | "strict" | "read-only";

/** Without a sign of a person for this long the PIN is asked for again. */
const LOCK_AFTER_MS = 5 * 60_000;

export interface GateParts {
  readonly trust: Trust;
  /** Whether a PIN is the one of this device's consoles. */
  verify(pin: string): Promise<boolean>;
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** What the console shows changed. */
  onChange(): void;
  log(line: string): void;
}

/**
 * Stands between one console and the menu: what a console that is not trusted asks for is kept back, and only
 * that console is told so. The other consoles do not notice.
 */
export class Gate {
  readonly #console: string;
  readonly #parts: GateParts;
  #typing: Typing | null = null;
  #notice: (() => Message) | null = null;
  #openUntil = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #waitUntil = Number.NEGATIVE_INFINITY;
  #isChecking = false;

  constructor(console: string, parts: GateParts) {
    this.#console = console;
    this.#parts = parts;
  }

  /** Whether an intent reaches the menu. */
  pass(intent: Intent): boolean {
    const { trust, now } = this.#parts;
    // What it may not change is the session's to know.
    if (trust === "full" || trust === "strict") return true;
    if (trust === "read-only") return this.#keep(say("info", "trust.read-only"));
    if (now() < this.#openUntil) {
      this.#openUntil = now() + LOCK_AFTER_MS;
      if (this.#notice !== null) this.#tell(null);
      return true;
    }
    return this.#typing === null ? this.#ask(intent) : this.#typed(this.#typing, intent);
  }

  /** What this console shows of a view. */
  seen(view: View): View {
    const [typing, notice] = [this.#typing, this.#notice];
    if (typing === null && notice === null) return view;
    return speaking(view.display.locale, () => ({
      ...view,
      entry: typing === null ? view.entry : entryView(typing, "", this.#console),
      notice: notice === null ? view.notice : notice(),
    }));
  }

  #keep(notice: (() => Message) | null): false {
    this.#tell(notice);
    return false;
  }

  #tell(notice: (() => Message) | null): void {
    this.#notice = notice;
    this.#parts.onChange();
  }

  /** Moving tells what is missing; choosing asks for it. */
  #ask(intent: Intent): false {
    const isChoice = intent.kind === "choose" || intent.kind === "choose-item";
    if (!isChoice) return this.#keep(say("info", "trust.locked"));
    const wait = this.#waitUntil - this.#parts.now();
    if (wait > 0) return this.#keep(() => waitNotice(wait));
    this.#typing = openTyping({ kind: "pin", purpose: { kind: "console-pin" }, from: this.#console });
    return this.#keep(null);
  }

  #typed(typing: Typing, intent: Intent): false {
    const next = stepOf(typing, intent);
    if (next === "submit") {
      if (!this.#isChecking) void this.#check(typing.typed);
      return false;
    }
    this.#typing = next === "cancel" ? null : next;
    return this.#keep(null);
  }

  async #check(pin: string): Promise<void> {
    this.#isChecking = true;
    this.#typing = null;
    const { verify, now, log } = this.#parts;
    const isRight = await verify(pin).catch(() => false);
    this.#isChecking = false;
    if (isRight) {
      this.#failures = 0;
      this.#openUntil = now() + LOCK_AFTER_MS;
      log(`${this.#console}: the PIN was right`);
      this.#tell(say("good", "trust.open"));
      return;
    }
    this.#failures++;
    this.#waitUntil = now() + waitAfter(this.#failures) * 1000;
    log(`${this.#console}: the PIN was wrong (${this.#failures})`);
    this.#tell(say("danger", "trust.wrong"));
  }
}

function say(tone: Message["tone"], key: TextKey): () => Message {
  return () => ({ tone, text: text(key) });
}

function waitNotice(ms: number): Message {
  return { tone: "warning", text: plural("trust.wait", Math.ceil(ms / 1000)) };
}

/** What an intent does to the PIN that is being typed. */
function stepOf(typing: Typing, intent: Intent): Typing | "submit" | "cancel" {
  switch (intent.kind) {
    case "type":
      return type(typing, intent.text);
    case "erase":
      return erase(typing);
    case "next":
      return moveKey(typing, 1);
    case "previous":
      return moveKey(typing, -1);
    case "submit":
      return "submit";
    case "back":
      return "cancel";
    case "choose":
      return pressKey(typing, typing.focus);
    case "choose-item":
      return pressKey(typing, intent.key);
    default:
      return typing;
  }
}
