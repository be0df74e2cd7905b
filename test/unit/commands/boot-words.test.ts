import { describe, expect, test } from "vitest";
import { bootCommandLine } from "../../../src/commands/boot-words.ts";

describe("the words of a boot", () => {
  test.each([
    ["gate", "--menu-reason", "key-held"],
    ["gate", "--enter", "--plain-system", "--no-menu"],
    ["gate", "--no-reset", "--no-menu"],
    ["--root", "/tmp/r", "gate", "--config", "c.toml"],
    ["menu", "--reason", "command-line"],
    ["enter"],
    ["--disk", "image.raw", "status", "--json"],
  ])("are read without the argument parser: %j", (...words) => {
    expect(bootCommandLine(words)).toMatchObject({ logLevel: "warn" });
  });

  test("say how much is told", () => {
    expect(bootCommandLine(["--log-level", "debug", "gate"])?.logLevel).toBe("debug");
  });

  test.each([
    [],
    ["gate", "--help"],
    ["gate", "again"],
    ["gate", "--menu-reason"],
    ["gate", "--menu-reason", "--no-menu"],
    ["--menu-reason", "key-held", "gate"],
    ["gate", "--root=/tmp"],
    ["--log-level", "loud", "gate"],
    ["--root", "/tmp"],
    ["enter", "--json"],
    ["select", "b"],
    ["toString"],
  ])("are left to the argument parser when they are not plain: %j", (...words) => {
    expect(bootCommandLine(words)).toBeNull();
  });
});
