import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mount, sync, unmount } from "../../../src/linux/syscalls.ts";
import { makeFileSystem, makeStateFileSystem } from "../../../src/state/filesystem.ts";
import { seeded } from "./cuts.ts";
import { COUNTERS, MIB, mountState, must, partition, STATE, scenario } from "./machine.ts";

export async function setUp(device: string): Promise<void> {
  if (scenario.role === "root") return setUpRoot(device);
  if (scenario.fills) must("mkfs.ext4", ["-q", "-F", device]);
  else await makeStateFileSystem(scenario.fstype, device, partition.size);
  mountState(device);
  fillUser(STATE);
  if (scenario.scope !== "settings") {
    writeFileSync("/run/image", Buffer.alloc(3 * MIB));
    must(
      "cryptsetup",
      [...FORMAT, "--luks2-metadata-size", "16k", "--luks2-keyslots-size", "256k", "/run/image"],
      "secret",
    );
    must("cp", ["/run/image", join(STATE, "encrypted.img")]);
  }
  sync();
}

const FORMAT = [
  "luksFormat",
  "-q",
  "--type",
  "luks2",
  "--pbkdf",
  "pbkdf2",
  "--pbkdf-force-iterations",
  "1000",
  "--key-file",
  "-",
];

async function setUpRoot(device: string): Promise<void> {
  must("cryptsetup", [...FORMAT, device], "secret");
  must("cryptsetup", ["open", "--key-file", "-", device, "setup"], "secret");
  await makeFileSystem(scenario.fstype, "/dev/mapper/setup", partition.size - 17 * MIB);
  mount("/dev/mapper/setup", "/run/inner", scenario.fstype, 0);
  fillUser("/run/inner");
  unmount("/run/inner");
  must("cryptsetup", ["close", "setup"]);
  sync();
}

function fillUser(root: string): void {
  const random = seeded(7);
  for (const folder of ["home/me", "var/lib", "etc", ".holdfast/layers/x/usr", ".holdfast"]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  for (let index = 0; index < 12; index++) {
    const bytes = Buffer.from(Array.from({ length: 9000 }, () => Math.floor(random() * 256)));
    writeFileSync(join(root, index % 2 === 0 ? "home/me" : "var/lib", `file${index}`), bytes);
  }
  writeFileSync(join(root, "etc/hostname"), "mine\n");
  writeFileSync(join(root, ".holdfast/layers/x/usr/changed"), "mine\n");
  writeFileSync(join(root, ".holdfast/slots.json"), COUNTERS);
}
