import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StoreState } from "../../src/boot-control/boot-control.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import type { Capability } from "../../src/domain/slot.ts";
import { ALL } from "./all.ts";
import { efiDisk, espNames } from "./efi-disk.ts";
import { efiInitramfs } from "./efi-initramfs.ts";
import { EfiMachine } from "./efi-machine.ts";
import type { FatFile } from "./gpt-disk.ts";

/** What efi-probe.ts prints. */
interface Probed {
  readonly counting: string;
  readonly capabilities: readonly Capability[];
  readonly booted: { readonly slot: string; readonly certain: boolean; readonly counted: boolean } | null;
  readonly roots: readonly (readonly [string, string | null])[];
  readonly state: StoreState;
  readonly error?: string;
}

/** The same of the firmware's boot options. */
interface BootedOption {
  /** Description of the one that was started. */
  readonly booted: string | null;
  readonly state: StoreState;
}

const ROOT = "PARTUUID=11111111-1111-4111-8111-111111111111";
const COMMAND_LINE = `console=ttyS0,115200 quiet panic=-1 root=${ROOT}`;

/** An entry whose system works as far as the tests' agent. */
const sound = (): FatFile => ({
  text: `title Sound\nlinux /vmlinuz\ninitrd /agent.img\noptions ${COMMAND_LINE}\n`,
});
/** An update that was broken on its way: no initramfs, so the kernel finds no root, panics and restarts. */
const broken = (): FatFile => ({ text: `title Broken\nlinux /vmlinuz\noptions ${COMMAND_LINE}x\n` });

async function machineWith(name: string, entries: Readonly<Record<string, FatFile>>): Promise<EfiMachine> {
  const disk = await efiDisk(`${name}.img`, {
    vmlinuz: { file: debianKernel("amd64").vmlinuz },
    "agent.img": { file: await efiInitramfs("amd64") },
    "loader/loader.conf": { text: "timeout 0\n" },
    ...entries,
  });
  return EfiMachine.start(disk);
}

/** Waits for the agent of the next start. */
async function started(machine: EfiMachine): Promise<void> {
  await machine.waitForLog(/The agent is ready/);
  await machine.agent.ready();
}

/** What lies on the disk of the host: mtools reads it, so the machine has to have written it. */
const entriesOn = (machine: EfiMachine) => espNames(machine.disk, "loader/entries");
const health = ({ state }: Probed) =>
  state.slots.map(({ id, health: each, triesLeft }) => [id, each, triesLeft]);

describe("an update on its last try, under OVMF and systemd-boot", () => {
  let machine: EfiMachine;
  beforeAll(async () => {
    machine = await machineWith("efi-countdown", {
      "loader/entries/os-2+1-2.conf": broken(),
      "loader/entries/os-1+2-0.conf": sound(),
    });
  });
  afterAll(() => machine.stop());

  test("fails and is counted by the loader; then the older entry starts, and Holdfast knows and marks it", async () => {
    await started(machine);
    expect(machine.terminal.log().match(/Kernel panic/g)).toHaveLength(1);
    expect(entriesOn(machine)).toEqual(["os-1+1-1.conf", "os-2+0-3.conf"]);

    const found = await machine.probe<Probed>("status");
    expect(found).toMatchObject({
      counting: "bootloader",
      booted: { slot: "os-1", certain: true, counted: true },
      state: { default: "os-1", once: null, problems: [] },
    });
    expect(found.capabilities).toEqual(expect.arrayContaining(["select", "once"]));
    expect(found.roots[0]).toEqual(["os-1.conf", ROOT]);
    expect(health(found)).toEqual([
      ["os-1", "trying", 1],
      ["os-2", "bad", 0],
    ]);
    const marked = await machine.probe<Probed>("good", "os-1");
    expect(health(marked)[0]).toEqual(["os-1", "good", 0]);
    expect(entriesOn(machine)).toEqual(["os-1.conf", "os-2+0-3.conf"]);
  });
});

