import type { Machine } from "./machine.ts";
import { until } from "./until.ts";

/** Waits until the menu has drawn its first frame, whatever that looks like. */
export async function waitForMenu({ agent, terminal }: Machine): Promise<void> {
  await agent.ready();
  const look = async () => (await agent.run("cat /run/holdfast/menu.log")).output.includes("first frame");
  await until(look, { what: "the first frame", timeout: 90_000, describe: () => terminal.describe() });
}
