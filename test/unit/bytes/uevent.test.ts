import { expect, test } from "vitest";
import { parseUevent } from "../../../src/bytes/uevent.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

/** As Linux 6.1 sends it for a keyboard that is plugged in. */
const ADDED = Buffer.from(
  "add@/devices/virtual/input/input7/event5\0ACTION=add\0DEVPATH=/devices/virtual/input/input7/event5\0" +
    "SUBSYSTEM=input\0MAJOR=13\0MINOR=69\0DEVNAME=input/event5\0SEQNUM=1234\0",
);

test("a message of the kernel says what came, of which kind, and its node", () => {
  expect(parseUevent(ADDED)).toEqual({ action: "add", subsystem: "input", node: "input/event5" });
  const card = Buffer.from("change@/devices/card0\0ACTION=change\0SUBSYSTEM=drm\0HOTPLUG=1\0");
  expect(parseUevent(card)).toEqual({ action: "change", subsystem: "drm", node: "" });
});

test("what udev sends, and what is cut short, is no message of the kernel", () => {
  expect(parseUevent(Buffer.from("libudev\0\xfe\xed\xca\xfe", "latin1"))).toBeNull();
  expect(parseUevent(Buffer.alloc(0))).toBeNull();
  expect(parseUevent(ADDED.subarray(0, 60))).toMatchObject({ subsystem: "", node: "" });
});

fuzz("a message of the kernel", [ADDED], (bytes) => {
  parseUevent(bytes);
});
