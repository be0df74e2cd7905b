import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ConsolePaths, Kd, restoreConsole, takeConsole } from "../../../src/linux/console-mode.ts";
import { folderOfTest } from "../../fixtures/folder.ts";

/** A terminal and a kernel log that are plain files, so that nobody's own screen is touched. */
function console(level = "4\t4\t1\t7\n"): ConsolePaths {
  const folder = folderOfTest("console");
  const paths = {
    terminal: join(folder, "tty0"),
    printk: join(folder, "printk"),
    saved: join(folder, "run/printk"),
  };
  writeFileSync(paths.terminal, "");
  writeFileSync(paths.printk, level);
  return paths;
}

const text = (path: string): string => readFileSync(path, "utf8");

describe("console mode", () => {
  test("requests and values are those of linux/kd.h", () => {
    expect(Kd).toEqual({
      setMode: 0x4b3a,
      getMode: 0x4b3b,
      text: 0,
      graphics: 1,
      getKeyboardMode: 0x4b44,
      setKeyboardMode: 0x4b45,
      xlate: 1,
      unicode: 3,
      off: 4,
    });
  });

  test("the cursor is hidden and kernel messages are quiet until the release", () => {
    const paths = console();
    const taken = takeConsole(paths);
    expect([text(paths.terminal), text(paths.printk)]).toEqual(["\x1b[?25l", "1"]);
    taken.release();
    taken.release();
    expect([text(paths.terminal), text(paths.printk)]).toEqual(["\x1b[?25l\x1b[0m\x1b[?25h", "4"]);
    expect(existsSync(paths.saved)).toBe(false);
  });

  test("where a splash follows the text stays aside, and the kernel may speak again", () => {
    const paths = console();
    takeConsole(paths).release("picture");
    expect([text(paths.terminal), text(paths.printk)]).toEqual(["\x1b[?25l", "4"]);
  });

  test("the log level returns with the last of several holders", () => {
    const paths = console();
    const [first, second] = [takeConsole(paths), takeConsole(paths)];
    first.release();
    expect(text(paths.printk)).toBe("1");
    second.release();
    expect(text(paths.printk)).toBe("4");
  });

  test("what a killed menu left is repaired by another process, and not taken for the level of before", () => {
    const paths = console();
    run(paths, "SIGKILL");
    expect(text(paths.printk)).toBe("1");
    takeConsole(paths).release();
    expect(text(paths.printk)).toBe("4");
    run(paths, "SIGKILL");
    restoreConsole(paths);
    expect(text(paths.printk)).toBe("4");
    expect(text(paths.terminal)).toMatch(/^\x1b\[0m\x1b\[\?25h/);
  });

  test("a signal that nobody else handles gives the console back and still ends the process", () => {
    const paths = console();
    expect(run(paths, "SIGTERM")).toBe("SIGTERM");
    expect(text(paths.printk)).toBe("4");
  });

  test("an uncaught exception gives the console back", () => {
    const paths = console();
    runScript(paths, `throw new Error("lost")`);
    expect(text(paths.printk)).toBe("4");
  });

  test("without a virtual terminal and /proc nothing happens and no listener stays", () => {
    const before = process.listenerCount("SIGTERM");
    const nowhere = join(tmpdir(), "holdfast-nowhere");
    const paths = { terminal: join(nowhere, "tty0"), printk: join(nowhere, "a"), saved: join(nowhere, "b") };
    const taken = takeConsole(paths);
    expect(process.listenerCount("SIGTERM")).toBe(before + 1);
    taken.release();
    expect(process.listenerCount("SIGTERM")).toBe(before);
    restoreConsole(paths);
    expect(existsSync(nowhere)).toBe(false);
  });
});

function run(paths: ConsolePaths, signal: string): NodeJS.Signals | null {
  return runScript(paths, `process.kill(process.pid, "${signal}"); setTimeout(() => {}, 10_000);`);
}

/** Runs a script in another process that took the console; answers the signal that ended it. */
function runScript(paths: ConsolePaths, script: string): NodeJS.Signals | null {
  const module = new URL("../../../src/linux/console-mode.ts", import.meta.url).href;
  const lines = `import { takeConsole } from ${JSON.stringify(module)};
    takeConsole(${JSON.stringify(paths)}); ${script}`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", lines], { timeout: 8000 }).signal;
}
