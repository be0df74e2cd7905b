import * as z from "zod/mini";
import { STATE_FILE_SYSTEMS } from "../domain/state-tools.ts";
import { DeviceRef } from "./schemes.ts";

/** [reset]: how a factory reset erases, and what. */
export const ResetConfig = () =>
  z.strictObject({
    /** The encrypted root of a system that keeps its data there, instead of the state partition. */
    root: z.optional(DeviceRef()),
    /** What that root is made with anew. */
    root_fstype: z._default(z.enum(STATE_FILE_SYSTEMS), "ext4"),
    /** Whether a device that cannot discard is overwritten, which takes as long as writing all of it. */
    overwrite: z._default(z.boolean(), false),
    /** Whether settings and data are set aside, and erased only when the fresh system was marked good. */
    grace: z._default(z.boolean(), false),
    /** Who obeys systemd's requests: "auto" leaves them to systemd-repart where that is set up to erase. */
    systemd: z._default(z.enum(["auto", "holdfast", "systemd-repart"]), "auto"),
  });
export type ResetConfig = z.infer<ReturnType<typeof ResetConfig>>;
