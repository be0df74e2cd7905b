import * as z from "zod/mini";

/** Names a block device by content, never by order of appearance: PARTLABEL=, PARTUUID=, or a /dev path. */
export const DeviceRef = () =>
  z.string().check(z.regex(/^(PARTLABEL=.+|PARTUUID=[0-9a-fA-F-]{36}|\/dev\/.+)$/));

/*
 * The sections of the configuration that belong to one scheme each and are called like it. A section says
 * where and how; which scheme is used says boot.scheme alone. Schemas are made when they are asked for: to make
 * one costs more than to check with it, and an ordinary boot needs those of two or three sections.
 */

/** [android-gpt] */
export const AndroidGptConfig = () =>
  z.strictObject({
    /** All disks whose tables hold slotted partitions: every LUN of a UFS device. Found by itself when missing. */
    disks: z.optional(z.array(z.string()).check(z.minLength(1))),
    /** Where the earlier boot stages lie. On "ufs" only the bootloader can switch; "auto" looks at the disk. */
    storage: z._default(z.enum(["auto", "emmc", "ufs"]), "auto"),
  });
export type AndroidGptConfig = z.infer<ReturnType<typeof AndroidGptConfig>>;

/** [uboot-env] */
export const UbootEnvConfig = () =>
  z.strictObject({
    /** File that says where the environment lies, as for fw_printenv. */
    fw_env_config: z._default(z.string(), "/etc/fw_env.config"),
    /** What the variables mean: "rauc" is BOOT_ORDER and BOOT_x_LEFT, "bootcount" U-Boot's own boot counter. */
    style: z._default(z.enum(["rauc", "bootcount"]), "rauc"),
    /** How two copies tell which is newer; "auto" is boolean in NOR flash, else incremental. */
    flags: z._default(z.enum(["auto", "incremental", "boolean"]), "auto"),
    /** rauc: what the variables call a slot, by slot id; the id in upper case when missing. */
    bootnames: z._default(z.record(z.string(), z.string().check(z.regex(/^\S+$/))), {}),
    /** rauc: tries of a slot that is made the default; as many as fresh tries when missing. */
    primary_tries: z.optional(z.int().check(z.minimum(1), z.maximum(9))),
    /** bootcount: by slot id, the variables of the board's script and their values that choose the slot. */
    slot_variables: z._default(z.record(z.string(), z.record(z.string(), z.string())), {}),
  });
export type UbootEnvConfig = z.infer<ReturnType<typeof UbootEnvConfig>>;

/** [grubenv] */
export const GrubEnvConfig = () =>
  z.strictObject({
    /** The environment block that GRUB reads. */
    grubenv: z._default(z.string().check(z.regex(/^\//)), "/boot/grub/grubenv"),
    /** What the variables mean: "rauc" is ORDER, x_OK and x_TRY, "greenboot" Fedora's boot_counter. */
    style: z._default(z.enum(["rauc", "greenboot"]), "rauc"),
    /** rauc: what the variables call a slot, by slot id; the id in upper case when missing. */
    bootnames: z._default(z.record(z.string(), z.string().check(z.regex(/^\S+$/))), {}),
    /** greenboot: what next_entry calls the menu entry of a slot, by slot id; its place in the table, from 0. */
    entries: z._default(z.record(z.string(), z.string()), {}),
  });
export type GrubEnvConfig = z.infer<ReturnType<typeof GrubEnvConfig>>;

/** [systemd-boot] */
export const SystemdBootConfig = () =>
  z.strictObject({
    /** The EFI system partition; the one that LoaderDevicePartUUID names when missing. */
    esp: z.optional(DeviceRef()),
    /** The extended boot loader partition; the one of that type on the ESP's disk when missing. */
    xbootldr: z.optional(DeviceRef()),
    /**
     * Whether an entry that needs a kernel of its own is started from here, by kexec, instead of by a restart. Not
     * every device's hardware survives it. The loader does not count such a start.
     */
    kexec: z._default(z.boolean(), false),
  });

/** Keys of a `[[slot]]` that only systemd-boot has. */
export const SystemdBootSlotConfig = () => ({
  /** File name of the slot's entry without the counter; found by the root that it starts when missing. */
  entry: z.optional(z.string().check(z.regex(/^[^/\\]+\.(conf|efi)$/i))),
});

/** [android-misc], for avb-ab too: the partition is the same. */
export const AndroidMiscConfig = () =>
  z.strictObject({
    /** The misc partition. */
    partition: z._default(DeviceRef(), "PARTLABEL=misc"),
    /** Bytes by which the device shifts all of it (BOARD_RECOVERY_BLDRMSG_OFFSET). */
    offset: z._default(z.int().check(z.minimum(0)), 0),
    /** U-Boot's CONFIG_ANDROID_AB_BACKUP_OFFSET, where the board keeps a second copy of bootloader_control. */
    backup_offset: z.optional(z.int().check(z.minimum(32))),
  });
export type AndroidMiscConfig = z.infer<ReturnType<typeof AndroidMiscConfig>>;

/** [rauc] */
export const RaucConfig = () =>
  z.strictObject({
    /** RAUC's own configuration: it names bootloader, slots and tries. */
    system_conf: z._default(z.string().check(z.regex(/^\//)), "/etc/rauc/system.conf"),
    /** With bootloader=uboot: where U-Boot's environment lies, as for fw_printenv. */
    fw_env_config: z._default(z.string().check(z.regex(/^\//)), "/etc/fw_env.config"),
    /** With bootloader=barebox: the tool of dt-utils that reads and writes barebox's state. */
    barebox_state: z._default(z.string().check(z.minLength(1)), "barebox-state"),
    /** RAUC's bootname, by slot id; the one that differs from the id in case only when missing. */
    bootnames: z._default(z.record(z.string(), z.string()), {}),
  });
export type RaucConfig = z.infer<ReturnType<typeof RaucConfig>>;

/** [custom], which only this scheme needs; the protocol is described in src/boot-control/custom-backend.md. */
export const CustomConfig = () =>
  z.strictObject({
    /** Program that reads and writes slot state, with an absolute path. */
    script: z.string().check(z.regex(/^\//)),
    /** "holdfast" is RAUC's protocol with tries and once; "rauc" is what RAUC's custom backends speak. */
    protocol: z._default(z.enum(["holdfast", "rauc"]), "holdfast"),
    /** How long one call may take, in milliseconds. */
    timeout_ms: z._default(z.int().check(z.minimum(100), z.maximum(60_000)), 5000),
    /** What the script calls a slot, by slot id; the id itself when missing. */
    bootnames: z._default(z.record(z.string(), z.string().check(z.regex(/^\S+$/))), {}),
  });
export type CustomConfig = z.infer<ReturnType<typeof CustomConfig>>;
