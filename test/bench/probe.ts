import { bench } from "../vm/kit.ts";
import type { Figure } from "./figure.ts";

const ROUNDS = 20;
/** Hundredths of a second of uptime. */
const NOW = "$(sed 's/ .*//; s/\\.//' /proc/uptime)";
/** The devices that the probe asks, asked by evtest alone. */
const QUESTION =
  'for device in $holdfast_devices; do evtest --query "$device" EV_KEY KEY_VOLUMEDOWN; done >/dev/null 2>&1';
const PROBE = "holdfast_asked; holdfast_key_held";

function timed(command: string): string {
  const rounds = Array.from({ length: ROUNDS }, (_, at) => at).join(" ");
  return `from=${NOW}; for round in ${rounds}; do ${command}; done; echo $((${NOW} - from))`;
}

/**
 * What an ordinary boot pays for the question whether to stop, in the virtual machine: the probe, asking once,
 * beside the key question alone.
 */
export async function benchProbe(): Promise<Figure[]> {
  const machines = await bench();
  try {
    const machine = await machines.start({ words: ["holdfast.menu"] });
    await machine.agent.ready();
    await machine.terminal.waitFor(/Boot menu/);
    const load = ". /usr/lib/holdfast/probe; hf_key_window_ms=0; holdfast_find_devices";
    const script = `${load}; ${timed(QUESTION)}; ${timed(PROBE)}`;
    const [question = Number.NaN, probe = Number.NaN] = (await machine.agent.output(script))
      .trim()
      .split("\n")
      .map((hundredths) => (Number(hundredths) * 10) / ROUNDS);
    const reference = { what: "evtest --query", value: question };
    return [
      { what: "probe, in the virtual machine", value: probe, unit: "ms", reference, promise: "<= 1.3 x" },
    ];
  } finally {
    await machines.clear();
  }
}
