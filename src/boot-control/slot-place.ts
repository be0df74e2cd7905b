/** Where a slot lies on the disk, from the configuration or from discovery, resolved to what is there now. */
export interface SlotPlace {
  readonly id: string;
  readonly label: string;
  /** Device node of the root; null when it was not found or the disk is an image file. */
  readonly device: string | null;
  /** "PARTUUID=…" of the root, in lower case; null when it was not found. */
  readonly identity: string | null;
  /** From the configuration; null means: recognise it by its magic. */
  readonly fstype: string | null;
  readonly options: string;
  /** Why device or identity is null, as a sentence. */
  readonly problem: string | null;
}
