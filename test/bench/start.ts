import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DIST } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import type { Figure } from "./figure.ts";
import { timeInTurn } from "./process.ts";

const KERNEL_TYPE = "FE3A2A5D-4F32-41A7-B725-ACCC3285A309";
const TABLE = `label: gpt
size=1M, type=${KERNEL_TYPE}, name=kernel_a
size=4M, name=root_a
size=1M, type=${KERNEL_TYPE}, name=kernel_b
size=4M, name=root_b
`;
const CONFIG = `[console]
framebuffer = "memory:1080x2340"
serial = []
`;

/** Global options that name a made-up device: an image with two slots and a panel in memory. */
function device(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const image = join(folder, "disk.img");
  const config = join(folder, "config.toml");
  writeFileSync(image, "");
  truncateSync(image, 32 * 1024 * 1024);
  run("sfdisk", ["-q", image], TABLE);
  run("cgpt", ["add", "-i", "1", "-P", "2", "-S", "1", image]);
  run("cgpt", ["add", "-i", "3", "-P", "1", "-S", "1", image]);
  writeFileSync(config, CONFIG);
  return ["--root", join(folder, "root"), "--config", config, "--disk", image];
}

/** How long the commands take to start, beside an empty script of the same Node. */
export async function benchStart(folder: string, rounds: number): Promise<Figure[]> {
  const holdfast = join(DIST, "lib/holdfast/holdfast");
  const options = device(folder);
  const debug = [...options, "--log-level", "debug"];
  const [empty = Number.NaN, key = Number.NaN, gate = Number.NaN, status = Number.NaN, menu = Number.NaN] =
    await timeInTurn(
      [
        { command: process.execPath, args: ["-e", "0"] },
        { command: holdfast, args: [...options, "gate", "--menu-reason", "key-held"] },
        { command: holdfast, args: [...options, "gate"] },
        { command: holdfast, args: [...options, "status", "--json"] },
        {
          command: holdfast,
          args: [...debug, "menu", "--reason", "command-line"],
          until: "the first frame is on the screen",
        },
      ],
      rounds,
    );
  const reference = { what: "node -e 0", value: empty };
  const figure = (what: string, value: number, promise: string) => ({
    what,
    value,
    unit: "ms",
    reference,
    promise,
  });
  return [
    figure("gate behind a held key, start to end", key, "<= 1.15 x"),
    figure("gate that reads the slots, start to end", gate, "<= 1.15 x"),
    figure("status --json, start to end", status, "that of node -e 0"),
    figure("menu, start to first frame, 1080x2340", menu, "<= 2.0 x"),
  ];
}
