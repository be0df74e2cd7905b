import type { Machine } from "./machine.ts";

/** Shell words that kill the menu's process, and fail while there is none. */
const KILL_MENU = `for p in /proc/[0-9]*; do
  case "$(tr '\\0' ' ' <$p/cmdline 2>/dev/null)" in
  "/usr/lib/holdfast/holdfast menu "*) kill -9 "\${p#/proc/}" && exit 0 ;;
  esac
done
exit 1`;

export async function killMenu(machine: Machine): Promise<void> {
  await machine.agent.output(KILL_MENU);
}

/** A script for early.d that kills the menu as soon as its process is there. */
export const KILL_MENU_AT_ONCE = `#!/bin/sh
cat >/run/kill-menu.sh <<'SCRIPT'
${KILL_MENU}
SCRIPT
(until sh /run/kill-menu.sh; do usleep 10000; done) 2>/dev/null &
`;
