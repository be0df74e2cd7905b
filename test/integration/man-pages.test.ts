import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { manOfConfig, manOfProgram } from "../../src/build/man-pages.ts";
import { configDocs, groupsIn } from "../../src/build/schema-docs.ts";
import { programFor } from "../../src/commands/program.ts";
import { configSchema } from "../../src/config/schema.ts";

/** A page as a person reads it; fails on what roff warns of. */
function rendered(page: string): string {
  const { stdout, stderr } = spawnSync("groff", ["-man", "-Tascii", "-ww", "-P-c", "-rLL=200n"], {
    input: page,
  });
  expect(stderr.toString()).toBe("");
  // Bold and underlined letters are struck twice.
  return stdout.toString().replaceAll(/.\x08/g, "");
}

/** Names of every key below a JSON schema, tables included. */
function keysOf(schema: { properties?: object; items?: object }): string[] {
  return Object.entries(schema.properties ?? schema.items ?? {}).flatMap(([name, each]) =>
    schema.properties === undefined
      ? name === "properties"
        ? keysOf({ properties: each })
        : []
      : [name, ...keysOf(each)],
  );
}

test("holdfast.toml(5) has every table and every key of the schema, with values and default", () => {
  const page = rendered(manOfConfig());
  const schema = z.toJSONSchema(configSchema(), { io: "input" });
  const keys = keysOf(schema as object);
  expect(keys.length).toBeGreaterThan(70);
  expect(keys.filter((key) => !page.includes(key))).toEqual([]);
  expect(page).toMatch(/\[\[slot\]\]/);
  expect(page).toMatch(/\[slot\.kernel\]/);
  expect(page).toMatch(/tries +Tries that a slot gets.*\n +A whole number from 1 to 15\. Without it: 3\./);
});

test("every key has a sentence of its own", () => {
  const texts = configDocs().flatMap(({ name, keys }) => keys.map((key) => `${name}: ${key.text}`));
  expect(texts.every((text) => text.length > 15)).toBe(true);
});

test("holdfast(8) has every command and option that the program parses, and no hidden one", () => {
  const page = rendered(manOfProgram());
  const program = programFor("0");
  const all = [program, ...program.commands].flatMap(({ options }) => options);
  const shown = all.filter(({ hidden }) => !hidden).map(({ long }) => long ?? "");
  expect(
    [
      ...program
        .createHelp()
        .visibleCommands(program)
        .map((each) => each.name()),
      ...shown,
    ].filter((word) => !page.includes(word)),
  ).toEqual([]);
  expect(page).toMatch(/11 +From gate: carry out a reset first/);
  expect(page).not.toMatch(/held-key|--resume\b.*way through/);
});

test("a comment belongs to the key behind it, in its own object", () => {
  const [outer, inner] = groupsIn(`const A = () => z.strictObject({
    /** One { "brace" */
    one: z.string(),
    /**
     * Two
     * lines.
     */
    two: z.strictObject({
      /** Inside */
      three: z.int(),
    }),
  });`);
  expect([...(outer ?? [])]).toEqual([
    ["one", 'One { "brace"'],
    ["two", "Two lines."],
  ]);
  expect([...(inner ?? [])]).toEqual([["three", "Inside"]]);
});
