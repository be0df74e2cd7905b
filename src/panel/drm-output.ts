import type { Encoder } from "../bytes/drm-card.ts";
import { type Connector, ConnectorType } from "../bytes/drm-connector.ts";
import type { DisplayMode } from "../bytes/drm-mode.ts";
import type { Rotation } from "../menu/display.ts";

const INTERNAL: readonly number[] = [
  ConnectorType.dsi,
  ConnectorType.lvds,
  ConnectorType.edp,
  ConnectorType.dpi,
];
/** Beyond this a driver talks nonsense, or nobody could draw it in time. */
const MOST_PIXELS = 16_384;

/** How well a connector suits the menu, 0 is best: the device's own panel before what is plugged in; null: not. */
export function suitability(connector: Connector): number | null {
  const { type, state } = connector;
  const isInternal = INTERNAL.includes(type);
  // Drivers of built-in panels may not know whether one is there: it is.
  const isThere = state === "connected" || (state === "unknown" && isInternal);
  if (!isThere || type === ConnectorType.writeback || usableModes(connector).length === 0) return null;
  if (isInternal) return 0;
  return type === ConnectorType.spi ? 1 : 2;
}

/** Those that can show the menu, the one that suits best first; of equal ones in their order. */
export function bySuitability<Output extends { readonly connector: Connector }>(
  outputs: readonly Output[],
): Output[] {
  return outputs
    .map((output) => ({ output, rank: suitability(output.connector) }))
    .filter((each): each is { output: Output; rank: number } => each.rank !== null)
    .sort((a, b) => a.rank - b.rank)
    .map(({ output }) => output);
}

/**
 * Modes in the order in which they are tried: the one that is set already where it is as large as the preferred
 * one, so that nothing blinks; the preferred one; and for a driver that refuses it the others, larger ones first.
 */
export function modesToTry(connector: Connector, current: DisplayMode | null): DisplayMode[] {
  const usable = usableModes(connector);
  const wanted = usable.find((mode) => mode.preferred) ?? usable[0];
  if (wanted === undefined) return [];
  const isSet = current !== null && current.width === wanted.width && current.height === wanted.height;
  const others = usable
    .filter((mode) => mode !== wanted)
    .sort((a, b) => b.width * b.height - a.width * a.height || b.refresh - a.refresh);
  return [...(isSet ? [current] : []), wanted, ...others];
}

function usableModes({ modes }: Connector): DisplayMode[] {
  return modes.filter(
    ({ width, height }) => width > 0 && height > 0 && width <= MOST_PIXELS && height <= MOST_PIXELS,
  );
}

/** CRTCs that can feed a connector, the one that does so now before the others. */
export function crtcsToTry(
  connector: Connector,
  encoders: ReadonlyMap<number, Encoder>,
  crtcs: readonly number[],
): number[] {
  const now = encoders.get(connector.encoder)?.crtc ?? 0;
  const possible = connector.encoders.flatMap((id) => {
    const mask = encoders.get(id)?.possibleCrtcs ?? 0;
    return crtcs.filter((_, index) => index < 32 && ((mask >>> index) & 1) === 1);
  });
  return [...new Set([...(crtcs.includes(now) ? [now] : []), ...possible])];
}

/** Values of the property "panel orientation" (drm_connector.c): the side of the panel that is up in the device. */
const ORIENTATIONS: readonly Rotation[] = [0, 180, 270, 90];

/** How far what is drawn has to be turned on a panel of that orientation; undefined where the driver says none. */
export function rotationOf(orientation: number | null): Rotation | undefined {
  return orientation === null ? undefined : ORIENTATIONS[orientation];
}
