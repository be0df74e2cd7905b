import * as z from "zod/mini";
import { HoldfastError } from "../domain/errors.ts";

const V1 = z.object({
  label: z.string(),
  toplevel: z.string(),
  init: z.string(),
  kernel: z.string(),
  kernelParams: z.array(z.string()),
  initrd: z.optional(z.string()),
});

/** The part of boot.json that says how a NixOS generation starts (NixOS RFC 0125); paths are absolute. */
export type Bootspec = z.infer<typeof V1>;

/** Parses boot.json of a generation; throws `badStore` with what is wrong. */
export function parseBootspec(text: string, where: string): Bootspec {
  const document = z.record(z.string(), z.unknown()).safeParse(jsonOf(text, where));
  // The text of the RFC has the short name, what NixOS writes the long one.
  const found = document.data?.["org.nixos.bootspec.v1"] ?? document.data?.v1;
  if (found === undefined) throw new HoldfastError("badStore", `${where}: there is no org.nixos.bootspec.v1`);
  const { data, error } = V1.safeParse(found);
  if (data !== undefined) return data;
  const issue = error?.issues[0];
  throw new HoldfastError("badStore", `${where}: ${issue?.path.join(".")}: ${issue?.message}`);
}

function jsonOf(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new HoldfastError("badStore", `${where}: it is no JSON`, { cause });
  }
}
