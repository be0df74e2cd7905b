import type { Machine } from "./machine.ts";
import { until } from "./until.ts";

/** Moves the focus of the serial menu to the item whose label begins so, and chooses it. */
export async function choose(machine: Machine, label: string): Promise<void> {
  const { terminal } = machine;
  await focus(machine, label, (down) => terminal.type(down ? "\x1b[B" : "\x1b[A"));
  terminal.type("\r");
}

/** The same by the three keys of a phone; the serial menu, which shows the same, says where the focus is. */
export async function chooseByKeys(machine: Machine, label: string): Promise<void> {
  await focusByKeys(machine, label);
  await machine.press("power");
}

export async function focusByKeys(machine: Machine, label: string): Promise<void> {
  await focus(machine, label, (down) => machine.press(down ? "volumedown" : "volumeup"));
}

async function focus(
  { terminal }: Machine,
  label: string,
  move: (down: boolean) => Promise<void> | void,
): Promise<void> {
  // Without what tells whether it is on: that changes where the focus stays.
  const focused = () => (/^> .*$/m.exec(terminal.screen())?.[0] ?? "").replace(/\[.\] /, "");
  await terminal.waitFor(new RegExp(`^[> ] \\d (\\[.\\] )?${label}`, "m"));
  for (let moves = 0; moves < 20 && !new RegExp(`^> \\d ${label}`).test(focused()); moves++) {
    const before = focused();
    await move(moves < 10);
    // While a line is written anew, none has the marker.
    await until(() => ![before, ""].includes(focused()), {
      what: "a move",
      timeout: 5000,
      describe: () => terminal.describe(),
    }).catch(() => {});
  }
}