describe.runIf(ALL)("wishes for the next start, in real firmware's variables", () => {
  let machine: EfiMachine;
  beforeAll(async () => {
    machine = await machineWith("efi-wishes", {
      "loader/entries/os-2+3-0.conf": sound(),
      "loader/entries/os-1.conf": sound(),
    });
  });
  afterAll(() => machine.stop());

  /** Starts again and waits for the agent. */
  const restart = async () => {
    const starts = machine.terminal.log().split("The agent is ready").length;
    await machine.agent.run("sync; reboot -f", 3000).catch(() => {});
    const again = new RegExp(`(?:The agent is ready[\\s\\S]*){${starts}}`);
    await machine.waitForLog(again);
    await machine.agent.ready();
  };
  /** Starts again and answers what Holdfast then finds. */
  const restarted = async () => {
    await restart();
    return machine.probe<Probed>("status");
  };

  test("once is used up by one start, a default lasts, and both go away again", async () => {
    await started(machine);
    const first = await machine.probe<Probed>("once", "os-1");
    expect([first.booted?.slot, first.state.once]).toEqual(["os-2", "os-1"]);
    const file = "/sys/firmware/efi/efivars/LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
    // The kernel keeps what it does not know from careless hands by the immutable flag.
    expect((await machine.agent.run(`rm ${file}`)).output).toMatch(/not permitted/);
    expect((await machine.probe<Probed>("select", "os-1")).state).toMatchObject({
      default: "os-1",
      once: null,
    });
    expect((await machine.probe<Probed>("once", "os-2")).state).toMatchObject({
      default: "os-1",
      once: "os-2",
    });

    const once = await restarted();
    expect(once).toMatchObject({
      booted: { slot: "os-2", counted: true },
      state: { once: null, default: "os-1" },
    });
    const lasting = await restarted();
    expect(lasting).toMatchObject({ booted: { slot: "os-1", certain: true, counted: false } });
    expect(entriesOn(machine)).toEqual(["os-1.conf", "os-2+1-2.conf"]);
    // The newest entry is first by itself: no variable is needed for it.
    expect((await machine.probe<Probed>("select", "os-2")).state.default).toBe("os-2");
    expect(await machine.agent.output("ls /sys/firmware/efi/efivars")).not.toMatch(
      /LoaderEntry(Default|OneShot)/,
    );
  });

  test("a boot partition that is mounted read-only refuses with the reason and keeps its names", async () => {
    const names = entriesOn(machine);
    await machine.agent.output("mkdir -p /mnt && mount -t vfat -o ro /dev/vda1 /mnt");
    const { error } = await machine.probe<Probed>("bad", "os-1");
    expect(error).toMatch(/os-1\.conf could not be renamed to os-1\+0\.conf: EROFS/);
    await machine.agent.output("umount /mnt");
    expect(entriesOn(machine)).toEqual(names);
  });

  test("a read-only efivarfs refuses with the reason and changes nothing", async () => {
    await machine.agent.output("mount -o remount,ro /sys/firmware/efi/efivars");
    const { error } = await machine.probe<Probed>("select", "os-1");
    expect(error).toMatch(/LoaderEntryDefault-.* was not written: efivarfs is read-only/);
    expect((await machine.probe<Probed>("status")).state.default).toBe("os-2");
    await machine.agent.output("mount -o remount,rw /sys/firmware/efi/efivars");
  });

  test("RAUC's slots are boot options: the firmware starts the one in front, and once the one of BootNext", async () => {
    const rauc = (...words: string[]) => machine.probe<BootedOption>("rauc", ...words);
    const made = await rauc("copies");
    expect(made.state).toMatchObject({ default: "a", once: null, problems: [] });
    expect((await rauc("select", "b")).state.default).toBe("b");
    await restart();
    expect(await rauc("status")).toMatchObject({ booted: "B", state: { default: "b", once: null } });
    expect((await rauc("once", "a")).state).toMatchObject({ default: "b", once: "a" });
    await restart();
    expect(await rauc("status")).toMatchObject({ booted: "A", state: { default: "b", once: null } });
    expect((await rauc("bad", "b")).state).toMatchObject({
      default: "a",
      slots: [{ health: "good" }, { health: "bad" }],
    });
    await restart();
    expect((await rauc("status")).booted).toBe("A");
  });
});
