import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../../src/build/paths.ts";
import type { DebianRoot } from "./debian-root.ts";

/** The default runlevel is reached, and no other one is on its way. */
export const OPENRC_DONE = 'test "$(cat /run/openrc/softlevel)" = default -a ! -e /run/openrc/rc.starting';

/** The tests' agent, from the first runlevel on. */
const AGENT = `#!/sbin/openrc-run
start() {
	setsid /bin/sh /usr/lib/demo/agent.sh </dev/null >/dev/null 2>&1 &
}
`;

/** Debian's OpenRC comes without the services that mount; Alpine's has one of this name. */
const LOCALMOUNT = `#!/sbin/openrc-run
start() {
	mount -a
}
`;

/** Has OpenRC start a Debian, and Holdfast's service last, as a package of a system with OpenRC would. */
export function prepareOpenrc(root: DebianRoot): void {
  root.write("etc/init.d/test-agent", AGENT, 0o755);
  root.write("etc/init.d/localmount", LOCALMOUNT, 0o755);
  const service = join(PROJECT, "initramfs-hooks/services/holdfast.openrc");
  cpSync(service, root.path("etc/init.d/holdfast"));
  root.run(
    "chmod 755 /etc/init.d/holdfast; rc-update add test-agent sysinit; rc-update add localmount boot; rc-update add holdfast default",
  );
  symlinkSync("openrc-init", root.path("usr/sbin/init"));
}
