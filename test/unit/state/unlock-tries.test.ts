import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { UnlockTries } from "../../../src/state/unlock-tries.ts";

let state: string;
let uptime = 10;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "holdfast-tries-"));
  uptime = 10;
});
afterEach(() => rmSync(state, { recursive: true }));

async function fail(tries: UnlockTries, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    await tries.begin();
  }
}

it("waits after the third wrong passphrase, and no longer than it has to", async () => {
  const tries = new UnlockTries(state, () => uptime);
  await fail(tries, 2);
  expect(tries.wait).toBe(0);
  await fail(tries, 1);
  expect(tries.wait).toBe(2);
  uptime = 12;
  expect(tries.wait).toBe(0);
});

it("counts for a new process and over a restart, where the wait begins anew", async () => {
  const before = new UnlockTries(state, () => uptime);
  await fail(before, 8);
  expect(new UnlockTries(state, () => uptime).wait).toBe(64);
  uptime = 5;
  const after = new UnlockTries(state, () => uptime);
  expect(after.failures).toBe(8);
  expect(after.wait).toBe(64 - 5);
});

it("forgets them with the right one", async () => {
  const tries = new UnlockTries(state, () => uptime);
  await fail(tries, 5);
  tries.succeeded();
  expect(tries.wait).toBe(0);
  expect(new UnlockTries(state).failures).toBe(0);
});

it("counts in memory where nothing can be written", async () => {
  writeFileSync(join(state, ".holdfast"), "a file where the directory should be");
  const tries = new UnlockTries(state, () => uptime);
  await fail(tries, 4);
  expect(tries.wait).toBe(4);
});
