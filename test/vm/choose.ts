import type { Machine } from "./machine.ts";
import { until } from "./until.ts";

/** Moves the focus of the serial menu to the item whose label begins so, and chooses it. */
export async function choose({ terminal }: Machine, label: string): Promise<void> {
  const focused = () => /^> .*$/m.exec(terminal.screen())?.[0] ?? "";
  await terminal.waitFor(new RegExp(`^[> ] \\d ${label}`, "m"));
  for (let moves = 0; moves < 20 && !new RegExp(`^> \\d ${label}`).test(focused()); moves++) {
    const before = focused();
    terminal.type(moves < 10 ? "\x1b[B" : "\x1b[A");
    await until(() => focused() !== before, {
      what: "a move",
      timeout: 5000,
      describe: () => terminal.describe(),
    }).catch(() => {});
  }
  terminal.type("\r");
}
