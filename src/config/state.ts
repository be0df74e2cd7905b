import * as z from "zod/mini";
import { DIRECTORY_NAME } from "../domain/state-layout.ts";
import { STATE_FILE_SYSTEMS } from "../domain/state-tools.ts";

/** As DeviceRef, and the type GUID of a partition: PARTTYPE=. */
const StateRef = () =>
  z.string().check(z.regex(/^(PARTLABEL=.+|PART(UUID|TYPE)=[0-9a-fA-F-]{36}|\/dev\/.+)$/));

/** [state.encrypted]: encrypted.img on the state partition, a LUKS2 image. */
const EncryptedConfig = () =>
  z.strictObject({
    /** Key file in the initramfs that opens it. */
    key_file: z.optional(z.string().check(z.regex(/^\//))),
    /** Whether the token that systemd-cryptenroll left for a TPM2 is tried. */
    tpm2: z._default(z.boolean(), false),
    /** Size in MiB of a new one, made with the state partition or when it is missing; needs key_file. */
    size_mib: z.optional(z.int().check(z.minimum(32))),
  });
export type EncryptedConfig = z.infer<ReturnType<typeof EncryptedConfig>>;

/** [state]: the partition that keeps everything writable. */
export const StateConfig = () =>
  z.strictObject({
    /** Found by Holdfast's own partition type, else by the label "state" on the boot disk, when missing. */
    device: z.optional(StateRef()),
    /** What a new one is made with; one that is there is recognised by its content. */
    fstype: z._default(z.enum(STATE_FILE_SYSTEMS), "ext4"),
    /** Whether a partition that holds nothing gets its file system at the first boot. */
    create: z._default(z.boolean(), false),
    /**
     * Directories that a new or temporary one begins with, by their escaped names: "home", "encrypted/var". Where
     * none are named, a reset makes those anew that were there.
     */
    directories: z._default(z.array(z.string().check(z.regex(DIRECTORY_NAME))), []),
    encrypted: z.optional(EncryptedConfig()),
  });
export type StateConfig = z.infer<ReturnType<typeof StateConfig>>;
