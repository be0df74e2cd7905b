import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";

/**
 * dummy_hcd is a USB port of a device and the computer at its other end in one machine: what the menu offers is
 * enumerated by the kernel's own host drivers, as on a computer of its own.
 */
const MODULES = ["dummy_hcd", "xhci_pci", "usb_storage", "sd_mod", "cdc_acm", "cdc_ncm"];

/** "1234", with N = 16384, r = 8, p = 1 and 32 bytes. */
const PIN = "scrypt:0011223344556677:e5c8a1751741dc8e03ca2bf7f6eca639e07ed46c2ca4c181f74a461d1f2f4d26";

const CONFIG = `[console]
gadget = true
ask_pin = ["ttyGS0"]
pin = "${PIN}"
`;

/** What a command in the machine prints, once it prints what is wanted. */
async function eventually(machine: Machine, command: string, wanted: RegExp): Promise<string> {
  const loop = `for i in $(seq 100); do x=$(${command} 2>&1); echo "$x" | grep -qE '${wanted.source}' && break; usleep 100000; done; echo "$x"`;
  const output = await machine.agent.output(loop);
  expect(output).toMatch(wanted);
  return output;
}

/** Writes down what comes on a line at the computer's end. */
async function listen({ agent }: Machine, line: string, file: string): Promise<void> {
  // What holds the agent's own line would keep its answer back.
  await agent.output(`stty -F ${line} raw -echo; cat ${line} >${file} 2>/dev/null </dev/null &`);
}

describe.runIf(ALL)("the USB port of a device", () => {
  let machines: Bench;
  const folder = mkdtempSync(join(tmpdir(), "holdfast-usb-"));
  const stick = join(folder, "stick.img");
  beforeAll(async () => {
    run("truncate", ["-s", "8M", stick]);
    run("mkfs.vfat", [stick]);
    machines = await bench({
      name: "usb",
      modules: MODULES,
      files: { "etc/holdfast/config.d/50-usb.toml": CONFIG },
    });
  });
  afterAll(async () => {
    await machines.clear();
    rmSync(folder, { recursive: true });
  });

  test("gives a computer drives, a network, a shell and the menu, and is empty when the boot goes on", async () => {
    const machine = await machines.start({ words: ["holdfast.menu"], stick });
    const { terminal, agent } = machine;
    await agent.ready();
    await terminal.waitFor(/> 3 Start Slot A/);
    await choose(machine, "Tools");
    await choose(machine, "USB");

    // A slot's root can be read, and a computer sees its bytes.
    await choose(machine, "root_a");
    expect(await terminal.waitFor(/A system is on it, which must not be changed/)).toContain(
      "Let it be read",
    );
    await choose(machine, "Let it be read(?! and)");
    await terminal.waitFor(/A computer can read \/dev\/vda4 now/);
    await eventually(machine, "cat /sys/class/block/sdb/ro", /^1$/);
    const sum = (disk: string) => agent.output(`dd if=${disk} bs=1M count=4 2>/dev/null | sha1sum`);
    expect(await sum("/dev/sdb")).toBe(await sum("/dev/vda4"));
    expect((await agent.run("mount -t erofs /dev/vda4 /sysroot")).output).toMatch(/busy/i);

    // A stick can be written, once that is confirmed.
    await choose(machine, "Back");
    await terminal.waitFor(/dev\/vda4 is a drive that a computer can read\.\s+A computer is\s+connected/);
    await choose(machine, "/dev/sda");
    await choose(machine, "Let it be read and changed");
    await terminal.waitFor(/Type WRITE to confirm/);
    expect((await agent.run("dd if=/dev/zero of=/dev/sdb bs=512 count=1")).code).not.toBe(0);
    terminal.type("WRITE\r");
    await terminal.waitFor(/can read and change \/dev\/sda now/);
    await eventually(machine, "cat /sys/class/block/sdb/ro /sys/class/block/sdb/size", /^0\n16384$/);
    await agent.output("echo written by a computer | dd of=/dev/sdb seek=1000 conv=fsync");

    // Shell and network come beside it; the menu's own line stays what it was.
    await choose(machine, "Back");
    await terminal.waitFor(/dev\/sda is a drive that a computer can read and change\./);
    await choose(machine, "Network over USB");
    await terminal.waitFor(/The network over USB is on/);
    await choose(machine, "Command line over USB");
    await terminal.waitFor(/The command line over USB is on/);
    await terminal.waitFor(/A computer is\s+connected/);
    await eventually(machine, "ip address show usb0", /172\.16\.42\.1\/16/);
    await eventually(machine, "ls /dev/ttyACM1", /^\/dev\/ttyACM1$/);
    await listen(machine, "/dev/ttyACM1", "/tmp/shell");
    await eventually(machine, "echo 'echo $((6 * 7)) is the answer' >/dev/ttyACM1; cat /tmp/shell", /42 is/);

    // The menu on the port: lines, and nothing is chosen there before its PIN.
    await listen(machine, "/dev/ttyACM0", "/tmp/menu");
    const say = (text: string) => agent.output(`printf '${text}' >/dev/ttyACM0`);
    await say(" ");
    await eventually(machine, "cat /tmp/menu", /Choice:/);
    await say("\\r1\\r");
    await eventually(machine, "cat /tmp/menu", /PIN of this console/);
    await say("9999\\r");
    await eventually(machine, "cat /tmp/menu", /That was not the PIN/);
    expect(await agent.output("cat /sys/class/block/sd[b-z]/size")).toBe("16384");

    // On the way into a slot nothing of it is left, and the stick has what was written.
    await choose(machine, "Back");
    await terminal.waitFor(/Language and display/);
    await choose(machine, "Back");
    await choose(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    expect(
      await agent.output("ls /sys/kernel/config/usb_gadget /sys/class/block | tr '\\n' ' '"),
    ).not.toMatch(/holdfast|sd[b-z]/);
    await agent.output("dd if=/dev/sda skip=1000 count=1 2>/dev/null | grep -q 'written by a computer'");
  });
});
