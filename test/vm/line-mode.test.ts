import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";

describe.runIf(ALL)("a plain terminal", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test("gets numbered lines without escape sequences and starts slot B by two numbers", async () => {
    const machine = await machines.start({ words: ["holdfast.menu", "holdfast.term=vt100"] });
    const { terminal } = machine;
    await terminal.waitFor(/ 7\. Power[\s\S]*Choice:$/m);
    expect(terminal.screen()).toContain(" 2. Slot B: [~] Trying, 3 tries left, Holdfast Demo 2.1");
    terminal.type("2\r");
    await terminal.waitFor(/== Slot B ==[\s\S]*Choice:$/m);
    terminal.type("9\r");
    await terminal.waitFor(/There is no choice 9\./);
    terminal.type("1\r");
    await waitForSlot(machine, "b");
    const [menu = ""] = terminal.log().split("This is slot B");
    expect(menu).not.toContain("\x1b[");
  });
});
