import { expect, it } from "vitest";
import { splitOptions } from "../../../src/linux/mounts.ts";
import { MS } from "../../../src/linux/syscalls.ts";

it.each([
  ["ro", MS.rdonly, ""],
  ["defaults", 0, ""],
  ["rw,noatime,subvol=@root,compress=zstd", MS.noatime, "subvol=@root,compress=zstd"],
  ["nosuid,nodev,noexec,noload", MS.nosuid | MS.nodev | MS.noexec, "noload"],
  ["", 0, ""],
])("splits %s into flags and the file system's own options", (options, flags, rest) => {
  expect(splitOptions(options)).toEqual({ flags, rest });
});
