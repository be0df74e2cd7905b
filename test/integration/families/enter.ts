import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { MountStep } from "../../../src/domain/mount-plan.ts";
import { carryOut } from "../../../src/roots/mount-steps.ts";

/* Carries out the mount steps on stdin, then runs the init of the root that they made, and a command of it. */

const [target = "", init = "", asked = ""] = process.argv.slice(2);
carryOut(JSON.parse(readFileSync(0, "utf8")) as MountStep[]);
process.stdout.write(execFileSync("chroot", [target, init], { encoding: "utf8" }));
if (asked !== "") {
  const words = [target, "/usr/bin/busybox", "sh", "-c", asked];
  process.stdout.write(execFileSync("chroot", words, { encoding: "utf8" }));
}
