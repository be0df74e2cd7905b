import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { StatusJson } from "../../src/commands/status-json.ts";
import { holdfast } from "../fixtures/holdfast.ts";
import { machineIn } from "../fixtures/machine.ts";
import { grubList } from "../integration/boot-tools.ts";
import { GrubPc } from "./grub-machine.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-grub-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CONSOLE = "serial --unit=0 --speed=115200\nterminal_output serial\nload_env\n";

/** Chooses a slot by RAUC's convention (contrib/grub.conf): the first of ORDER that is OK and was not tried. */
const RAUC = `${CONSOLE}
for name in $ORDER; do
  if [ -z "$chosen" -a "$name" = A -a "$A_OK" = 1 -a "$A_TRY" = 0 ]; then
    set A_TRY=1; set chosen=A; set part=gpt3
  fi
  if [ -z "$chosen" -a "$name" = B -a "$B_OK" = 1 -a "$B_TRY" = 0 ]; then
    set B_TRY=1; set chosen=B; set part=gpt4
  fi
done
save_env A_TRY B_TRY
if [ -z "$chosen" ]; then echo NOTHING LEFT; halt; fi
export words
set words="rauc.slot=$chosen"
configfile (hd0,$part)/slot.cfg
`;

/**
 * Fedora's counting (08_fallback_counting.in, 10_reset_boot_success.in) with two menu entries. Debian's GRUB
 * has no command to decrement, so that the steps from 2 on are written out.
 */
const GREENBOOT = `${CONSOLE}
set default=0
if [ -n "$boot_counter" -a "$boot_success" = 0 ]; then
  if [ "$boot_counter" = 0 -o "$boot_counter" = -1 ]; then
    set default=1; set boot_counter=-1
  elif [ "$boot_counter" = 1 ]; then set boot_counter=0
  elif [ "$boot_counter" = 2 ]; then set boot_counter=1
  fi
  save_env boot_counter
fi
if [ -n "$next_entry" ]; then set default="$next_entry"; set next_entry=; save_env next_entry; fi
set boot_success=0
save_env boot_success
if [ "$default" = 0 ]; then configfile (hd0,gpt3)/slot.cfg; else configfile (hd0,gpt4)/slot.cfg; fi
`;

/** What stands in for a slot's kernel: it says which slot it is and with which words it was started. */
const slotScript = (name: string) => `echo "SLOT ${name} STARTED WITH [$words]"\nhalt\n`;
const SLOTS = { root_a: slotScript("A"), root_b: slotScript("B") };

/** A PC with this grub.cfg and these variables, and what Holdfast is told of it. */
function installed(script: string, variables: readonly string[], configuration = "") {
  const root = machineIn(folder, {
    "proc/cmdline": "",
    "boot/grub/grubenv": "",
    "etc/holdfast/config.toml": configuration,
  });
  const env = join(root, "boot/grub/grubenv");
  const pc = new GrubPc(root, script, SLOTS);
  pc.takeEnv(env);
  run("grub-editenv", [env, "set", ...variables]);
  return {
    /** One start; answers which slot ran, which then says so to Holdfast as a kernel would. */
    async start(): Promise<string | undefined> {
      pc.putEnv(env);
      const said = await pc.start();
      pc.takeEnv(env);
      const [, slot, words] = /SLOT (.) STARTED WITH \[(.*)\]/.exec(said) ?? [];
      writeFileSync(join(root, "proc/cmdline"), `${words}\n`);
      return slot;
    },
    variables: () => grubList(env),
    call: (...words: string[]) => holdfast(["--root", root, "--disk", pc.disk, ...words]),
    status() {
      const { stdout } = this.call("status", "--json");
      const { booted, next, once, slots } = StatusJson.parse(JSON.parse(stdout));
      const told = slots.map(({ id, health, triesLeft }) => `${id} ${health} ${triesLeft}`);
      return { booted: booted?.slot ?? null, next: next.slot, once, slots: told };
    },
  };
}

describe("GRUB", () => {
  test("with RAUC's variables: one try each, the other slot after it, and what Holdfast marks", async () => {
    const pc = installed(RAUC, ["ORDER=A B", "A_OK=1", "A_TRY=0", "B_OK=1", "B_TRY=0"]);
    expect(pc.status()).toEqual({ booted: null, next: "a", once: null, slots: ["a trying 1", "b trying 1"] });
    expect(await pc.start()).toBe("A");
    expect(pc.variables()).toMatchObject({ A_TRY: "1", B_TRY: "0" });
    expect(pc.status()).toMatchObject({ booted: "a", next: "b", slots: ["a trying 0", "b trying 1"] });
    expect(await pc.start()).toBe("B");
    expect(pc.variables()).toMatchObject({ A_TRY: "1", B_TRY: "1" });
    expect(pc.status()).toMatchObject({ booted: "b", slots: ["a bad 0", "b trying 0"] });
    expect(pc.call("mark", "good")).toMatchObject({ code: 0 });
    expect(await pc.start()).toBe("B");
    expect(pc.call("select", "a")).toMatchObject({ code: 0 });
    expect(await pc.start()).toBe("A");
    expect(pc.call("mark", "bad", "--slot", "a")).toMatchObject({ code: 0 });
    expect(pc.call("mark", "good", "--slot", "b")).toMatchObject({ code: 0 });
    expect(await pc.start()).toBe("B");
    expect(pc.variables()).toMatchObject({ ORDER: "B", A_OK: "0", B_OK: "1", B_TRY: "1" });
  });

  test("with Fedora's counter: it counts Holdfast's tries down, falls back, and obeys the one-shot entry", async () => {
    const configuration = '[boot]\nscheme = "grubenv"\n[grubenv]\nstyle = "greenboot"\n';
    const pc = installed(GREENBOOT, ["boot_counter=1", "boot_success=0"], configuration);
    expect(pc.call("mark", "tries", "2", "--slot", "a")).toMatchObject({ code: 0 });
    for (const left of ["1", "0"]) {
      expect(await pc.start()).toBe("A");
      expect(pc.variables()).toMatchObject({ boot_counter: left, boot_success: "0" });
    }
    expect(await pc.start()).toBe("B");
    expect(pc.variables()).toMatchObject({ boot_counter: "-1" });
    expect(pc.status()).toMatchObject({ next: "b", slots: ["a bad 0", "b unknown null"] });
    expect(pc.call("mark", "good", "--slot", "a")).toMatchObject({ code: 0 });
    expect(await pc.start()).toBe("A");
    expect(pc.call("select", "b", "--once")).toMatchObject({ code: 0 });
    expect(pc.status()).toMatchObject({ once: "b" });
    expect(await pc.start()).toBe("B");
    expect(pc.status()).toMatchObject({ once: null });
    expect(await pc.start()).toBe("A");
  });
});
