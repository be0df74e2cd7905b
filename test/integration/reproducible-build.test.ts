import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { buildBinary } from "../../src/build/binary.ts";
import { PROJECT } from "../../src/build/paths.ts";

const work = mkdtempSync(join(tmpdir(), "reproducible-"));
afterAll(() => rmSync(work, { recursive: true }));

/** Two builds of 300 MB each: `npm run test:all`. */
const ALL = process.env.HOLDFAST_TEST_ALL === "1";

/** Builds in a copy of the sources with a cache of its own, and answers the hashes of what came out. */
async function buildCopy(name: string): Promise<string[]> {
  const project = join(work, name);
  for (const part of ["src", "assets", "package.json", "tsconfig.json", "LICENSE"]) {
    cpSync(join(PROJECT, part), join(project, part), { recursive: true });
  }
  symlinkSync(join(PROJECT, "node_modules"), join(project, "node_modules"));
  const module = await import(pathToFileURL(join(project, "src/build/binary.ts")).href);
  await (module.buildBinary as typeof buildBinary)();
  return ["holdfast", "lib/holdfast/holdfast", "lib/holdfast/skia.node", "NOTICES"].map((file) =>
    createHash("sha256")
      .update(readFileSync(join(project, "dist", file)))
      .digest("hex"),
  );
}

test.runIf(ALL)(
  "the same sources give the same bytes in any folder",
  async () => {
    expect(await buildCopy("one")).toEqual(await buildCopy("another/folder"));
  },
  180_000,
);

test("a build whose inputs did not change is not done again", async () => {
  await buildBinary();
  expect(await buildBinary()).toBe("unchanged");
});
