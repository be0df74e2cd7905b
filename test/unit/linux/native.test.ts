import { expect, it } from "vitest";
import { SystemCallError } from "../../../src/linux/native.ts";

it.each([
  [2, "ENOENT"],
  [22, "EINVAL"],
  // libuv has no names for these two, by which a spoilt file system is known.
  [74, "EBADMSG"],
  [117, "EUCLEAN"],
])("a system call that failed with errno %i says %s", (errno, code) => {
  const error = new SystemCallError("mount", errno, "/dev/vda6 on /state");
  expect(error.code).toBe(code);
  expect(error.message).toBe(`mount /dev/vda6 on /state: ${code}`);
});
