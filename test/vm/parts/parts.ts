import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../src/build/run.ts";
import type { Variant } from "../kit.ts";
import type { Machine, MachineOptions } from "../machine.ts";

/** Where the memory that stands for registers lies, as phone.asl knows it, and what a test sets there. */
const REGISTERS = 0x0f00_0000;
const KNOBS = { charge: 0x1000, supply: 0x1001, heat: 0x1002 } as const;
export type Knob = keyof typeof KNOBS;

/**
 * At power-on: half full, no charger, warm; a vibrator that says what it did; and a light behind the panel, which the
 * kernel's module leaves to graphics drivers that QEMU has no card for.
 */
const EARLY = `#!/bin/sh
printf '\\062\\000\\050' | dd of=/dev/mem bs=1 seek=${REGISTERS + KNOBS.charge} conv=notrunc 2>/run/knobs.out
rmmod video
modprobe video register_backlight_delay=1
/usr/bin/vibrator >/run/vibrator.out 2>&1 &
sleep 2
`;

/** What an initramfs needs for the parts; `folder` is for the program that is made. */
export function partsVariant(folder: string): Pick<Variant, "modules" | "files"> {
  const vibrator = join(folder, "vibrator");
  run("gcc", ["-static", "-O1", "-Wall", "-Werror", "-o", vibrator, join(import.meta.dirname, "vibrator.c")]);
  return {
    modules: ["battery", "ac", "video", "gpio_amdpt", "leds_gpio", "ledtrig_heartbeat", "i6300esb", "uinput"],
    files: {
      "usr/bin/vibrator": readFileSync(vibrator),
      "etc/holdfast/early.d/40-parts.sh": EARLY,
    },
  };
}

/** What a machine needs for the parts, besides its initramfs. */
export function partsMachine(folder: string): Pick<MachineOptions, "words" | "devices"> {
  const tables = ["phone", "backlight"].map((name) => {
    const table = join(folder, name);
    run("iasl", ["-p", table, join(import.meta.dirname, `${name}.asl`)]);
    return ["-acpitable", `file=${table}.aml`];
  });
  return {
    words: [`memmap=8K$0x${REGISTERS.toString(16)}`],
    devices: [...tables.flat(), "-device", "i6300esb"],
  };
}

/** Sets what a part measures: per cent, 1 with a charger, degrees Celsius. */
export async function turn(machine: Machine, knob: Knob, value: number): Promise<void> {
  const byte = `\\${value.toString(8).padStart(3, "0")}`;
  const place = REGISTERS + KNOBS[knob];
  await machine.agent.output(
    `printf '${byte}' | dd of=/dev/mem bs=1 seek=${place} conv=notrunc 2>/run/knobs.out || cat /run/knobs.out`,
  );
}
