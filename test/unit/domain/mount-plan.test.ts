import { describe, expect, test } from "vitest";
import { rootSteps } from "../../../src/domain/mount-plan.ts";
import { type ImageMount, type RootMount, UNSIGNED } from "../../../src/domain/plan.ts";

const image: ImageMount = { device: "/dev/vda3", fstype: "erofs", options: "ro", verity: null };
const verity = { rootHash: "ab".repeat(32), device: "/dev/vda2", offset: 0, signature: UNSIGNED };
const kinds = (root: RootMount) => rootSteps(root, "/sysroot").map(({ kind }) => kind);

describe("the steps to a slot's root", () => {
  test("a plain root is mounted read-only, and its init is read before it is entered", () => {
    expect(rootSteps({ ...image, init: "/sbin/init", usr: null }, "/sysroot")).toEqual([
      {
        kind: "mount",
        device: "/dev/vda3",
        target: "/sysroot",
        fstype: "erofs",
        options: "ro",
        access: "read-only",
      },
      { kind: "need-init", root: "/sysroot", init: "/sbin/init" },
    ]);
  });

  test("with verity the mapped device is mounted, never the bare one, and judged after something was read", () => {
    const steps = rootSteps({ ...image, verity, init: "/sbin/init", usr: null }, "/sysroot");
    expect(steps.map(({ kind }) => kind)).toEqual(["open-verity", "mount", "need-init", "check-verity"]);
    expect(steps[1]).toMatchObject({ device: "/dev/mapper/root" });
  });

  test("a hermetic /usr gets a writable root, furnished once /usr is there, read-only", () => {
    const tmpfs = { device: "tmpfs", fstype: "tmpfs", options: "mode=0755", verity: null };
    const root = { ...tmpfs, init: "/sbin/init", usr: { ...image, verity } };
    expect(kinds(root)).toEqual([
      ...["mount", "open-verity", "mount", "furnish", "need-init", "check-verity", "name-disk"],
    ]);
    expect(rootSteps(root, "/sysroot").filter(({ kind }) => kind === "mount")).toMatchObject([
      { target: "/sysroot", access: "writable" },
      { device: "/dev/mapper/usr", target: "/sysroot/usr", access: "read-only" },
    ]);
  });
});
