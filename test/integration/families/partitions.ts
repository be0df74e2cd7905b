import { join } from "node:path";
import { expect } from "vitest";
import { openDevice } from "../../../src/commands/device.ts";
import type { GlobalOptions } from "../../../src/commands/options.ts";
import { slotGroup } from "../../../src/commands/slot-systems.ts";
import type { KeptSystem } from "../../../src/domain/kept-systems.ts";
import { volatileRootSteps } from "../../../src/domain/volatile-root.ts";
import { partitions } from "../../../src/roots/kinds/partitions.ts";
import { describeRoot } from "../../../src/roots/partition.ts";
import { attributesOf, chromeosImage, uniqueGuid } from "../../fixtures/chromeos-image.ts";
import { fakeEsp } from "../../fixtures/esp.ts";
import { espImage, ukiOf, usrOf, versionedDisk } from "../../fixtures/versioned-image.ts";
import { bootctlList } from "../efi-tools.ts";
import { run } from "../tools.ts";
import { attach, makeSystem, OLD_KERNEL, type Question, type Row, RUNNING, runIn } from "./row.ts";

const optionsFor = (disk: string): GlobalOptions => ({
  ...{ config: null, root: "/", disk, scheme: null, logLevel: "error" },
});

async function slotsOf(disk: string): Promise<readonly KeptSystem[]> {
  const options = optionsFor(disk);
  return (await slotGroup(options, await openDevice(options))).systems;
}

/**
 * A/B/C by ChromeOS's types, which cgpt made and judges; and versioned /usr with verity by their unified kernel images,
 * which bootctl judges. Partitions of image files have no device nodes: what is entered is a root on a loop device.
 */
export function partitionsRow(folder: string): Row {
  const [abc, versions] = [join(folder, "abc.img"), join(folder, "versions.img")];
  chromeosImage(abc, {
    a: { priority: 2, tries: 0, successful: true },
    b: { priority: 1, tries: 3, successful: false },
    c: { priority: 0, tries: 0, successful: false },
  });
  const images = ["20260801", "20260915"].map((version) => usrOf(folder, version));
  const ukis = images.map((image, at) => [
    `EFI/Linux/os_${at}${at === 1 ? "+2-0" : ""}.efi`,
    { uki: ukiOf(image) },
  ]);
  espImage(join(folder, "esp.img"), 64, Object.fromEntries(ukis));
  versionedDisk(versions, join(folder, "esp.img"), images);
  /** Shows `use` a device with the image of a root of that version and kernel. */
  const withRoot = async <T>(version: string, kernel: string, use: (device: string) => T | Promise<T>) => {
    const [tree, image] = [join(folder, "tree"), join(folder, "root.erofs")];
    makeSystem(tree, version, kernel);
    run("mkfs.erofs", ["--quiet", image, tree]);
    const device = attach(image);
    if (device === null) return "no loop device here";
    try {
      return await use(device);
    } finally {
      run("losetup", ["--detach", device]);
    }
  };
  const answers: Readonly<Record<Question, () => Promise<string>>> = {
    async lists() {
      const ids = (await slotsOf(abc)).map(({ id }) => id);
      expect(ids).toEqual(["a", "b", "c"].map((id, at) => `${id}=PARTUUID=${uniqueGuid(abc, 3 + 2 * at)}`));
      const [told, ours] = [judgeVersions(versions), await slotsOf(versions)];
      expect(ours.map(({ id }) => id.replace(/=.*/, ""))).toEqual(told.map(([version]) => version));
      return `a b c; ${told.map(([version]) => version).join(" ")}`;
    },
    async describes() {
      const told = [2, 4, 6].map((number) => attributesOf(abc, number));
      const evidence = told.map(({ priority, tries, successful }) =>
        [`priority ${priority}`, `tries left ${tries}`, successful ? "confirmed" : "not confirmed"].join(
          ", ",
        ),
      );
      const ours = await slotsOf(abc);
      expect(ours.map(({ health }) => health.evidence)).toEqual(
        evidence.map((each) => [`The store chromeos-gpt says: ${each}.`]),
      );
      expect((await slotsOf(versions)).map(({ health }) => health.triesLeft)).toEqual(
        judgeVersions(versions).map(([, tries]) => tries),
      );
      return evidence.join("; ");
    },
    async once() {
      for (const { once } of await slotsOf(abc)) expect(once.reason).toMatch(/has no device node here/);
      const asked = (device: string) => entryOf(device, join(folder, "look"));
      const [first, second] = [
        await withRoot("24.2", RUNNING.kernel, asked),
        await withRoot("24.1", OLD_KERNEL, asked),
      ];
      expect([first, second]).toEqual(["switch-root", "reboot"]);
      return `24.2 ${first}, 24.1 ${second}`;
    },
    async always() {
      const options = optionsFor(abc);
      const device = await openDevice(options);
      const { systems } = await slotGroup(options, device);
      expect(systems.map(({ always }) => always.command)).toEqual([
        null,
        "holdfast select b",
        "holdfast select c",
      ]);
      await device.write({ kind: "select", slot: "b", once: false });
      const [a, b] = [attributesOf(abc, 2), attributesOf(abc, 4)];
      expect(b.priority).toBeGreaterThan(a.priority);
      expect((await slotsOf(abc)).map(({ flags }) => flags.default)).toEqual([false, true, false]);
      return `holdfast select b: priority ${b.priority} over ${a.priority}`;
    },
    async enters() {
      const root = { fstype: "erofs", options: "ro", verity: null, init: INIT, usr: null };
      const target = join(folder, "target");
      const entered = (words: string) =>
        withRoot("24.2", RUNNING.kernel, (device) =>
          runIn({ steps: volatileRootSteps({ ...root, device }, target, words), init: INIT }, target),
        );
      const said = await entered("quiet");
      expect(said).toBe("version 24.2, /usr read-only, /etc read-only, /var read-only");
      const volatile = [await entered("systemd.volatile=yes"), await entered("systemd.volatile=overlay")];
      expect(volatile).toEqual([
        "version 24.2, /usr read-only, /etc writable, /var writable",
        "version 24.2, /usr writable, /etc writable, /var writable",
      ]);
      return `${said}; so in memory and overlaid`;
    },
  };
  return { kind: partitions, answer: (question) => answers[question](), close() {} };
}

const INIT = "/sbin/init";

/** How a root can be entered under the running kernel, as its slot is told. */
async function entryOf(device: string, workDir: string): Promise<string | null> {
  const place = { id: "a", device, fstype: null, verity: null, base: null, problem: null };
  const question = { kernel: RUNNING.kernel, init: INIT, usesModules: true, ownKernel: false };
  const { entry } = await describeRoot(place, { ...question, workDir });
  return entry;
}

/** Version and tries left of each entry, as bootctl lists them. */
function judgeVersions(disk: string): (readonly [string | undefined, number])[] {
  const esp = fakeEsp();
  try {
    run("mcopy", ["-s", "-n", "-i", `${disk}@@${2 ** 20}`, "::/EFI", esp.root]);
    return bootctlList(esp).map(({ version, triesLeft }) => [version, triesLeft ?? 0]);
  } finally {
    esp.clear();
  }
}
