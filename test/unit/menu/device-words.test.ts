import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import ar from "../../../assets/locales/ar.json" with { type: "json" };
import de from "../../../assets/locales/de.json" with { type: "json" };
import en from "../../../assets/locales/en.json" with { type: "json" };
import { askedBy } from "../../../src/domain/asked.ts";
import {
  defaultReason,
  fallbackReason,
  nothingBootableReason,
  unreadableReason,
} from "../../../src/domain/boot-reason.ts";
import { staysOnState } from "../../../src/domain/comparison-stays.ts";
import { menuReason } from "../../../src/domain/menu-reason.ts";
import { REASON_CODES } from "../../../src/domain/plan.ts";
import { gradeOf } from "../../../src/domain/reset-grade.ts";
import { inOwnWords, translated } from "../../../src/menu/device-words.ts";
import { LOCALES } from "../../../src/menu/display.ts";
import { view } from "../../../src/menu/show.ts";
import { speaking } from "../../../src/menu/texts.ts";
import { A } from "../../fixtures/phone.ts";
import { menuOf } from "./device.ts";

const SRC = join(import.meta.dirname, "../../../src");
const sources = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(SRC, file), "utf8"));
const sentences = Object.entries(en).filter(([key]) => key.startsWith("device."));

const LABELS = new Map([["a", "Slot A"]]);
const asked = (options: string[]) => {
  const all = options.map((name) => ({ name, value: null }));
  return askedBy({ kind: "recovery", options: all }, "1").reason.text;
};

/** Sentences that are made of pieces, as they are made. */
const COMPOSED: Readonly<Record<string, string>> = {
  "device.held-volume-down": menuReason("key-held", "volume-down").text,
  "device.held-volume-up": menuReason("key-held", "volume-up").text,
  "device.held-power": menuReason("key-held", "power").text,
  "device.fallback": fallbackReason("a", "did not start after 3 tries", "b", LABELS).text,
  "device.fallback-why": fallbackReason("a", "did not start after 3 tries (a panic)", "b", LABELS).text,
  "device.fallback-once": fallbackReason("a", "did not start", "b", LABELS).text,
  "device.fallback-marked": fallbackReason("a", "was marked bad", "b", LABELS).text,
  "device.recovery-asked": asked([]),
  "device.wipe-asked": asked(["wipe_data"]),
  "device.usb-in-use": "/dev/sda1 cannot be given to a computer: it is in use.",
  "device.unreadable-last": unreadableReason("a", true, LABELS).text,
  "device.unreadable-first": unreadableReason("a", false, LABELS).text,
  "device.stays": staysOnState(["/etc"])[0] ?? "",
  "device.stay": staysOnState(["/etc", "/var"])[0] ?? "",
  "device.goes": staysOnState(["/etc", "/var"])[1] ?? "",
  "device.go": staysOnState([])[0] ?? "",
};

/** Every sentence that tells how well an erasure erases. */
function gradesOf(): string[] {
  const facts = (["secure", "plain", "overwritten", "none"] as const).flatMap((blocks) =>
    (["ext4", "f2fs"] as const).flatMap((fstype) =>
      [true, false].flatMap((encrypted) =>
        [true, false].flatMap((emptyPassphrase) =>
          [[], ["/home", "/srv"]].map((plain) => ({ blocks, fstype, encrypted, emptyPassphrase, plain })),
        ),
      ),
    ),
  );
  const all = facts.map((each) => gradeOf({ ...each, role: "state", removesOnly: false }).reason);
  const removed = { role: "state", removesOnly: true, encrypted: false, emptyPassphrase: false } as const;
  return [...new Set([...all, gradeOf({ ...removed, fstype: "ext4", plain: [], blocks: "none" }).reason])];
}

test.each(Object.entries(COMPOSED))("%s is what the device says: %s", (key, sentence) => {
  const template: Readonly<Record<string, string>> = de;
  const [start = ""] = (template[key] ?? "").split("{", 1);
  expect(speaking("de", () => translated(sentence))?.slice(0, start.length)).toBe(start);
});

