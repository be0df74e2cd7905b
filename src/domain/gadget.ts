import type { UsbExport, UsbOffer } from "./usb.ts";

/** One change to the kernel's tree of gadgets; paths are below the gadget's own folder. */
export type GadgetStep =
  | { readonly kind: "make"; readonly path: string }
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  /** Puts a function into the configuration. */
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "unlink"; readonly path: string }
  | { readonly kind: "remove"; readonly path: string };

/** Kernel modules that a gadget takes, as modprobe names them. */
export const GADGET_MODULES = ["libcomposite", "usb_f_mass_storage", "usb_f_acm", "usb_f_ncm"] as const;

/** Address of this device on the network of its cable, as other systems for phones have it. */
export const GADGET_ADDRESS = "172.16.42.1/16";

/** Functions by name; "acm." and the like name the kernel's driver (Documentation/usb/gadget_configfs.rst). */
export const CONSOLE = "acm.console";
export const SHELL = "acm.shell";
export const NETWORK = "ncm.network";
const STORAGE = "mass_storage.storage";

/** The one configuration. */
export const GADGET_CONFIG = "configs/c.1";
/** U.S. English, the one language that strings are in. */
const ENGLISH = "strings/0x409";

/**
 * Linux Foundation's vendor with its product for a gadget of several functions; the class says that functions
 * may have several interfaces (Interface Association Descriptor), which serial lines and networks have.
 */
const IDENTITY: Readonly<Record<string, string>> = {
  idVendor: "0x1d6b",
  idProduct: "0x0104",
  bcdUSB: "0x0200",
  bDeviceClass: "0xef",
  bDeviceSubClass: "0x02",
  bDeviceProtocol: "0x01",
};

/** Functions of an offer, in the order in which a computer meets them. */
function functionsOf(offer: UsbOffer): string[] {
  const wanted: readonly (readonly [string, boolean])[] = [
    [CONSOLE, offer.console],
    [SHELL, offer.shell],
    [NETWORK, offer.network],
    [STORAGE, offer.storage !== null],
  ];
  return wanted.flatMap(([name, isWanted]) => (isWanted ? [name] : []));
}

function made(path: string): GadgetStep {
  return { kind: "make", path };
}

function written(path: string, text: string): GadgetStep {
  return { kind: "write", path, text };
}

/** The gadget without any function. `serial` tells this device from others like it. */
function baseSteps(serial: string): GadgetStep[] {
  return [
    made(""),
    ...Object.entries(IDENTITY).map(([name, value]) => written(name, value)),
    made(ENGLISH),
    written(`${ENGLISH}/manufacturer`, "Holdfast"),
    written(`${ENGLISH}/product`, "Holdfast"),
    written(`${ENGLISH}/serialnumber`, serial),
    made(GADGET_CONFIG),
    made(`${GADGET_CONFIG}/${ENGLISH}`),
    written(`${GADGET_CONFIG}/${ENGLISH}/configuration`, "Holdfast"),
  ];
}

function addSteps(name: string, storage: UsbExport | null): GadgetStep[] {
  const path = `functions/${name}`;
  return [
    made(path),
    ...(name === STORAGE && storage !== null ? storageSteps(path, storage) : []),
    { kind: "link", path: `${GADGET_CONFIG}/${name}`, target: path },
  ];
}

/** Whether it is read-only has to be said before the file: the kernel opens it accordingly. */
function storageSteps(path: string, { device, writable }: UsbExport): GadgetStep[] {
  return [
    written(`${path}/lun.0/ro`, writable ? "0" : "1"),
    written(`${path}/lun.0/removable`, "1"),
    written(`${path}/lun.0/inquiry_string`, "Holdfast"),
    written(`${path}/lun.0/file`, device),
  ];
}

function removeSteps(name: string): GadgetStep[] {
  return [
    { kind: "unlink", path: `${GADGET_CONFIG}/${name}` },
    { kind: "remove", path: `functions/${name}` },
  ];
}

function isSame(a: UsbExport | null, b: UsbExport | null): boolean {
  return a?.device === b?.device && a?.writable === b?.writable;
}

/**
 * The steps from one offer to another that still offers something. A function that stays is left alone, so that
 * its serial line keeps its name; all of them are away from the computer for a moment.
 */
export function changeSteps(
  from: UsbOffer,
  to: UsbOffer,
  { controller, serial }: { readonly controller: string; readonly serial: string },
): GadgetStep[] {
  const had = functionsOf(from);
  const wanted = functionsOf(to);
  const stays = (name: string) =>
    had.includes(name) && wanted.includes(name) && (name !== STORAGE || isSame(from.storage, to.storage));
  return [
    ...(had.length === 0 ? baseSteps(serial) : [UNBIND]),
    ...had.filter((name) => !stays(name)).flatMap(removeSteps),
    ...wanted.filter((name) => !stays(name)).flatMap((name) => addSteps(name, to.storage)),
    written("UDC", controller),
  ];
}

/** Takes the gadget away from its controller; an empty line does. */
const UNBIND: GadgetStep = written("UDC", "\n");

/** What is found of a gadget, also of one that was made half. */
export interface GadgetTree {
  readonly bound: boolean;
  /** Names of the functions that are made, and of those in the configuration. */
  readonly functions: readonly string[];
  readonly linked: readonly string[];
  /** Which of the folders of `baseSteps` are there. */
  readonly folders: readonly string[];
}

/** Folders that go, the innermost first. */
export const GADGET_FOLDERS = [`${GADGET_CONFIG}/${ENGLISH}`, GADGET_CONFIG, ENGLISH] as const;

/** The steps that take a gadget away, whatever there is of it: the reverse of making it. */
export function teardownSteps({ bound, functions, linked, folders }: GadgetTree): GadgetStep[] {
  const remove = (path: string): GadgetStep => ({ kind: "remove", path });
  return [
    ...(bound ? [UNBIND] : []),
    ...linked.map((name): GadgetStep => ({ kind: "unlink", path: `${GADGET_CONFIG}/${name}` })),
    ...functions.map((name) => remove(`functions/${name}`)),
    ...GADGET_FOLDERS.filter((path) => folders.includes(path)).map(remove),
    remove(""),
  ];
}
