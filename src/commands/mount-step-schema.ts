import * as z from "zod/mini";

/** What proves an image, as plan.json has it. */
export const verityFields = () =>
  z.object({
    rootHash: z.string(),
    device: z.string(),
    offset: z.int(),
    signature: z.object({ required: z.boolean(), places: z.array(z.string()) }),
  });

const text = () => z.string();

/** A mount step, as plan.json has it. */
export const mountStepSchema = () =>
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("mount"),
      device: text(),
      target: text(),
      fstype: text(),
      options: text(),
      access: z.enum(["read-only", "writable"]),
    }),
    z.object({
      kind: z.literal("bind"),
      source: text(),
      target: text(),
      apart: z.exactOptional(z.literal(true)),
    }),
    z.object({ kind: z.literal("protect"), target: text() }),
    z.object({ kind: z.literal("move"), source: text(), target: text() }),
    z.object({
      kind: z.literal("overlay"),
      target: text(),
      over: z.array(text()),
      writable: z.nullable(z.object({ upper: text(), work: text() })),
    }),
    z.object({ kind: z.literal("mount-image"), image: text(), target: text() }),
    z.object({ kind: z.literal("composefs"), image: text(), objects: text(), target: text() }),
    z.object({ kind: z.literal("ostree-booted"), path: text(), deployment: text() }),
    z.object({ kind: z.literal("folder"), path: text(), like: z.exactOptional(text()) }),
    z.object({ kind: z.literal("link"), path: text(), target: text() }),
    z.object({ kind: z.literal("file"), path: text(), text: text() }),
    z.object({ kind: z.literal("open-verity"), name: text(), device: text(), verity: verityFields() }),
    z.object({ kind: z.literal("check-verity"), name: text() }),
    z.object({ kind: z.literal("furnish"), root: text() }),
    z.object({ kind: z.literal("name-disk"), link: text(), device: text() }),
    z.object({ kind: z.literal("need-init"), root: text(), init: text() }),
  ]);
