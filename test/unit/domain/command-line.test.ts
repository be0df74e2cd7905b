import { expect, it } from "vitest";
import { asksForSplash, parseCommandLine, splitCommandLine } from "../../../src/domain/command-line.ts";

it("splits at blanks and keeps what is quoted together", () => {
  expect(splitCommandLine('quiet  dyndbg="file a.c +p" x="1 2"')).toEqual([
    "quiet",
    "dyndbg=file a.c +p",
    "x=1 2",
  ]);
});

it("finds names with and without values; the last one counts", () => {
  const words = parseCommandLine("holdfast.menu root=PARTUUID=ab-cd console=tty0 console=ttyS0,115200\n");
  expect([...words]).toEqual([
    ["holdfast.menu", ""],
    ["root", "PARTUUID=ab-cd"],
    ["console", "ttyS0,115200"],
  ]);
});

it("takes an empty line as no words", () => {
  expect(parseCommandLine("").size).toBe(0);
});

it("a splash is one that nothing on the command line takes back", () => {
  expect(asksForSplash("quiet splash")).toBe(true);
  for (const line of ["quiet", "splash=0", "splash nosplash", "splash plymouth.enable=0", "xsplash"])
    expect(asksForSplash(line)).toBe(false);
});
