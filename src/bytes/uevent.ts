/** What the kernel tells of a device (lib/kobject_uevent.c). */
export interface Uevent {
  /** Such as "add", "remove" or "change". */
  readonly action: string;
  /** Such as "input" or "drm". */
  readonly subsystem: string;
  /** Path of its node below /dev, such as "input/event3"; empty for a device without one. */
  readonly node: string;
}

/** A message of the kernel's netlink group: "ACTION@DEVPATH", then KEY=VALUE, each up to a NUL byte. Null for another. */
export function parseUevent(message: Buffer): Uevent | null {
  const [head = "", ...pairs] = message.toString("latin1").split("\0");
  if (!/^[a-z]+@\//.test(head)) return null;
  const value = (key: string): string =>
    pairs.find((pair) => pair.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
  return { action: value("ACTION"), subsystem: value("SUBSYSTEM"), node: value("DEVNAME") };
}
