import { expect, test } from "vitest";
import { giveUpLooks, inTurn, looksEnded, nextTurn } from "../../../src/roots/look-turns.ts";

test("looks come one after the other, also behind one that failed, and who waits comes after all of them", async () => {
  const said: string[] = [];
  const look = (name: string) => async () => {
    said.push(`${name} begins`);
    await nextTurn();
    said.push(`${name} ends`);
    if (name === "first") throw new Error(name);
    return name;
  };
  const [first, second] = [inTurn(look("first")), inTurn(look("second"))];
  const waiting = looksEnded().then(() => said.push("nobody looks"));
  await expect(first).rejects.toThrow("first");
  expect(await second).toBe("second");
  await waiting;
  expect(said).toEqual(["first begins", "first ends", "second begins", "second ends", "nobody looks"]);
});

test("between two slices others have their turn", async () => {
  const said: string[] = [];
  setImmediate(() => said.push("a key"));
  const look = inTurn(async () => {
    said.push("slice");
    await nextTurn();
    await nextTurn();
    said.push("slice");
  });
  await look;
  expect(said).toEqual(["slice", "a key", "slice"]);
});

test("a look that is given up ends at its next slice, cleared away; the one after it looks as ever", async () => {
  const said: string[] = [];
  const look = inTurn(async () => {
    try {
      for (;;) await nextTurn();
    } finally {
      said.push("unmounted");
    }
  });
  const failure = expect(look).rejects.toThrow("given up");
  await giveUpLooks();
  await failure;
  expect(said).toEqual(["unmounted"]);
  await inTurn(() => nextTurn());
});
