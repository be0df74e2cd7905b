import * as z from "zod/mini";

/*
 * The sections of the configuration that belong to one scheme each and are called like it. A section says
 * where and how; which scheme is used says boot.scheme alone.
 */

/** [android-gpt] */
export const AndroidGptConfig = z.strictObject({
  /** All disks whose tables hold slotted partitions: every LUN of a UFS device. Found by itself when missing. */
  disks: z.optional(z.array(z.string()).check(z.minLength(1))),
  /** Where the earlier boot stages lie. On "ufs" only the bootloader can switch; "auto" looks at the disk. */
  storage: z._default(z.enum(["auto", "emmc", "ufs"]), "auto"),
});
export type AndroidGptConfig = z.infer<typeof AndroidGptConfig>;
