/** Partition types that hold what a device starts from, in words (UAPI.2, and ChromeOS' disk format). */
export const STARTS_FROM: Readonly<Record<string, string>> = {
  "c12a7328-f81f-11d2-ba4b-00a0c93ec93b": "the EFI system partition",
  "bc13c2ff-59e6-4262-a352-b275fd6f7172": "the boot partition (XBOOTLDR)",
  "21686148-6449-6e6f-744e-656564454649": "a BIOS boot partition",
  "fe3a2a5d-4f32-41a7-b725-accc3285a309": "a ChromeOS kernel",
  "3cb8e202-3b7e-47dd-8a3c-7ff2a13cfcec": "a ChromeOS root",
  "cab6e88e-abf3-4102-a07a-d4bb9be3c1d3": "ChromeOS firmware",
  "8484680c-9521-48c6-9c11-b0720656f69e": "a /usr",
  "b0e01050-ee5f-4390-949a-9101b17104e9": "a /usr",
  "7d0359a3-02b3-4f0a-865c-654403e70625": "a /usr",
  "75250d76-8cc6-458e-bd66-bd47cc81a812": "a /usr",
  "beaec34b-8442-439b-a40b-984381ed097d": "a /usr",
  "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5": "verity data",
  "df3300ce-d69f-4c92-978c-9bfb0f38d820": "verity data",
  "77ff5f63-e7b6-4633-acf4-1565b864c0e6": "verity data",
  "6e11a4e7-fbca-4ded-b9e9-e1a512bb664e": "verity data",
  "41092b05-9fc8-4523-994f-2def0408b176": "verity data",
  "6db69de6-29f4-4758-a7a5-962190f00ce3": "verity data",
  "e7bb33fb-06cf-4e81-8273-e543b413e2e2": "verity data",
  "c23ce4ff-44bd-4b00-b2d4-b41b3419e02a": "verity data",
};

/** Types of a root (UAPI.2). */
export const ROOTS = new Set([
  "4f68bce3-e8cd-4db1-96e7-fbcaf984b709",
  "b921b045-1df0-41c3-af44-4c6f280d3fae",
  "69dad710-2ce4-4e3c-b16c-21a1d49abed3",
  "44479540-f297-41b2-9af7-d131d5f0458a",
  "72ec70a6-cf74-40e6-bd49-4bda08e8f224",
]);

/** Labels of partitions of phones with firmware, and with calibration that nobody can make again. */
export const FIRMWARE =
  /^(persist|modemst[12]|fsg|fsc|efs|frp|misc|modem|boot|init_boot|vendor_boot|recovery|dtbo|vbmeta.*|super|abl|xbl.*|tz|rpm|devinfo|keymaster|esp|efi|xbootldr)(_[abc])?$/i;
