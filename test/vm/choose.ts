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

/** Turns a switch of the serial menu on, and waits until it says that it is. */
export async function turnOn(machine: Machine, label: string): Promise<void> {
  await choose(machine, label);
  await machine.terminal.waitFor(new RegExp(`\\[x\\] ${label}`));
}

export async function focusByKeys(machine: Machine, label: string): Promise<void> {
  await focus(machine, label, (down) => machine.press(down ? "volumedown" : "volumeup"));
}

async function focus(
  machine: Machine,
  label: string,
  move: (down: boolean) => Promise<void> | void,
): Promise<void> {
  const { terminal } = machine;
  // Without what tells whether it is on: that changes where the focus stays.
  const focused = () => (/^> .*$/m.exec(terminal.screen())?.[0] ?? "").replace(/\[.\] /, "");
  // From the tenth on, items have no number.
  await terminal.waitFor(new RegExp(`^[> ] [\\d ] (\\[.\\] )?${label}`, "m"));
  const isThere = new RegExp(`^> [\\d ] ${label}`);
  let down = true;
  for (let moves = 0; moves < 20; moves++) {
    // While a line is written anew, none has the marker.
    await until(() => focused() !== "", waitOf(machine, "a focus"));
    if (isThere.test(focused())) return;
    const before = focused();
    await move(down);
    const moved = until(() => ![before, ""].includes(focused()), {
      ...waitOf(machine, "a move", 5000),
      exact: true,
    });
    // At an end of the list a key moves nothing: then the other way.
    await moved.catch(() => {
      down = !down;
    });
  }
}

function waitOf({ terminal }: Machine, what: string, timeout = 15_000) {
  return { what, timeout, describe: () => terminal.describe() };
}
