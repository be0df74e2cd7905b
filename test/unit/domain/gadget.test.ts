import { expect, test } from "vitest";
import { changeSteps, type GadgetStep, teardownSteps } from "../../../src/domain/gadget.ts";
import { changedOffer, NO_OFFER, type UsbOffer } from "../../../src/domain/usb.ts";

const PLACE = { controller: "a600000.usb", serial: "1234" };
const CARD = { device: "/dev/mmcblk1p1", writable: false };

/** A step as a line: what it does, where, and with what. */
function lines(steps: readonly GadgetStep[]): string[] {
  return steps.map((step) => {
    if (step.kind === "write") return `write ${step.path}=${step.text.trim()}`;
    return step.kind === "link" ? `link ${step.path} -> ${step.target}` : `${step.kind} ${step.path}`;
  });
}

const offer = (change: Partial<UsbOffer>): UsbOffer => ({ ...NO_OFFER, ...change });

test("the first offer makes a gadget, its function, and binds it last", () => {
  expect(lines(changeSteps(NO_OFFER, offer({ storage: CARD }), PLACE))).toEqual([
    "make ",
    "write idVendor=0x1d6b",
    "write idProduct=0x0104",
    "write bcdUSB=0x0200",
    "write bDeviceClass=0xef",
    "write bDeviceSubClass=0x02",
    "write bDeviceProtocol=0x01",
    "make strings/0x409",
    "write strings/0x409/manufacturer=Holdfast",
    "write strings/0x409/product=Holdfast",
    "write strings/0x409/serialnumber=1234",
    "make configs/c.1",
    "make configs/c.1/strings/0x409",
    "write configs/c.1/strings/0x409/configuration=Holdfast",
    "make functions/mass_storage.storage",
    "write functions/mass_storage.storage/lun.0/ro=1",
    "write functions/mass_storage.storage/lun.0/removable=1",
    "write functions/mass_storage.storage/lun.0/inquiry_string=Holdfast",
    "write functions/mass_storage.storage/lun.0/file=/dev/mmcblk1p1",
    "link configs/c.1/mass_storage.storage -> functions/mass_storage.storage",
    "write UDC=a600000.usb",
  ]);
});

test("a partition is read-only unless it is to be written, and that is said before it is opened", () => {
  const steps = (writable: boolean) =>
    lines(changeSteps(NO_OFFER, offer({ storage: { ...CARD, writable } }), PLACE)).filter((line) =>
      /\/(ro|file)=/.test(line),
    );
  expect(steps(false)[0]).toMatch(/ro=1$/);
  expect(steps(true)[0]).toMatch(/ro=0$/);
  expect(steps(true)[1]).toMatch(/file=\/dev\/mmcblk1p1$/);
});

test("what stays is left alone: the menu's own line keeps its name while other things come and go", () => {
  const console = offer({ console: true });
  expect(lines(changeSteps(console, { ...console, shell: true, network: true }, PLACE))).toEqual([
    "write UDC=",
    "make functions/acm.shell",
    "link configs/c.1/acm.shell -> functions/acm.shell",
    "make functions/ncm.network",
    "link configs/c.1/ncm.network -> functions/ncm.network",
    "write UDC=a600000.usb",
  ]);
  expect(lines(changeSteps({ ...console, shell: true }, console, PLACE))).toEqual([
    "write UDC=",
    "unlink configs/c.1/acm.shell",
    "remove functions/acm.shell",
    "write UDC=a600000.usb",
  ]);
});

test("another partition, or the same for writing, takes the place of the first", () => {
  const steps = changeSteps(offer({ storage: CARD }), offer({ storage: { ...CARD, writable: true } }), PLACE);
  expect(lines(steps)[1]).toBe("unlink configs/c.1/mass_storage.storage");
  expect(lines(steps)).toContain("write functions/mass_storage.storage/lun.0/ro=0");
  const same = offer({ storage: CARD, network: true });
  expect(lines(changeSteps(same, { ...same, network: false }, PLACE))).not.toContain(
    "unlink configs/c.1/mass_storage.storage",
  );
});

test("it is taken away in the reverse order, also where it was made half", () => {
  const tree = {
    bound: true,
    functions: ["acm.console", "mass_storage.storage"],
    linked: ["acm.console"],
    folders: ["configs/c.1/strings/0x409", "configs/c.1", "strings/0x409"],
  };
  expect(lines(teardownSteps(tree))).toEqual([
    "write UDC=",
    "unlink configs/c.1/acm.console",
    "remove functions/acm.console",
    "remove functions/mass_storage.storage",
    "remove configs/c.1/strings/0x409",
    "remove configs/c.1",
    "remove strings/0x409",
    "remove ",
  ]);
  expect(lines(teardownSteps({ bound: false, functions: [], linked: [], folders: [] }))).toEqual(["remove "]);
});

test("changes are of one thing and leave the rest", () => {
  const all = offer({ storage: CARD, network: true, shell: true, console: true });
  expect(changedOffer(all, { kind: "take-back" })).toEqual({ ...all, storage: null });
  expect(changedOffer(all, { kind: "shell", on: false })).toEqual({ ...all, shell: false });
  expect(changedOffer(NO_OFFER, { kind: "export", ...CARD })).toEqual(offer({ storage: CARD }));
});
