/** Where efivarfs is mounted (kernel, Documentation/filesystems/efivarfs.rst). */
export const EFIVARS = "/sys/firmware/efi/efivars";
