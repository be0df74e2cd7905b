import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { feedWatchdogs, type WatchdogMode } from "../../../src/linux/watchdog.ts";

const root = mkdtempSync(join(tmpdir(), "holdfast-watchdog-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

let count = 0;

/** Watchdogs whose device nodes are files that keep what was written. */
function machine(state: string, openTimeout: string, timeout = "30") {
  const folder = join(root, `${count++}`);
  const sysfs = join(folder, "sysfs");
  mkdirSync(join(sysfs, "watchdog0"), { recursive: true });
  for (const [file, text] of Object.entries({ state, timeout, identity: "Software Watchdog" }))
    writeFileSync(join(sysfs, "watchdog0", file), `${text}\n`);
  writeFileSync(join(folder, "open_timeout"), `${openTimeout}\n`);
  writeFileSync(join(folder, "watchdog0"), "");
  const lines: string[] = [];
  const feed = (mode: WatchdogMode) =>
    feedWatchdogs(mode, (line) => lines.push(line), {
      sysfs,
      devices: folder,
      openTimeout: join(folder, "open_timeout"),
    });
  return { folder, lines, feed, written: () => readFileSync(join(folder, "watchdog0"), "latin1") };
}

describe("a watchdog while a menu is shown", () => {
  test("one that runs is fed in a third of its time and handed over alive, never stopped", () => {
    const { feed, lines, written } = machine("active", "0");
    const watchdogs = feed("auto");
    expect(written()).toBe(".");
    vi.advanceTimersByTime(30_000);
    expect(written()).toBe("....");
    watchdogs.close();
    watchdogs.close();
    vi.advanceTimersByTime(60_000);
    expect(written()).toBe(".....");
    expect(lines).toEqual(["watchdog0 (Software Watchdog) is fed every 10 s"]);
  });

  test("one that does not run is left alone, unless the kernel feeds it for a time only, or it is configured", () => {
    const idle = machine("inactive", "0");
    idle.feed("auto").close();
    expect(idle.written()).toBe("");
    const waiting = machine("inactive", "60");
    waiting.feed("auto").close();
    expect(waiting.written()).toBe("..");
    idle.feed("feed").close();
    expect(idle.written()).toBe("..");
  });

  test("it is stopped at the end only where that is configured", () => {
    const { feed, written } = machine("active", "0");
    feed("feed-and-stop").close();
    expect(written()).toBe("..V");
    const off = machine("active", "0");
    off.feed("off").close();
    expect(off.written()).toBe("");
  });

  test("a short one is fed often; one that tells nonsense as a usual one", () => {
    const short = machine("active", "0", "2");
    const watchdogs = short.feed("auto");
    vi.advanceTimersByTime(2000);
    expect(short.written().length).toBeGreaterThan(2);
    watchdogs.close();
    const odd = machine("active", "0", "soon");
    odd.feed("auto").close();
    expect(odd.lines).toEqual(["watchdog0 (Software Watchdog) is fed every 5 s"]);
  });

  test("one that another program holds, and a device without any, are no error", () => {
    const { folder, feed, lines } = machine("active", "0");
    rmSync(join(folder, "watchdog0"));
    feed("auto").close();
    expect(lines).toEqual([expect.stringMatching(/^watchdog0 is not fed: ENOENT/)]);
    rmSync(join(folder, "sysfs"), { recursive: true });
    feed("feed").close();
    expect(lines).toHaveLength(1);
  });
});