const literal = sentences.filter(([key]) => !(key in COMPOSED));
test.each(literal)("%s is a sentence that the sources have: %s", (_, template) => {
  // In a source, gaps are expressions and quotes may be escaped.
  const pieces = template
    .split(/\{[a-z]+\}/)
    .map((piece) => piece.trim())
    .filter((piece) => piece.length > 2);
  expect(sources.some((source) => pieces.every((piece) => source.includes(piece)))).toBe(true);
});

describe("a sentence of the device", () => {
  const german = (sentence: string) => speaking("de", () => inOwnWords(sentence));

  test("is told in the menu's language, with what varies in it", () => {
    expect(german("Slot A did not start after 3 tries, so slot B is used.")).toBe(
      "Slot A startete nach 3 Versuchen nicht, darum wird Slot B genommen.",
    );
    expect(german("Its kernel modules are for 6.1.0-60, this kernel is 6.1.0-56.")).toBe(
      "Seine Kernel-Module sind für 6.1.0-60, dieser Kernel ist 6.1.0-56.",
    );
  });

  test("brings another one with it, and may be one of several", () => {
    expect(german("Slot B cannot be entered from here. Only root can look into it.")).toBe(
      "Slot B lässt sich von hier aus nicht starten. Nur root kann hineinsehen.",
    );
    expect(german("The language stays, and how the menu looks. It is still broken.")).toBe(
      "Die Sprache und das Aussehen des Menüs bleiben. Es ist immer noch beschädigt.",
    );
  });

  test("lists what keeps each slot from being started", () => {
    const slots = (["bad", "bad", "empty", "unknown", "trying"] as const).map((health, index) => ({
      ...A,
      id: "abcde".charAt(index),
      health,
    }));
    const why = { kind: "marked-bad", text: "a panic", lines: [] } as const;
    const { text } = nothingBootableReason(slots, new Map(), new Map([["b", why]]));
    expect(german(text)).toBe(
      "Kein Slot kann starten: Slot A wurde nicht bestätigt und hat keine Versuche mehr; " +
        "Slot B wurde als schlecht markiert (a panic); Slot C ist leer; Slot D war nicht lesbar; " +
        "Slot E ist beim letzten Versuch.",
    );
    const [first] = slots;
    expect(german(defaultReason(A, first === undefined ? [] : [first], new Map(), new Map()).text)).toBe(
      "Slot A wurde nicht bestätigt und hat keine Versuche mehr, darum wird Slot A genommen.",
    );
  });

  test("of a list that holds something else stays what it is", () => {
    expect(speaking("de", () => translated("No slot can be started: the moon is full."))).toBeNull();
  });

  test.each(gradesOf())("says how well a reset erased: %s", (sentence) => {
    for (const locale of ["de", "ar"] as const)
      expect(speaking(locale, () => translated(sentence))).not.toBeNull();
  });

  test("that nobody translated stays what it is, and says so", () => {
    expect(german("The moon is full.")).toBe("The moon is full.");
    expect(speaking("de", () => translated("The moon is full."))).toBeNull();
    expect(speaking("en", () => translated("The moon is full."))).toBe("The moon is full.");
  });

  test("of a million characters is no burden", () => {
    const start = performance.now();
    expect(german(`Slot A ${"did not start after ".repeat(50_000)}`)).toContain("Slot A");
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe.each(LOCALES)("in %s", (locale) => {
  test.each(REASON_CODES)("a menu says why it is there: %s", (code) => {
    const model = menuOf(undefined, {
      reason: { code, text: "Sentence of an unknown kind." },
      display: { locale, theme: "dark", textSize: "normal", rotation: 0 },
    });
    const banner = view(model).banner;
    const catalog: Readonly<Record<string, string>> = { en, de, ar }[locale];
    expect(banner?.text).not.toContain("undefined");
    if (locale === "en" || code === "nothing-bootable") return;
    expect(banner?.text).toContain(catalog[`home.reason.${code}`]);
    expect(banner?.technical).toBe("Sentence of an unknown kind.");
  });
});
