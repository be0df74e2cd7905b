import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdirSync, openSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { terminalHolder } from "../../../src/linux/terminal-holder.ts";
import { folderOfTest } from "../../fixtures/folder.ts";
import { Pty } from "../terminal/pty.ts";

const TTY = "/dev/tty";
const DEVICE = statSync(TTY).rdev;

/** A /proc with these processes, as the kernel writes them. */
function procWith(...stats: readonly string[]): string {
  const proc = folderOfTest("proc");
  for (const stat of stats) {
    const folder = join(proc, stat.split(" ")[0] ?? "");
    mkdirSync(folder);
    writeFileSync(join(folder, "stat"), `${stat} -1 4194560 120 0 0\n`);
  }
  return proc;
}

test("a getty on the line is found, with a name that has brackets too", () => {
  const menu = "40 (holdfast) R 30 30 1 0";
  expect(terminalHolder(TTY, procWith(menu, `50 (agetty) S 1 50 50 ${DEVICE}`), 40)).toEqual({
    pid: 50,
    name: "agetty",
  });
  expect(terminalHolder(TTY, procWith(menu, `50 (a) (b S 1) S 1 50 50 ${DEVICE}`), 40)?.name).toBe(
    "a) (b S 1",
  );
});

test("those of another line, without one, and kernel threads are none", () => {
  const proc = procWith("40 (holdfast) R 1 1 1 0", "2 (kthreadd) S 0 0 0 0", "50 (sh) S 1 50 50 1089");
  expect(terminalHolder(TTY, proc, 40)).toBeNull();
});

test("who started the menu from a shell on that line has it there, and so has who is of the same session", () => {
  const shell = `20 (sh) S 1 20 20 ${DEVICE}`;
  expect(terminalHolder(TTY, procWith(shell, `40 (holdfast) R 20 40 40 0`), 40)).toBeNull();
  const proc = procWith(shell, `40 (holdfast) R 1 40 20 ${DEVICE}`, `41 (cat) S 1 41 20 ${DEVICE}`);
  expect(terminalHolder(TTY, proc, 40)).toBeNull();
});

test("where nothing can be known there is none", () => {
  expect(terminalHolder("/nowhere/ttyS0")).toBeNull();
  expect(terminalHolder(TTY, "/nowhere")).toBeNull();
  expect(terminalHolder(TTY, procWith("40 (cut"), 40)).toBeNull();
});

test("a real process on a real line is found until it ends", async () => {
  const pty = new Pty();
  const line = openSync(pty.path, constants.O_RDWR | constants.O_NOCTTY);
  const other = spawn("setsid", ["--ctty", "cat"], { stdio: [line, line, "ignore"] });
  try {
    await expect.poll(() => terminalHolder(pty.path)?.name, { timeout: 10_000 }).toBe("cat");
  } finally {
    other.kill();
    await once(other, "exit");
    closeSync(line);
  }
  expect(terminalHolder(pty.path)).toBeNull();
  pty.hangUp();
});
