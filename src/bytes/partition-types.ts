/** What a partition of the Discoverable Partitions Specification (UAPI.2) is for. */
export interface ImageType {
  readonly tree: "root" | "usr";
  /** The file system, its hash tree, or the signature of the tree's root. */
  readonly role: "data" | "verity" | "signature";
  /** As Node calls it. */
  readonly arch: "x64" | "arm64";
}

export const ESP_TYPE = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b";
export const XBOOTLDR_TYPE = "bc13c2ff-59e6-4262-a352-b275fd6f7172";

const TYPES: Readonly<Record<string, ImageType>> = {
  "4f68bce3-e8cd-4db1-96e7-fbcaf984b709": { tree: "root", role: "data", arch: "x64" },
  "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5": { tree: "root", role: "verity", arch: "x64" },
  "41092b05-9fc8-4523-994f-2def0408b176": { tree: "root", role: "signature", arch: "x64" },
  "8484680c-9521-48c6-9c11-b0720656f69e": { tree: "usr", role: "data", arch: "x64" },
  "77ff5f63-e7b6-4633-acf4-1565b864c0e6": { tree: "usr", role: "verity", arch: "x64" },
  "e7bb33fb-06cf-4e81-8273-e543b413e2e2": { tree: "usr", role: "signature", arch: "x64" },
  "b921b045-1df0-41c3-af44-4c6f280d3fae": { tree: "root", role: "data", arch: "arm64" },
  "df3300ce-d69f-4c92-978c-9bfb0f38d820": { tree: "root", role: "verity", arch: "arm64" },
  "6db69de6-29f4-4758-a7a5-962190f00ce3": { tree: "root", role: "signature", arch: "arm64" },
  "b0e01050-ee5f-4390-949a-9101b17104e9": { tree: "usr", role: "data", arch: "arm64" },
  "6e11a4e7-fbca-4ded-b9e9-e1a512bb664e": { tree: "usr", role: "verity", arch: "arm64" },
  "c23ce4ff-44bd-4b00-b2d4-b41b3419e02a": { tree: "usr", role: "signature", arch: "arm64" },
};

/** What a type GUID in lower case says; null for a partition that holds no system image. */
export function imageType(type: string): ImageType | null {
  return TYPES[type] ?? null;
}
