import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Uevent } from "../../src/bytes/uevent.ts";
import { watchUevents } from "../../src/linux/uevents.ts";

test("the kernel tells of a device that changed, without udev", async () => {
  const { promise, resolve } = Promise.withResolvers<Uevent | null>();
  const watch = watchUevents((event) => {
    if (event?.subsystem === "net") resolve(event);
  });
  // It sends the message of the loopback device once more.
  writeFileSync("/sys/class/net/lo/uevent", "change");
  expect(await promise).toEqual({ action: "change", subsystem: "net", node: "" });
  watch.close();
});
