import { describe, expect, test } from "vitest";
import { rootSteps } from "../../../src/domain/mount-plan.ts";
import type { RootMount } from "../../../src/domain/plan.ts";
import { volatileRootSteps } from "../../../src/domain/volatile-root.ts";

const image = { device: "/dev/vda3", fstype: "erofs", options: "ro", verity: null };
const root: RootMount = { ...image, init: "/sbin/init", usr: null };
const steps = (words: string, of = root) => volatileRootSteps(of, "/sysroot", words);

describe("a root that is volatile", () => {
  test.each(["systemd.volatile", "systemd.volatile=yes"])(
    "by %s is in memory, with /usr of the slot",
    (words) => {
      expect(steps(words).map(({ kind }) => kind)).toEqual([
        ...["mount", "need-init", "mount", "bind", "protect", "furnish", "need-init", "name-disk"],
      ]);
      expect(steps(words)[2]).toMatchObject({ fstype: "tmpfs", target: "/sysroot", options: "mode=0755" });
    },
  );

  test("as an overlay keeps what is written in memory, above the whole root", () => {
    expect(steps("quiet systemd.volatile=overlay").slice(2)).toEqual([
      expect.objectContaining({ kind: "mount", fstype: "tmpfs" }),
      { kind: "folder", path: "/run/systemd/overlay-sysroot/upper", like: "/sysroot" },
      { kind: "folder", path: "/run/systemd/overlay-sysroot/work" },
      {
        kind: "overlay",
        target: "/sysroot",
        over: [],
        writable: { upper: "/run/systemd/overlay-sysroot/upper", work: "/run/systemd/overlay-sysroot/work" },
      },
      { kind: "name-disk", link: "/run/systemd/volatile-root", device: "/dev/vda3" },
    ]);
  });

  test.each(["quiet", "systemd.volatile=no", "systemd.volatile=state"])(
    "is an ordinary one with %s",
    (words) => {
      expect(steps(words)).toEqual(rootSteps(root, "/sysroot"));
    },
  );

  test("is left as it is where the image is only /usr: then the root has a place of its own", () => {
    const usr: RootMount = { ...root, device: "tmpfs", fstype: "tmpfs", usr: image };
    expect(steps("systemd.volatile=overlay", usr)).toEqual(rootSteps(usr, "/sysroot"));
  });
});
