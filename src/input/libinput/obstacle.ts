import { existsSync, readdirSync } from "node:fs";

/** udevd listens here while it runs. */
const UDEV = "/run/udev/control";

/** Why the system's libinput cannot be used; null where it may be there. */
export function libinputObstacle(root = "/"): string | null {
  if (!existsSync(`${root}${UDEV}`)) return "udev does not run";
  const libraries = existsSync(`${root}/lib`) ? readdirSync(`${root}/lib`) : [];
  // Holdfast has the GNU library with it, and no process has two C libraries.
  return libraries.some((name) => name.startsWith("ld-musl-")) ? "the system's C library is musl" : null;
}
