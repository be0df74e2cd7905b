import { expect, test } from "vitest";
import { secondCommandLine } from "../../../src/domain/own-kernel.ts";

const line = (options: string, running = "", identity: string | null = "PARTUUID=1234") =>
  secondCommandLine(options, { slot: "b", identity, running });

test("the slot's words stay as they are, and its root and id follow", () => {
  expect(line('quiet dyndbg="file x +p"')).toBe(
    'quiet dyndbg="file x +p" root=PARTUUID=1234 holdfast.slot=b',
  );
});

test.each(["root=PARTLABEL=b", "roothash=ab12", "usrhash=ab12", "mount.usr=PARTUUID=9"])(
  "%s binds the kernel already",
  (word) => {
    expect(line(word)).toBe(`${word} holdfast.slot=b`);
  },
);

test("a slot whose root has no identity gets none", () => {
  expect(line("quiet", "", null)).toBe("quiet holdfast.slot=b");
});

test("of the running kernel's words only consoles follow, in their order, and only where the slot names none", () => {
  const running =
    "console=tty0 console=ttyS0,115200 init=/bin/sh root=/dev/sda1 roothash=00 kern_guid=A rauc.slot=A " +
    "androidboot.slot_suffix=_a holdfast.slot=a holdfast.menu lockdown=none systemd.debug_shell consoleblank=0";
  expect(line("quiet", running)).toBe(
    "quiet console=tty0 console=ttyS0,115200 root=PARTUUID=1234 holdfast.slot=b",
  );
  expect(line("console=ttyAMA0", running)).toBe("console=ttyAMA0 root=PARTUUID=1234 holdfast.slot=b");
});

test("an older word for the slot does not stand against the new one: the last counts", () => {
  expect(line("holdfast.slot=a")).toMatch(/holdfast\.slot=a .*holdfast\.slot=b$/);
});

test("what stands behind -- stays init's", () => {
  expect(line("quiet -- single")).toBe("quiet root=PARTUUID=1234 holdfast.slot=b -- single");
});
