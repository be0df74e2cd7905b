import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { choose, turnOn } from "./choose.ts";
import { patch } from "./gpt-disk.ts";
import { type HermeticDisk, hermeticDisk, INIT_END, NEWER } from "./hermetic.ts";
import { Machine } from "./machine.ts";

const CHANGED = "CHANGED";

describe.runIf(ALL)("developer mode over a proved /usr", () => {
  let folder: string;
  let disk: string;
  let parts: HermeticDisk;
  let machine: Machine | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-hermetic-"));
    parts = await hermeticDisk("hermetic-state", [], { withKernels: false, more: "state" });
    disk = join(folder, "disk.img");
    run("cp", ["--sparse=always", "--reflink=auto", parts.image, disk]);
  });
  afterAll(async () => {
    await machine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async (words: readonly string[] = []) => {
    await machine?.stop();
    machine = await Machine.start({ ...parts, disk, words, panel: null });
    return machine;
  };
  const running = async (vm: Machine, version: string) => {
    await vm.terminal.waitForHistory(new RegExp(`This is slot ${version}`), 120_000);
    await vm.agent.ready();
    return vm.agent.output("cat /proc/mounts");
  };

  test("leaves the proof out where that was chosen, and keeps an ephemeral layer for one start", async () => {
    let vm = await start(["holdfast.menu"]);
    await vm.terminal.waitFor(/Boot menu/, 120_000);
    await choose(vm, "Developer mode");
    await turnOn(vm, "Writable system");
    await turnOn(vm, "No integrity check");
    await turnOn(vm, "Forget changes at restart");
    await choose(vm, "Turn on");
    await vm.terminal.waitFor(/Developer mode is on\./);
    vm.terminal.type("\x1b");
    await choose(vm, "Start ");
    const mounts = await running(vm, NEWER);
    expect(mounts).toMatch(/^overlay \/usr overlay .*upperdir=\/run\/holdfast\/layer\/usr/m);
    expect(mounts).not.toContain("/dev/mapper/usr");
    await vm.agent.output("echo mine >/usr/marker && sync");

    // A byte of a comment at the end of its init: what dm-verity would find.
    await vm.stop();
    changeInit();
    vm = await start();
    await running(vm, NEWER);
    expect((await vm.agent.run("cat /usr/marker")).code).not.toBe(0);
    expect(await vm.agent.output("tail -n 1 /usr/sbin/init")).toContain(CHANGED);
    await vm.agent.output("touch /usr/marker");
  });

  /** Writes over a piece of the last line of the newer version's init. */
  function changeInit(): void {
    const image = readFileSync(parts.versions[1]?.file ?? "");
    const at = image.indexOf(INIT_END);
    expect(at).toBeGreaterThan(0);
    const table = JSON.parse(run("sfdisk", ["--json", disk])).partitiontable;
    const usr = table.partitions.find((each: { name: string }) => each.name === `duranium_${NEWER}_usr`);
    patch(disk, usr.start * 512 + at, Buffer.from(CHANGED));
  }
});
