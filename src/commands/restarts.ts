import { join } from "node:path";
import { openMessage } from "../boot-control/open-message.ts";
import type { Config } from "../config/schema.ts";
import { parseBootconfig } from "../domain/bootconfig.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { HoldfastError } from "../domain/errors.ts";
import {
  type RestartChoice,
  type RestartFacts,
  type RestartTarget,
  type RestartWay,
  restartWays,
} from "../domain/restart.ts";
import { listLabels } from "../linux/block.ts";
import { EFIVARS } from "../linux/efivars-folder.ts";
import { FirmwareSetup } from "../linux/firmware-setup.ts";
import { readText } from "../linux/kernel.ts";
import { rebootModes } from "../linux/reboot-modes.ts";

/** The machine whose restarts are meant. */
export interface RestartMachine {
  /** Sysroot in which /sys and /proc are looked up. */
  readonly root: string;
  readonly config: Config;
  readonly commandLine: string;
}

/** The restarts that this machine can make, with what speaks for each. */
export async function restartChoices(machine: RestartMachine): Promise<readonly RestartChoice[]> {
  const ways = await waysOf(machine);
  return ways.map(({ target, evidence }) => ({ target, evidence }));
}

/** How this machine restarts into `target`; `refused` where it has no way there. */
export async function restartWay(machine: RestartMachine, target: RestartTarget): Promise<RestartWay> {
  const way = (await waysOf(machine)).find((each) => each.target === target);
  if (way !== undefined) return way;
  throw new HoldfastError("refused", `This device has no way to restart into its ${target}.`);
}

/**
 * Leaves what the next start has to find so that it leads to `target`. Answers the word that the kernel has to
 * be given with the restart, null for none. `refused` where there is no way; nothing is written then.
 */
export async function prepareRestart(machine: RestartMachine, target: RestartTarget): Promise<string | null> {
  const way = await restartWay(machine, target);
  switch (way.by) {
    case "plain":
      return null;
    case "reboot-mode":
      return way.word;
    case "efi":
      new FirmwareSetup(join(machine.root, EFIVARS)).ask();
      return null;
    case "message":
      await (await messageOf(machine))?.leave(way.request);
      return null;
  }
}

async function waysOf(machine: RestartMachine): Promise<readonly RestartWay[]> {
  return restartWays(await factsOf(machine));
}

async function factsOf(machine: RestartMachine): Promise<RestartFacts> {
  const sysfs = join(machine.root, "sys");
  return {
    modes: rebootModes(sysfs),
    firmwareSetup: orNo(() => new FirmwareSetup(join(machine.root, EFIVARS)).offered),
    message: isAndroid(machine) && (await hasMessage(machine)),
    recoveryPartition: listLabels({ sysfs }).some((label) => /^recovery(_[a-z])?$/.test(label)),
  };
}

/** Whether a bootloader of Android started this machine: only that one reads the message. */
function isAndroid({ root, config, commandLine }: RestartMachine): boolean {
  const bootconfig = parseBootconfig(readText(join(root, "proc/bootconfig")));
  const words = [...parseCommandLine(commandLine).keys(), ...bootconfig.keys()];
  const { scheme } = config.boot;
  const named = scheme === "android-gpt" || scheme === "android-misc" || scheme === "avb-ab";
  return named || words.some((word) => word.startsWith("androidboot."));
}

/** Whether the message can be read: where it cannot, nothing may be left in it either. */
async function hasMessage(machine: RestartMachine): Promise<boolean> {
  const message = await messageOf(machine);
  try {
    return message !== null && (await message.read()).word.kind !== "foreign";
  } catch (error) {
    if (error instanceof HoldfastError) return false;
    throw error;
  }
}

function messageOf({ root, config }: RestartMachine): ReturnType<typeof openMessage> {
  return openMessage({ config: config["android-misc"], named: null, sysfs: join(root, "sys") });
}

function orNo(question: () => boolean): boolean {
  try {
    return question();
  } catch (error) {
    if (error instanceof HoldfastError) return false;
    throw error;
  }
}
