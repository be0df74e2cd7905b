import * as z from "zod/mini";
import { DEVELOPER_POLICIES } from "../domain/developer.ts";
import { SIGNATURE_POLICIES } from "../domain/plan.ts";
import { SCHEME_NAMES, type SchemeName } from "../domain/scheme.ts";
import { USB_STORAGE_POLICIES } from "../domain/usb.ts";
import { ResetConfig } from "./reset.ts";
import {
  AndroidGptConfig,
  AndroidMiscConfig,
  CustomConfig,
  DeviceRef,
  GrubEnvConfig,
  RaucConfig,
  SystemdBootConfig,
  SystemdBootSlotConfig,
  UbootEnvConfig,
} from "./schemes.ts";
import { StateConfig } from "./state.ts";

const InsidePath = () => z.string().check(z.regex(/^\//));

/**
 * The slot's own kernel, for the start by kexec where the running one does not fit. Not every device's hardware
 * survives it, so that a slot without this is only restarted into.
 */
const SlotKernelConfig = () =>
  z.strictObject({
    /** Partition that holds the files; the slot's root when missing. */
    device: z.optional(DeviceRef()),
    /** File system type of that partition; recognised by its magic when missing, else vfat. */
    fstype: z.optional(z.enum(["vfat", "erofs", "squashfs", "ext4", "btrfs", "f2fs"])),
    /** The kernel, a path on that partition; from a unified kernel image its kernel and initramfs are taken. */
    linux: InsidePath(),
    /** Initramfs archives, loaded one behind the other. */
    initrd: z._default(z.array(InsidePath()), []),
    /** The kernel command line. The root is added where it names none, the consoles of now where it names none. */
    options: z._default(z.string(), ""),
  });

const SlotConfig = () =>
  z.strictObject({
    /** Short and stable: what commands and stores call the slot. */
    id: z.string().check(z.regex(/^[a-z0-9][a-z0-9_-]{0,15}$/)),
    /** What a person calls it; "Slot A" from the id when missing. */
    label: z.optional(z.string()),
    /** Partition whose GPT entry carries the counters (chromeos-gpt); the root itself when missing. */
    store: z.optional(DeviceRef()),
    /** Partition that holds the root file system. */
    root: DeviceRef(),
    /** File system type; recognised by its magic when missing. */
    fstype: z.optional(z.enum(["erofs", "squashfs", "ext4", "btrfs", "f2fs"])),
    /** Mount options, comma separated. */
    options: z._default(z.string(), "ro"),
    kernel: z.optional(SlotKernelConfig()),
    /** Root hash of the image's verity tree in hex, or the path of a file that holds it. */
    root_hash: z.optional(z.string().check(z.regex(/^([0-9a-fA-F]{64,128}|\/.+)$/))),
    /** PKCS#7 signature of the root hash: a file or a partition; besides what is found by the partition's type. */
    root_hash_signature: z.optional(
      z.string().check(z.regex(/^(\/.+|PARTLABEL=.+|PARTUUID=[0-9a-fA-F-]{36})$/)),
    ),
    /** Partition of the verity tree; the one that is named after the end of the root hash when missing. */
    verity: z.optional(DeviceRef()),
    /** What an image that is only /usr is mounted into: "tmpfs" or a partition; missing where it is the root. */
    base: z.optional(z.union([z.literal("tmpfs"), DeviceRef()])),
    ...SystemdBootSlotConfig(),
  });

/** Every scheme but the one that lives in memory. */
const CONFIGURABLE = SCHEME_NAMES.filter((name): name is Exclude<SchemeName, "memory"> => name !== "memory");

const Pixels = () => z.int().check(z.minimum(0), z.maximum(4096));

/** The sections of the configuration. Strict: an unknown key is an error that names it. */
const SECTIONS = {
  boot: () =>
    z.prefault(
      z.strictObject({
        /** Where slot state is kept; "auto" looks at the disk. */
        scheme: z._default(z.enum(["auto", ...CONFIGURABLE]), "auto"),
        /** Whole disk that carries the GPT; the disk of the first slot when missing. */
        disk: z.optional(z.string()),
        /** Who counts tries; "auto" believes the evidence of the kernel command line (kern_guid=). */
        counting: z._default(z.enum(["auto", "bootloader", "holdfast"]), "auto"),
        /**
         * Who takes an ordinary start to the root: "generator" is the initramfs generator, as without Holdfast and without a
         * start of Node, where the bootloader decides and counts and the real root mounts /state. Holdfast comes when somebody
         * asks for it, when something waits for it, and when another slot was started than the last time.
         */
        ordinary: z._default(z.enum(["holdfast", "generator"]), "holdfast"),
        /** Where counter-file keeps its state. */
        counter_file: z._default(z.string(), "/state/.holdfast/slots.json"),
        /** Tries that a slot gets when it is given fresh ones. */
        tries: z._default(z.int().check(z.minimum(1), z.maximum(15)), 3),
        /** The real root's init. */
        init: z._default(z.string().check(z.regex(/^\//)), "/sbin/init"),
      }),
      {},
    ),
  "android-gpt": () => z.prefault(AndroidGptConfig(), {}),
  "android-misc": () => z.prefault(AndroidMiscConfig(), {}),
  "uboot-env": () => z.prefault(UbootEnvConfig(), {}),
  grubenv: () => z.prefault(GrubEnvConfig(), {}),
  rauc: () => z.prefault(RaucConfig(), {}),
  custom: () => z.optional(CustomConfig()),
  "systemd-boot": () => z.prefault(SystemdBootConfig(), {}),
  slot: () => z._default(z.array(SlotConfig()), []),
  state: () => z.prefault(StateConfig(), {}),
  reset: () => z.prefault(ResetConfig(), {}),
  menu: () =>
    z.prefault(
      z.strictObject({
        /** Key that asks for the menu when held at power-on. */
        key: z._default(z.enum(["volume-down", "volume-up", "power"]), "volume-down"),
        /** How long after the input devices appeared the key is looked for, in milliseconds; 0 asks once. */
        key_window_ms: z._default(z.int().check(z.minimum(0), z.maximum(10_000)), 500),
        /** Seconds that a menu which nobody asked for waits before it goes on by itself; 0 waits for a person. */
        fallback_countdown_s: z._default(z.int().check(z.minimum(0), z.maximum(3600)), 30),
        /** Seconds without a sign of a person until a menu that waits switches the device off; 0: never. */
        power_off_after_s: z._default(z.int().check(z.minimum(0), z.maximum(86_400)), 900),
        /** Hardware watchdogs while the menu is shown: see `WatchdogMode` in src/linux/watchdog.ts. */
        watchdog: z._default(z.enum(["auto", "feed", "feed-and-stop", "off"]), "auto"),
        /** Language, contrast and size of letters until a person chose others on the device. */
        locale: z._default(z.enum(["en", "de", "ar"]), "en"),
        theme: z._default(z.enum(["dark", "high-contrast"]), "dark"),
        text_size: z._default(z.enum(["normal", "large", "largest"]), "normal"),
      }),
      {},
    ),
  console: () =>
    z.prefault(
      z.strictObject({
        /** Draw on the device's screen. */
        panel: z._default(z.boolean(), true),
        /**
         * The screen: "/dev/fb0", "/dev/dri/card0", "drm" for the card with the best connected panel, "memory:WxH". "auto"
         * is the kernel's framebuffer of the device's own panel, and its card where the kernel has no such.
         */
        framebuffer: z._default(z.string().check(z.regex(/^(auto|drm|\/dev\/.+|memory:\d+x\d+)$/)), "auto"),
        /** Terminals besides the panel, also those that come later; "auto" takes /sys/class/tty/console/active. */
        serial: z._default(z.union([z.literal("auto"), z.array(z.string())]), "auto"),
        /** "auto" draws full screens where a terminal answers and numbered lines where none does. */
        mode: z._default(z.enum(["auto", "full", "line"]), "auto"),
        /** Script consoles: Unix sockets, or serial lines below /dev; see src/terminal/script-console.md. */
        script: z._default(z.array(z.string().check(z.regex(/^\//))), []),
        /** Offer the menu as a serial line at the USB port; it is this device's ttyGS0. */
        gadget: z._default(z.boolean(), false),
        /** Names of consoles that may only look on, such as "ttyGS0". */
        read_only: z._default(z.array(z.string()), []),
        /** Names of consoles that take no choice before their PIN. */
        ask_pin: z._default(z.array(z.string()), []),
        /**
         * Salted hash of that PIN: "scrypt:SALT:KEY" in hexadecimal, N = 16384, r = 8, p = 1, 32 bytes. Such as
         * python3 -c 'import hashlib,os; s=os.urandom(16);
         *   print(f"scrypt:{s.hex()}:{hashlib.scrypt(b"1234",salt=s,n=16384,r=8,p=1,dklen=32).hex()}")'
         */
        pin: z.optional(z.string().check(z.regex(/^scrypt:([0-9a-f]{2}){8,}:[0-9a-f]{64}$/))),
      }),
      {},
    ),
  panel: () =>
    z.prefault(
      z.strictObject({
        /** How far the menu is turned to stand upright, clockwise; "auto" is as the kernel's text console is. */
        rotation: z._default(z.union([z.literal("auto"), z.literal([0, 90, 180, 270])]), "auto"),
        /** Pixels at the panel's own edges that a notch or a camera hides; guessed from its shape when missing. */
        safe_area: z.optional(
          z.strictObject({
            top: z._default(Pixels(), 0),
            right: z._default(Pixels(), 0),
            bottom: z._default(Pixels(), 0),
            left: z._default(Pixels(), 0),
          }),
        ),
        /** Where touches are on the screen: six numbers as `Calibration` in src/input/evdev/calibration.ts has them. */
        touch_calibration: z.optional(
          z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]),
        ),
        /** Radius of its round corners in pixels. */
        corner_radius: z._default(Pixels(), 0),
        /** Seconds without a person until it dims, and until it goes dark; 0: never. */
        dim_after_s: z._default(z.int().check(z.minimum(0), z.maximum(86_400)), 60),
        dark_after_s: z._default(z.int().check(z.minimum(0), z.maximum(86_400)), 300),
        /** A short pulse for a choice, where the device can. */
        vibration: z._default(z.boolean(), true),
        /**
         * Who reads keys and touches. "evdev" needs nothing but the kernel. "libinput" is the system's libinput.so.10, where
         * udev runs: it reads touchpads too, and takes calibrations from udev's rules. "auto" is
         * libinput where that is possible. What it leaves alone, such as gamepads, knobs and old touch panels, evdev reads, and
         * everything where it fails.
         */
        input: z._default(z.enum(["auto", "evdev", "libinput"]), "auto"),
        /** "one": the device has a single key; its short press moves and its long one chooses. */
        keys: z._default(z.enum(["three", "one"]), "three"),
      }),
      {},
    ),
  policy: () =>
    z.prefault(
      z.strictObject({
        /** A shell on the consoles when nothing else is left, and from the menu at the USB port. */
        shell: z._default(z.boolean(), false),
        /**
         * What turning developer mode on costs: "wipe" all user data, "secret" the passphrase of the encrypted
         * volume, "open" nothing at all.
         */
        developer: z._default(z.enum(DEVELOPER_POLICIES), "wipe"),
        /**
         * Whether an image starts only where a certificate of /etc/verity.d has signed its root hash: "required", or
         * "optional", which refuses what is signed wrongly and takes what is not signed.
         */
        signature: z._default(z.enum(SIGNATURE_POLICIES), "optional"),
        /** What whoever holds the device may give to a computer at the USB port, as a drive. */
        usb_storage: z._default(z.enum(USB_STORAGE_POLICIES), "none"),
        /** A network at the USB port, at 172.16.42.1; for programs that early.d scripts started, such as sshd. */
        usb_network: z._default(z.boolean(), false),
      }),
      {},
    ),
};

type Sections = { readonly [Name in keyof typeof SECTIONS]: ReturnType<(typeof SECTIONS)[Name]> };
export type Config = z.infer<ReturnType<typeof z.strictObject<Sections>>>;
export type SlotConfig = z.infer<ReturnType<typeof SlotConfig>>;
export type SlotKernelConfig = z.infer<ReturnType<typeof SlotKernelConfig>>;

/** The schema of the whole configuration. */
export function configSchema() {
  return schemaOf(SECTIONS);
}

/** The schema of those sections alone: to make all of them takes longer than to read the file. */
export function sectionsSchema(names: readonly string[]) {
  const asked = Object.entries(SECTIONS).filter(([name]) => names.includes(name));
  return schemaOf(Object.fromEntries(asked) as Partial<typeof SECTIONS>);
}

function schemaOf(sections: Partial<typeof SECTIONS>) {
  const made = Object.entries(sections).map(([name, schema]) => [name, schema()] as const);
  return z.strictObject(Object.fromEntries(made) as unknown as Sections);
}
