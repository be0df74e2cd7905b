import { mkdirSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { downloadSource, madeOnce, run } from "./debian.ts";
import { CACHE } from "./paths.ts";

/** What U-Boot's configuration "sandbox" is changed in, as words of its own scripts/config. */
const CONFIGURATION = [
  // The boot counter in the environment, and that in two files of a FAT file system.
  ...["-d", "DM_BOOTCOUNT", "-e", "BOOTCOUNT_ENV", "-e", "SYS_REDUNDAND_ENVIRONMENT"],
  ...["-e", "ENV_IS_IN_FAT", "--set-str", "ENV_FAT_INTERFACE", "host"],
  ...["--set-str", "ENV_FAT_DEVICE_AND_PART", "0:0", "--set-str", "ENV_FAT_FILE", "uboot.env"],
  // The sandbox has its environment nowhere at first, as its disk is a file that is named at run time.
  ...["-e", "CMD_NVEDIT_SELECT", "-e", "CMD_NVEDIT_LOAD", "-e", "USE_PREBOOT"],
  ...["--set-str", "PREBOOT", "host bind 0 disk.img; env select FAT; env load"],
  // What takes long to compile or needs more packages, and is not asked for here.
  ...[
    "BINMAN",
    "LTO",
    "UNIT_TEST",
    "EFI_LOADER",
    "VIDEO",
    "VIDEO_OSD",
    "SANDBOX_OSD",
    "CMD_OSD",
    "CLK_K210",
  ].flatMap((name) => ["-d", name]),
] as const;

/** U-Boot as a program of this machine, with the device tree that it starts with. */
export interface UbootSandbox {
  readonly program: string;
  readonly deviceTree: string;
}

/**
 * U-Boot's sandbox, compiled from Debian's source package: the real code of boot counter, environment and
 * Android's slots. Takes some minutes the first time; works as an ordinary user.
 */
export function ubootSandbox(): UbootSandbox {
  const folder = madeOnce(join(CACHE, "tools/uboot-sandbox"), (work, root) => {
    downloadSource("u-boot", work);
    const source = readdirSync(work).find((file) => /^u-boot_.*\.orig\.tar\./.test(file)) ?? "";
    run("tar", ["-xf", source, "--one-top-level=source", "--strip-components=1"], work);
    const tree = join(work, "source");
    run("make", ["sandbox_defconfig"], tree);
    run("scripts/config", CONFIGURATION, tree);
    run("make", ["olddefconfig"], tree);
    // pylibfdt is for tools that are not built here, SDL for a window.
    run("make", ["CONFIG_PYLIBFDT=", "NO_SDL=1", "-j2", "u-boot", "dts/dt.dtb"], tree);
    mkdirSync(root);
    renameSync(join(tree, "u-boot"), join(root, "u-boot"));
    renameSync(join(tree, "dts/dt.dtb"), join(root, "sandbox.dtb"));
  });
  return { program: join(folder, "u-boot"), deviceTree: join(folder, "sandbox.dtb") };
}
