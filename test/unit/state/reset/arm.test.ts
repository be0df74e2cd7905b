import { expect, it } from "vitest";
import { journalFor } from "../../../../src/state/reset/arm.ts";
import type { Looked } from "../../../../src/state/reset/preview.ts";
import { aJournal, FACTS, TARGET } from "../../../fixtures/reset.ts";

const looked = {
  site: { place: { directories: [] }, target: TARGET, facts: FACTS, mountedAt: null },
  erasure: { ...aJournal().erasure, removesOnly: true },
  grace: true,
} as unknown as Looked;

const now = new Date("2026-11-21T12:00:00Z");

it("sets user data aside where there is room for it", () => {
  const journal = journalFor({ id: "one", scope: "data", origin: "menu" }, looked, now);
  expect(journal).toMatchObject({ grace: true, step: "set-aside", erasure: { removesOnly: true } });
});

it("erases at once for developer mode, which could read what is set aside, and leaves its flag", () => {
  const also = { "developer.json": "{}\n" };
  const journal = journalFor({ id: "one", scope: "data", origin: "developer-mode" }, looked, now, also);
  expect(journal).toMatchObject({
    grace: false,
    step: "record",
    erasure: { removesOnly: false },
    kept: also,
  });
});
