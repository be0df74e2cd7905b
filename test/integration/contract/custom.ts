import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCustom } from "../../../src/boot-control/custom.ts";
import { CustomConfig } from "../../../src/config/schemes.ts";
import { run } from "../tools.ts";
import { digest, type Row, type Store } from "./row.ts";

/** A board's script that keeps its state in a file of lines "name value". */
const SCRIPT = `#!/bin/sh
set -eu
state=\${0%.sh}.state
get() { sed -n "s/^$1 //p" "$state"; }
put() {
	{ grep -v "^$1 " "$state" || true; echo "$1 $2"; } | sort >"$state.new"
	mv "$state.new" "$state"
}
case $1 in
capabilities) echo tries once ;;
get-primary) get primary ;;
set-primary) put primary "$2" ;;
get-state) get "state-$2" ;;
set-state)
	put "state-$2" "$3"
	put "tries-$2" 0
	;;
get-tries) get "tries-$2" ;;
set-tries)
	put "tries-$2" "$3"
	put "state-$2" trying
	;;
get-once) get once ;;
set-once) put once "$2" ;;
clear-once) put once "" ;;
*) exit 2 ;;
esac
`;
const FRESH = "primary a\nstate-a trying\nstate-b trying\ntries-a 3\ntries-b 3\n";

function make(folder: string): Store {
  const script = join(folder, "board.sh");
  writeFileSync(script, SCRIPT);
  chmodSync(script, 0o755);
  const state = join(folder, "board.state");
  writeFileSync(state, FRESH);
  const section = CustomConfig().parse({ script });
  const open = (booted: string | null) =>
    openCustom(section, { slots: ["a", "b"], counting: "holdfast", freshTries: 3, booted });
  const ask = (...words: string[]) => run(script, words).trim();
  return {
    open,
    judge: (slot) =>
      `script: ${ask("get-state", slot)} tries ${ask("get-tries", slot)} primary ${ask("get-primary")}`,
    told: ({ health, triesLeft }, { default: primary }) =>
      `script: ${health} tries ${triesLeft} primary ${primary}`,
    judgeOnce: () => `script: once ${ask("get-once")}`,
    async roundTrip() {
      const before = join(folder, "board.before");
      copyFileSync(state, before);
      await (await open(null)).apply({ kind: "set-tries", slot: "b", tries: 1 });
      const ours = digest(state);
      copyFileSync(before, state);
      ask("set-tries", "b", "1");
      return [ours, digest(state)];
    },
  };
}

/** custom, judged by asking the integrator's script itself. */
export function customRow(folder: string): Row {
  return {
    scheme: "custom",
    make: () => make(folder),
    expected: {
      read: /^script: trying tries 3 primary a$/,
      select: /^script: trying tries 3 primary b$/,
      once: /^script: once b$/,
      "mark good": /^script: good tries 0 primary a$/,
      "mark bad": /^script: bad tries 0 primary a$/,
      "set tries": /^script: trying tries 1 primary a$/,
      "last try": /^script: good tries 0 primary a$/,
      "round trip": /^\w{8} = \w{8}$/,
    },
  };
}
