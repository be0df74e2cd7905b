import { afterAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { cutEverywhere } from "./reset/lab.ts";
import type { Scenario } from "./reset/scenario.ts";

const STANDARD: Scenario = {
  name: "data on ext4",
  kind: "cuts",
  role: "state",
  scope: "data",
  fstype: "ext4",
  grace: false,
  fills: false,
  size: 24,
  perWindow: 2,
  limit: 0,
  part: { number: 1, of: 1 },
  seed: 1,
};

const EVERYTHING: readonly Partial<Scenario>[] = [
  { name: "data on ext4" },
  { name: "data on ext4 whose superblock may tear, too", size: 160, limit: 40 },
  { name: "settings on ext4", scope: "settings" },
  { name: "all on ext4 that fills the partition", scope: "all", fills: true },
  { name: "data on ext4 with grace", grace: true },
  { name: "data on btrfs", fstype: "btrfs", size: 128, limit: 80 },
  { name: "settings on btrfs", fstype: "btrfs", size: 128, scope: "settings", limit: 40 },
  { name: "data on f2fs", fstype: "f2fs", size: 64, limit: 80 },
  { name: "all of an encrypted root", role: "root", scope: "all", size: 48, limit: 80 },
];

/**
 * HOLDFAST_CUTS takes one scenario by its name, or a part of it, such as "settings on ext4 2/5": each is a run of its
 * own, for a machine that has not an hour at a time.
 */
function chosen(words: string): readonly Partial<Scenario>[] {
  const [, name, number = "1", of = "1"] = /^(.*?)(?: (\d+)\/(\d+))?$/.exec(words) ?? [];
  const part = { number: Number(number), of: Number(of) };
  if (words === "") return EVERYTHING;
  return EVERYTHING.flatMap((each) => (each.name === name ? [{ ...each, name: words, part }] : []));
}

/** Of every scenario of this run. */
const all = { tried: 0, recovered: 0 };

/** Cuts the power everywhere and prints what came of it. */
async function expectOldOrNew(changes: Partial<Scenario>, timeout: number): Promise<void> {
  const verdict = await cutEverywhere({ ...STANDARD, ...changes }, timeout);
  const { name, cuts, untouched, finished, writes, discards, flushes, seconds, failures } = verdict;
  console.log(
    `${name}: ${cuts} cuts in ${writes} writes, ${discards} discards, ${flushes} flushes: ` +
      `${untouched} untouched, ${finished} finished by themselves, ${failures.length} otherwise; ${seconds} s`,
  );
  all.tried += cuts;
  all.recovered += untouched + finished;
  expect(failures).toEqual([]);
  expect(untouched + finished).toBe(cuts);
  expect(untouched).toBeGreaterThan(0);
  expect(finished).toBeGreaterThan(0);
}

describe("a reset with bad input", () => {
  test("finishes, or touches nothing and says why", async () => {
    const scenario: Scenario = { ...STANDARD, name: "bad input", kind: "bad-input" };
    const { failures, finished, untouched } = await cutEverywhere(scenario, 240_000);
    expect(failures).toEqual([]);
    expect([finished, untouched]).toEqual([6, 7]);
  }, 300_000);
});

describe("a reset whose power is cut leaves the old state or finishes by itself", () => {
  afterAll(() => console.log(`${all.tried} cut points tried, ${all.recovered} recovered`));

  test.runIf(!ALL)(
    "at a few cuts of a reset of user data",
    () => expectOldOrNew({ limit: 14 }, 240_000),
    300_000,
  );

  const long = 3_000_000;
  test.runIf(ALL).each(chosen(process.env.HOLDFAST_CUTS ?? ""))(
    "at every flush, and between them: $name",
    (changes) => expectOldOrNew(changes, long),
    long,
  );
});
