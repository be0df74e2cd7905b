import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./tools.ts";

const PARTUUID = "11111111-2222-4333-8444-555555555555";

/** A device tree with barebox's state for the slots A and B (barebox: Documentation/user/state.rst). */
const TREE = `/dts-v1/;
/ {
	aliases { state = &state; };
	disk {
		partitions {
			compatible = "fixed-partitions";
			#address-cells = <1>;
			#size-cells = <1>;
			backend: partition@0 { partuuid = "${PARTUUID}"; reg = <0x0 0x10000>; };
		};
	};
	state: state {
		compatible = "barebox,state";
		magic = <0x484f4c44>;
		backend-type = "raw";
		backend = <&backend>;
		backend-storage-type = "direct";
		backend-stridesize = <0x1000>;
		bootstate {
			A {
				#address-cells = <1>;
				#size-cells = <1>;
				remaining_attempts@0 { reg = <0x0 0x4>; type = "uint32"; default = <3>; };
				priority@4 { reg = <0x4 0x4>; type = "uint32"; default = <20>; };
			};
			B {
				#address-cells = <1>;
				#size-cells = <1>;
				remaining_attempts@8 { reg = <0x8 0x4>; type = "uint32"; default = <3>; };
				priority@c { reg = <0xC 0x4>; type = "uint32"; default = <10>; };
			};
		};
	};
};
`;

/** barebox's state in a file, and the real barebox-state that reads it. */
export interface BareboxState {
  /** Where the state lies: three copies of it. */
  readonly image: string;
  readonly deviceTree: string;
  /** Folder with a barebox-state that finds the file. */
  readonly path: string;
  readonly tool: string;
  set(...pairs: readonly string[]): void;
}

/**
 * A state that barebox-state wrote itself. The tool finds its backend by PARTUUID below /dev/disk, so it runs
 * in a mount namespace where that name is a link to the file; /dev of the machine is left alone.
 */
export function bareboxState(folder: string, valid = true): BareboxState {
  const [image, deviceTree] = [join(folder, "state.img"), join(folder, "state.dtb")];
  const path = join(folder, "bin");
  const tool = join(path, "barebox-state");
  mkdirSync(path, { recursive: true });
  writeFileSync(image, Buffer.alloc(0x10000));
  run("dtc", ["-q", "-O", "dtb", "-o", deviceTree], TREE);
  const room = [
    "mount -t tmpfs none /dev && mount -t tmpfs none /run && mkdir -p /run/lock /dev/disk/by-partuuid",
    `ln -s ${image} /dev/disk/by-partuuid/${PARTUUID} && exec /usr/bin/barebox-state "$@"`,
  ].join(" && ");
  writeFileSync(tool, `#!/bin/sh\nexec unshare --map-root-user --mount sh -c '${room}' sh "$@"\n`);
  chmodSync(tool, 0o755);
  const set = (...pairs: readonly string[]) => {
    run(tool, ["-i", deviceTree, ...pairs.flatMap((pair) => ["-s", pair])]);
  };
  // The first write makes the three copies out of the device tree's defaults.
  if (valid) {
    set("bootstate.A.priority=19");
    set("bootstate.A.priority=20");
  }
  return { image, deviceTree, path, tool, set };
}
