import { describe, expect, test } from "vitest";
import { parseDemoWords } from "../../../src/build/demo-options.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";

describe("the demo's options", () => {
  test("without any, volume-down is held at power-on and the disk keeps its state", () => {
    expect(parseDemoWords([])).toEqual({
      size: { width: 720, height: 1440 },
      hold: true,
      menu: false,
      reset: false,
      screendump: null,
      help: false,
    });
  });

  test("an ordinary boot and a menu from the command line need no held key", () => {
    expect(parseDemoWords(["--plain"])).toMatchObject({ hold: false, menu: false });
    expect(parseDemoWords(["--menu", "--size", "1280x800"])).toMatchObject({
      hold: false,
      menu: true,
      size: { width: 1280, height: 800 },
    });
  });

  test.each([
    ["--size", "0x0"],
    ["--size", "723x1440"],
    ["--size", "big"],
    ["--sise", "720x1440"],
  ])("%s %s is refused with the usage", (...words) => {
    const refused = () => parseDemoWords(words);
    expect(refused).toThrow(HoldfastError);
    expect(refused).toThrow(words[0] === "--size" ? words[1] : words[0]);
  });
});
