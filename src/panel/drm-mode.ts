import type { Connector } from "../bytes/drm-connector.ts";
import { RGB565, XRGB8888 } from "../bytes/pixel-format.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Card, DumbBuffer } from "../linux/drm.ts";
import { SystemCallError } from "../linux/syscalls.ts";
import { crtcsToTry, modesToTry } from "./drm-output.ts";
import type { Presented } from "./drm-presenter.ts";

/** What legacy framebuffers are told to hold (drm_mode_legacy_fb_format); every driver but the smallest takes the first. */
const FORMATS = [
  { format: XRGB8888, depth: 24 },
  { format: RGB565, depth: 16 },
] as const;

/** The part of a card that sets a mode. */
export type ModeSetter = Pick<
  Card,
  "path" | "becomeMaster" | "resources" | "encoder" | "crtc" | "createBuffer" | "destroyBuffer" | "show"
>;

/**
 * Takes charge of a card and sets the first mode of a connector that the driver takes. Throws a HoldfastError
 * (`noDevice`) where another program is in charge, or with every mode and why it was refused.
 */
export function setMode(card: ModeSetter, connector: Connector): Presented {
  try {
    card.becomeMaster();
  } catch (error) {
    const why = error instanceof SystemCallError && error.code === "EBUSY";
    throw new HoldfastError(
      "noDevice",
      `${card.path}: ${why ? "another program is in charge of the display" : messageOf(error)}`,
      { next: "End it first, or let it go: plymouth deactivate.", cause: error },
    );
  }
  const encoders = new Map(connector.encoders.map((id) => [id, card.encoder(id)]));
  const crtcs = crtcsToTry(connector, encoders, card.resources().crtcs);
  const states = new Map(crtcs.map((crtc) => [crtc, card.crtc(crtc)]));
  const refused: string[] = [];
  for (const crtc of crtcs)
    for (const mode of modesToTry(connector, states.get(crtc)?.mode ?? null))
      for (const { format, depth } of FORMATS) {
        let buffer: DumbBuffer | null = null;
        try {
          buffer = card.createBuffer(mode.width, mode.height, format.bitsPerPixel, depth);
          card.show(crtc, connector.id, mode, buffer);
          return { crtc, mode, buffer, format, former: states.get(crtc)?.framebuffer ?? 0 };
        } catch (error) {
          if (buffer !== null) card.destroyBuffer(buffer);
          refused.push(`${mode.width}x${mode.height} at ${format.bitsPerPixel} bits: ${messageOf(error)}`);
        }
      }
  const tried = refused.length === 0 ? "it has no CRTC" : `no mode can be set: ${refused.join("; ")}`;
  throw new HoldfastError("noDevice", `${card.path} ${connector.name}: ${tried}`);
}
