import { afterAll, beforeAll, describe, test } from "vitest";
import { DEMO_STATE } from "../../src/build/demo-slots.ts";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";
import { until } from "./until.ts";

/** Takes memory away until so many MiB are free, as other things of a boot do. */
const TAKE = `#!/bin/sh
for word in $(cat /proc/cmdline); do
	case $word in
	demo.free=*) free=\${word#*=} ;;
	esac
done
[ -n "$free" ] || exit 0
mount -t tmpfs -o size=100% tmpfs /tmp
available=$(sed -n 's/^MemAvailable: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo)
dd if=/dev/zero of=/tmp/taken bs=1M count=$((available / 1024 - free)) 2>/dev/null
`;

/** Enough for the menu on a serial line, and too little for a panel. */
const SHORT = ["demo.free=46", "holdfast.menu"];

describe.runIf(ALL)("a phone whose memory is short", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "short", files: { "etc/holdfast/early.d/60-take.sh": TAKE } });
  });
  afterAll(() => machines.clear());

  test("has the menu on serial alone, which says why the panel is left out, and enters a slot", async () => {
    const machine = await machines.start({ memory: 512, words: SHORT });
    await machine.terminal.waitFor(/panel is\s+left\s+out:\s+\d+ MiB/, 120_000);
    await machine.terminal.type("\r");
    await waitForSlot(machine, "a");
  });
});

describe.runIf(ALL)("a phone whose memory is short and that has no serial line", () => {
  let machines: Bench;
  beforeAll(async () => {
    const toml = "[console]\nserial = []\n";
    const files = { "etc/holdfast/early.d/60-take.sh": TAKE };
    machines = await bench({ name: "short-panel", files, state: { ...DEMO_STATE, toml } });
  });
  afterAll(() => machines.clear());

  test("starts the default slot and says why there is no menu", async () => {
    const machine = await machines.start({ memory: 512, words: SHORT });
    const isSaid = () => /panel is left out: \d+ MiB of memory are free/.test(machine.terminal.log());
    const describe = () => machine.terminal.describe();
    await until(isSaid, { what: "why there is no menu", timeout: 120_000, describe });
    await waitForSlot(machine, "a");
  });
});
