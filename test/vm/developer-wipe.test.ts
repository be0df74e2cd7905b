import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";

/** Makes the demo's policy, which costs nothing, the strictest one. */
const words = ["holdfast.developer=wipe"];

describe.runIf(ALL)("developer mode under the policy wipe", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "test-developer" });
  });
  afterAll(() => machines.clear());

  test("erases user data first, and belongs to that reset only", async () => {
    let machine = await machines.start({ words, panel: null });
    await waitForSlot(machine, "a");
    await machine.agent.output("mkdir -p /state/home && echo private >/state/home/letter");
    const refused = await machine.agent.run("holdfast developer on 2>&1");
    expect(refused).toMatchObject({ code: 4, output: expect.stringMatching(/erases all user data/) });
    expect(await machine.agent.output("holdfast developer on --yes")).toMatch(/At the next start/);
    expect(await machine.agent.output("cat /state/home/letter; sync")).toBe("private");
    await machine.stop();

    machine = await machines.start({ words, panel: null });
    await waitForSlot(machine, "a", 180_000);
    expect((await machine.agent.run("cat /state/home/letter")).code).not.toBe(0);
    await machine.agent.output("echo mine >/usr/marker");
    const status = JSON.parse(await machine.agent.output("holdfast status --json"));
    expect(status).toMatchObject({
      developer: { enabled: true, features: ["writable-usr"] },
      receipt: { scope: "data", origin: "developer-mode", outcome: "done" },
    });
    const flag = "/state/.holdfast/developer.json";
    await machine.agent.output(`sed -i 's/"reset": "./"reset": "x/' ${flag}`);
    expect(await machine.agent.output("holdfast status 2>&1")).toMatch(/does not belong to a reset of this/);
  });
});
