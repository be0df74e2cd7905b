import { inOwnWords } from "./device-words.ts";
import { CHARACTER, keyboard, type Page } from "./keyboard.ts";
import { text } from "./texts.ts";
import type { Entry, EntryKey } from "./view.ts";

/** Longest secret that is taken; LUKS takes 512 bytes. */
const MAX_LENGTH = 512;

/** What a typed text is for. */
export type Purpose =
  /** Confirms the dangerous item of this key on the screen that is seen. */
  | { readonly kind: "confirm"; readonly item: string; readonly word: string }
  | { readonly kind: "unlock-state" }
  | { readonly kind: "turn-on-developer" }
  /** Opens one console; never part of the shared menu. */
  | { readonly kind: "console-pin" };

/** A text entry that is open. Only the console that opened it may type; every one may cancel. */
export interface Typing {
  readonly kind: Entry["kind"];
  readonly purpose: Purpose;
  readonly from: string;
  readonly typed: string;
  readonly page: Page;
  readonly focus: string;
  /** Why the last text was not taken: it was not the word, or what the device said of a secret. */
  readonly error: "wrong-word" | { readonly said: string } | null;
}

export function openTyping(options: Pick<Typing, "kind" | "purpose" | "from">): Typing {
  const typing: Typing = { ...options, typed: "", page: "small", focus: "", error: null };
  return { ...typing, focus: keysOf(typing)[0]?.key ?? "" };
}

function keysOf({ kind, page }: Pick<Typing, "kind" | "page">): EntryKey[] {
  return keyboard(kind, page).flat();
}

/** Characters are taken as they come, but for control characters and what a PIN cannot have. */
export function type(typing: Typing, characters: string): Typing {
  const wanted = [...characters].filter((character) =>
    typing.kind === "pin" ? /\d/.test(character) : !/\p{Cc}/u.test(character),
  );
  const typed = (typing.typed + wanted.join("")).slice(0, MAX_LENGTH);
  return { ...typing, typed, error: null };
}

export function erase(typing: Typing): Typing {
  return { ...typing, typed: [...typing.typed].slice(0, -1).join("") };
}

/** Moves over the keyboard, row by row, from its end to its start and back. */
export function moveKey(typing: Typing, direction: 1 | -1): Typing {
  const keys = keysOf(typing);
  const index = keys.findIndex(({ key }) => key === typing.focus);
  const next = keys[(index + direction + keys.length) % keys.length];
  return { ...typing, focus: next?.key ?? typing.focus };
}

/** What a key of the keyboard does: the entry goes on, is handed in, or is given up. */
export function pressKey(typing: Typing, key: string): Typing | "submit" | "cancel" {
  if (!keysOf(typing).some((each) => each.key === key)) return typing;
  const focused = { ...typing, focus: key };
  if (key === "submit" || key === "cancel") return key;
  if (key === "erase") return erase(focused);
  if (key === "shift") return { ...focused, page: typing.page === "capital" ? "small" : "capital" };
  if (key === "page") return { ...focused, page: typing.page === "symbols" ? "small" : "symbols" };
  const typed = type(focused, key.slice(CHARACTER.length));
  return typed.page === "capital" ? settled({ ...typed, page: "small" }) : typed;
}

/** After a capital the small letters come back, and the focus stays on the same place. */
function settled(typing: Typing): Typing {
  const focus = typing.focus.toLowerCase();
  return { ...typing, focus: keysOf(typing).some(({ key }) => key === focus) ? focus : typing.focus };
}

const PROMPTS = {
  "unlock-state": "state.unlock.prompt",
  "turn-on-developer": "developer.secret.prompt",
  "console-pin": "trust.pin",
} as const;

function promptOf(purpose: Purpose, label: string): string {
  if (purpose.kind === "confirm") return text("entry.confirm", { label, word: purpose.word });
  return text(PROMPTS[purpose.kind]);
}

function errorOf({ error, purpose }: Typing): string | null {
  if (error === null || error !== "wrong-word") return error === null ? null : inOwnWords(error.said);
  return text("entry.wrong-word", { word: purpose.kind === "confirm" ? purpose.word : "" });
}

/**
 * What is seen of an entry by one console; of a secret only how long it is. `label` is that of the item
 * which it confirms.
 */
export function entryView(typing: Typing, label: string, viewer: string): Entry {
  const isHere = viewer === typing.from;
  const isSecret = typing.kind !== "word";
  return {
    kind: typing.kind,
    prompt: promptOf(typing.purpose, label),
    shown: isSecret ? "•".repeat([...typing.typed].length) : typing.typed,
    error: errorOf(typing),
    isHere,
    waitsFor: text("entry.elsewhere", { console: typing.from }),
    keys: keyboard(isHere ? typing.kind : "word", typing.page),
    focus: isHere ? typing.focus : "cancel",
  };
}
