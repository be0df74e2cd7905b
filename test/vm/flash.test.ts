import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianKernel } from "../../src/build/kernel.ts";
import { ubootEnvTools } from "../../src/build/tools.ts";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";

/** nandsim, flash memory with NAND's rules, behind what it needs. */
const MODULES = [
  ...["lib/bch", "drivers/mtd/mtd", "drivers/mtd/nand/nandcore", "drivers/mtd/nand/raw/nand"],
  "drivers/mtd/nand/raw/nandsim",
];
const moduleFile = (path: string) => `flash/${path.split("/").at(-1)}.ko`;
/** An erase block of nandsim. */
const BLOCK = 0x4000;
const ENV = "BOOT_ORDER A B\nBOOT_A_LEFT 3\nBOOT_B_LEFT 3\n";

/** What fw_env.config says, by name; a copy has two erase blocks, of which one may be bad. */
const PLACES = {
  redundant: [0, 4 * BLOCK].map((at) => `/dev/mtd0 ${at} 0x1000 0x4000 2\n`).join(""),
  single: `/dev/mtd0 ${8 * BLOCK} 0x1000 0x4000\n`,
  shared: "/dev/mtd0 0x40000 0x1000 0x4000\n/dev/mtd0 0x41000 0x1000 0x4000\n",
};
type Place = keyof typeof PLACES;

function configFor(place: Place): string {
  const slots = ["a", "b"].map((id) => `[[slot]]\nid = "${id}"\nroot = "PARTLABEL=root_${id}"\n`);
  const section = `[uboot-env]\nfw_env_config = "/flash/${place}.config"\n`;
  return ['[boot]\nscheme = "uboot-env"\n', section, ...slots].join("");
}

function files(): Record<string, string | Buffer> {
  const { modulesDir } = debianKernel("amd64");
  const modules = MODULES.map((path) => [
    moduleFile(path),
    readFileSync(join(modulesDir, "kernel", `${path}.ko`)),
  ]);
  const tools = ["fw_printenv", "fw_setenv"].map((name) => [
    `flash/${name}`,
    readFileSync(ubootEnvTools().path(name)),
  ]);
  const places = Object.entries(PLACES).flatMap(([name, text]) => [
    [`flash/${name}.config`, text],
    [`flash/${name}.toml`, configFor(name as Place)],
  ]);
  return { ...Object.fromEntries([...modules, ...tools, ...places]), "flash/env": ENV };
}

describe.runIf(ALL)("U-Boot's environment in simulated NAND flash", () => {
  let machines: Bench;
  let machine: Machine;
  beforeAll(async () => {
    machines = await bench({ name: "test-flash", files: files() });
    machine = await machines.start({ words: ["holdfast.menu"], panel: null });
    const { agent } = machine;
    await agent.ready();
    await agent.output("chmod 755 /flash/fw_*env && mkdir -p /run/lock /var && ln -sfn /run/lock /var/lock");
    // The first erase block of the first copy is bad, so that the copy lies in the second.
    for (const path of MODULES) {
      await agent.output(`insmod /${moduleFile(path)} ${path.endsWith("nandsim") ? "badblocks=0" : ""}`);
    }
  });
  afterAll(() => machines.clear());

  const holdfast = (place: Place, words: string) =>
    machine.agent.run(`/usr/lib/holdfast/holdfast --config /flash/${place}.toml ${words}`);
  const setenv = (place: Place, ...edits: readonly string[]) =>
    machine.agent.output(`/flash/fw_setenv -c /flash/${place}.config ${edits.join(" ")}`);
  /** What U-Boot's own tool reads. */
  async function printenv(place: Place): Promise<Record<string, string>> {
    const text = await machine.agent.output(`/flash/fw_printenv -c /flash/${place}.config`);
    const pairs = [...text.matchAll(/^(BOOT_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]);
    return Object.fromEntries(pairs);
  }

  test("which has a bad block", async () => {
    const facts = await machine.agent.output("cat /sys/class/mtd/mtd0/type /sys/class/mtd/mtd0/bad_blocks");
    expect(facts).toBe("nand\n1");
  });

  test.each(["redundant", "single"] as const)(
    "%s: fw_printenv reads what Holdfast wrote, and Holdfast what fw_setenv wrote, many times over",
    async (place) => {
      await setenv(place, "-s", "/flash/env");
      const values = { BOOT_ORDER: "A B", BOOT_A_LEFT: "3", BOOT_B_LEFT: "3" };
      expect(await printenv(place)).toEqual(values);
      expect(await holdfast(place, "select b")).toMatchObject({ code: 0 });
      expect(await printenv(place)).toEqual({ ...values, BOOT_ORDER: "B A" });
      expect(await holdfast(place, "mark tries 1 --slot a")).toMatchObject({ code: 0 });
      expect(await printenv(place)).toEqual({ ...values, BOOT_ORDER: "B A", BOOT_A_LEFT: "1" });
      await setenv(place, "BOOT_B_LEFT", "2");
      const { output } = await holdfast(place, "status --json");
      expect(JSON.parse(output)).toMatchObject({
        scheme: "uboot-env",
        default: "b",
        slots: [{ triesLeft: 1 }, { triesLeft: 2 }],
      });
      expect(await holdfast(place, "mark bad --slot b")).toMatchObject({ code: 0 });
      expect(await printenv(place)).toMatchObject({ BOOT_ORDER: "A", BOOT_B_LEFT: "0" });
    },
    120_000,
  );

  test("two copies in one erase block are refused: writing one would erase the other", async () => {
    const { code, output } = await holdfast("shared", "status");
    expect(output).toContain("the two copies on /dev/mtd0 share an erase block of 16384 bytes");
    expect(code).toBe(2);
  });
});
