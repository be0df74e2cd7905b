import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ubootEnvTools } from "../../src/build/tools.ts";
import { StatusJson } from "../../src/commands/status-json.ts";
import { holdfast } from "../fixtures/holdfast.ts";
import { machineIn } from "../fixtures/machine.ts";
import { FwTools, mkenvimage } from "../integration/boot-tools.ts";
import { patch } from "./gpt-disk.ts";
import { ENV_PLACE, ENV_SIZE, UbootBoard } from "./uboot-machine.ts";

/** The environment that the board leaves the factory with. */
const FACTORY = `bootdelay=0
scriptaddr=0x40200000
bootcmd=virtio scan; load virtio 0:1 \${scriptaddr} boot.scr; source \${scriptaddr}
BOOT_ORDER=A B
BOOT_A_LEFT=3
BOOT_B_LEFT=3
`;

/** Chooses a slot by RAUC's convention (contrib/uboot.sh): the first of the order with a try left, in hex. */
const CHOOSE = `setenv chosen
for name in "\${BOOT_ORDER}"; do
  if test -z "\${chosen}" -a "\${name}" = "A" -a 0x\${BOOT_A_LEFT} -gt 0; then
    setexpr BOOT_A_LEFT \${BOOT_A_LEFT} - 1
    setenv chosen A; setenv part 2
  fi
  if test -z "\${chosen}" -a "\${name}" = "B" -a 0x\${BOOT_B_LEFT} -gt 0; then
    setexpr BOOT_B_LEFT \${BOOT_B_LEFT} - 1
    setenv chosen B; setenv part 3
  fi
done
if test -z "\${chosen}"; then
  echo NOTHING LEFT; poweroff
fi
setenv bootargs rauc.slot=\${chosen}
saveenv
load virtio 0:\${part} \${scriptaddr} slot.scr
source \${scriptaddr}
`;

/** What stands in for a slot's kernel: it says which slot it is and with which words it was started. */
const slotScript = (name: string) => `echo "SLOT ${name} STARTED WITH [\${bootargs}]"\npoweroff\n`;

const folder = mkdtempSync(join(tmpdir(), "holdfast-uboot-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("U-Boot with RAUC's variables in its flash", () => {
  let root: string;
  let board: UbootBoard;
  let tools: readonly FwTools[];
  beforeAll(() => {
    root = machineIn(folder, { "proc/cmdline": "", "etc/fw_env.config": `/flash.img ${ENV_PLACE}\n` });
    board = new UbootBoard(root, CHOOSE, { root_a: slotScript("A"), root_b: slotScript("B") });
    patch(board.flash, 0, mkenvimage(folder, FACTORY, ENV_SIZE, false));
    const config = join(folder, "tools.config");
    writeFileSync(config, `${board.flash} ${ENV_PLACE}\n`);
    tools = [new FwTools(config), new FwTools(config, ubootEnvTools())];
  }, 600_000);

  /** One start; answers which slot ran, which then says so to Holdfast as a kernel would. */
  async function start(): Promise<string | undefined> {
    const said = await board.start();
    expect(said).toContain("Loading Environment from Flash... OK");
    const [, slot, words] = /^SLOT (.) STARTED WITH \[(.*)\]$/m.exec(said) ?? [];
    writeFileSync(join(root, "proc/cmdline"), `${words}\n`);
    return slot;
  }

  /** Order and tries as both fw_printenv read them. */
  function variables(): string[] {
    return tools.map((tool) => {
      const { BOOT_ORDER, BOOT_A_LEFT, BOOT_B_LEFT } = tool.variables();
      return `${BOOT_ORDER}: ${BOOT_A_LEFT} ${BOOT_B_LEFT}`;
    });
  }
  const both = (text: string) => [text, text];

  const call = (...words: string[]) => holdfast(["--root", root, "--disk", board.disk, ...words]);
  function status() {
    const { stdout } = call("status", "--json");
    const { scheme, booted, next, slots } = StatusJson.parse(JSON.parse(stdout));
    const told = slots.map(({ id, health, triesLeft }) => `${id} ${health} ${triesLeft}`);
    return { scheme, booted, next: next.slot, slots: told };
  }

  test("counts down what Holdfast reads, falls over to the other slot, and starts what Holdfast marks", async () => {
    expect(status()).toEqual({
      scheme: "uboot-env",
      booted: null,
      next: "a",
      slots: ["a trying 3", "b trying 3"],
    });
    for (const left of [2, 1, 0]) {
      expect(await start()).toBe("A");
      expect(variables()).toEqual(both(`A B: ${left} 3`));
      expect(status().booted).toEqual({ slot: "a", certain: true });
    }
    // On its last try, and running: not lost yet.
    expect(status().slots[0]).toBe("a trying 0");

    expect(await start()).toBe("B");
    expect(variables()).toEqual(both("A B: 0 2"));
    const fallen = { scheme: "uboot-env", booted: { slot: "b", certain: true }, next: "b" };
    expect(status()).toEqual({ ...fallen, slots: ["a bad 0", "b trying 2"] });
    expect(call("mark", "good")).toMatchObject({ code: 0 });
    expect(variables()).toEqual(both("A B: 0 3"));

    expect(call("mark", "good", "--slot", "a")).toMatchObject({ code: 0 });
    expect(await start()).toBe("A");
    expect(call("select", "b")).toMatchObject({ code: 0 });
    expect(variables()).toEqual(both("B A: 2 3"));
    expect(await start()).toBe("B");
    expect(call("mark", "bad", "--slot", "b")).toMatchObject({ code: 0 });
    expect(variables()).toEqual(both("A: 2 0"));
    expect(await start()).toBe("A");
    expect(variables()).toEqual(both("A: 1 0"));
    expect(call("mark", "tries", "2", "--slot", "b")).toMatchObject({ code: 0 });
    expect(variables()).toEqual(both("A B: 1 2"));
  });
});
