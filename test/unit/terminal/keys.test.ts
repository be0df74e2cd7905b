import { describe, expect, test } from "vitest";
import { type KeyEvent, KeyParser } from "../../../src/terminal/keys.ts";

function parse(...chunks: string[]): KeyEvent[] {
  const parser = new KeyParser();
  return chunks.flatMap((chunk) => parser.feed(Buffer.from(chunk, "latin1")));
}

test("arrows come in both dialects", () => {
  expect(parse("\x1b[A\x1b[B\x1bOC\x1bOD").map(({ kind }) => kind)).toEqual(["up", "down", "right", "left"]);
});

test("plain keys are told apart", () => {
  expect(parse("j5 \r\x7f\x08\x0c")).toEqual([
    { kind: "char", char: "j" },
    { kind: "char", char: "5" },
    { kind: "char", char: " " },
    { kind: "enter" },
    { kind: "backspace" },
    { kind: "backspace" },
    { kind: "repaint" },
  ]);
});

test("CR LF is one Enter, also when it arrives in two pieces; LF alone is one too", () => {
  expect(parse("\r\n")).toEqual([{ kind: "enter" }]);
  expect(parse("\r", "\n")).toEqual([{ kind: "enter" }]);
  expect(parse("\n")).toEqual([{ kind: "enter" }]);
  expect(parse("\r\r")).toHaveLength(2);
});

describe("sequences", () => {
  test("mean the same in whatever pieces they arrive", () => {
    const whole = "\x1b[A1\x1b[24;80R\x1bOBq\r";
    const pieces = parse(...whole.split(""));
    expect(pieces).toEqual(parse(whole));
    expect(pieces).toContainEqual({ kind: "size", columns: 80, rows: 24 });
  });

  test("a size may come between keys", () => {
    expect(parse("j\x1b[24;80Rk")).toEqual([
      { kind: "char", char: "j" },
      { kind: "size", columns: 80, rows: 24 },
      { kind: "char", char: "k" },
    ]);
  });

  test("F3 with a modifier, and sizes of no terminal, are no size", () => {
    expect(parse("\x1b[1;5R\x1b[0;0R\x1b[99999;1R\x1b[R\x1b[24R")).toEqual([]);
  });

  test("keys that mean nothing here are swallowed whole, digits and all", () => {
    expect(parse("\x1b[15~\x1b[3;5~\x1b[?1;2c\x1b[[A\x1bOP\x1bx")).toEqual([]);
  });

  test("a sequence that never ends is given up, and the keys after it count", () => {
    const events = parse(`\x1b[${"1".repeat(33)}`, "j");
    expect(events).toEqual([{ kind: "char", char: "j" }]);
  });

  test("a control character breaks a sequence off", () => {
    expect(parse("\x1b[1;\rj")).toEqual([{ kind: "char", char: "j" }]);
  });
});

describe("Esc", () => {
  test("alone is a key once nothing followed", () => {
    const parser = new KeyParser();
    expect(parser.feed(Buffer.from("\x1b"))).toEqual([]);
    expect(parser.isWaiting).toBe(true);
    expect(parser.flush()).toEqual([{ kind: "escape" }]);
    expect(parser.isWaiting).toBe(false);
    expect(parser.flush()).toEqual([]);
  });

  test("twice is at least one key", () => {
    expect(parse("\x1b\x1b")).toEqual([{ kind: "escape" }]);
  });

  test("the digits of a slow size never become choices", () => {
    const parser = new KeyParser();
    parser.feed(Buffer.from("\x1b[2"));
    expect(parser.isWaiting).toBe(false);
    expect(parser.flush()).toEqual([]);
    expect(parser.feed(Buffer.from("4;80R"))).toEqual([{ kind: "size", columns: 80, rows: 24 }]);
  });
});

test("line noise is no key", () => {
  expect(parse("\x00\xff\x80\xc3\xa4\x01\x1f")).toEqual([]);
});

test("any bytes at all are taken without an error, in any pieces", () => {
  let seed = 7;
  const random = () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed >> 8;
  };
  const parser = new KeyParser();
  for (let round = 0; round < 2000; round++) {
    const bytes = Uint8Array.from({ length: random() % 9 }, () =>
      random() % 3 === 0 ? (random() % 2 ? 0x1b : 0x5b) : random() % 256,
    );
    for (const event of parser.feed(bytes)) expect(event.kind).toBeTypeOf("string");
  }
  parser.feed(Buffer.from("\x18zzz"));
  expect(parser.feed(Buffer.from("j"))).toEqual([{ kind: "char", char: "j" }]);
});
