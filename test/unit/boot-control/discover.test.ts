import { expect, test } from "vitest";
import { discoverKernels } from "../../../src/boot-control/discover.ts";
import { CHROMEOS_KERNEL_TYPE, CHROMEOS_ROOTFS_TYPE } from "../../../src/bytes/chromeos-attributes.ts";
import type { GptEntry } from "../../../src/bytes/gpt-entries.ts";

const KERNEL = CHROMEOS_KERNEL_TYPE;
const ROOTFS = CHROMEOS_ROOTFS_TYPE;

function entries(...types: readonly (readonly [name: string, type: string])[]): GptEntry[] {
  return types.map(([name, type], index) => ({ number: index + 1, name, type }) as GptEntry);
}

/** Ids of the slots with the partition number of their root. */
function roots(found: readonly GptEntry[]): Record<string, number | null> {
  return Object.fromEntries(discoverKernels(found).map(({ id, root }) => [id, root?.number ?? null]));
}

test("kernels and roots that take turns belong together", () => {
  const found = entries(["KERN-A", KERNEL], ["ROOT-A", ROOTFS], ["KERN-B", KERNEL], ["ROOT-B", ROOTFS]);
  expect(roots(found)).toEqual({ a: 2, b: 4 });
});

test("a root with the letter of another slot is not taken, though it follows the kernel", () => {
  const found = entries(["kernel_a", KERNEL], ["kernel_b", KERNEL], ["root_a", ROOTFS], ["root_b", ROOTFS]);
  expect(roots(found)).toEqual({ a: 3, b: 4 });
});

test("a root with the letter of another slot is not taken, even where no other is there", () => {
  expect(roots(entries(["kernel_a", KERNEL], ["kernel_b", KERNEL], ["root_a", ROOTFS]))).toEqual({
    a: 3,
    b: null,
  });
});

test("a root without a letter belongs to the kernel in front of it", () => {
  expect(roots(entries(["KERN-A", KERNEL], ["system", ROOTFS]))).toEqual({ a: 2 });
  expect(roots(entries(["", KERNEL], ["ROOT-A", ROOTFS]))).toEqual({ p1: 2 });
});
