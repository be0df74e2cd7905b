import type { Rotation } from "../menu/display.ts";
import type { Geometry, Insets, Rect } from "./geometry.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The sum of two rotations. */
export function addRotations(a: Rotation, b: Rotation): Rotation {
  return ((a + b) % 360) as Rotation;
}

/** The size of the panel that something of this size, turned, fills. */
export function panelSize({ width, height, rotation }: Size & { readonly rotation: Rotation }): Size {
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** The panel as a person sees it for whom what is drawn stands upright. */
export function turnedGeometry(panel: Geometry, rotation: Rotation): Geometry {
  const { width, height, mmWidth, mmHeight, insets } = panel;
  const upright =
    rotation % 180 === 0
      ? { width, height, mmWidth, mmHeight }
      : { width: height, height: width, mmWidth: mmHeight, mmHeight: mmWidth };
  return insets === undefined ? upright : { ...upright, insets: turnedInsets(insets, rotation) };
}

/** What is at the panel's top is at the left of what is drawn a quarter turn clockwise. */
function turnedInsets({ top, right, bottom, left }: Insets, rotation: Rotation): Insets {
  if (rotation === 90) return { left: top, top: right, right: bottom, bottom: left };
  if (rotation === 180) return { bottom: top, left: right, top: bottom, right: left };
  if (rotation === 270) return { right: top, bottom: right, left: bottom, top: left };
  return { top, right, bottom, left };
}

/** A rectangle of what is drawn on the panel of the given size. */
export function toPanel(rect: Rect, panel: Size, rotation: Rotation): Rect {
  const { x, y, width, height } = rect;
  if (rotation === 90) return { x: panel.width - y - height, y: x, width: height, height: width };
  if (rotation === 180) return { x: panel.width - x - width, y: panel.height - y - height, width, height };
  if (rotation === 270) return { x: y, y: panel.height - x - width, width: height, height: width };
  return rect;
}

/** A rectangle of the panel in what is drawn. */
export function fromPanel(rect: Rect, panel: Size, rotation: Rotation): Rect {
  return toPanel(rect, panelSize({ ...panel, rotation }), ((360 - rotation) % 360) as Rotation);
}

/** A point of the panel, both from 0 to 1, in what is drawn. */
export function turnedPoint(x: number, y: number, rotation: Rotation): { x: number; y: number } {
  if (rotation === 90) return { x: y, y: 1 - x };
  if (rotation === 180) return { x: 1 - x, y: 1 - y };
  if (rotation === 270) return { x: 1 - y, y: x };
  return { x, y };
}

/** The canvas's six numbers that put what is drawn on the panel. */
export function panelTransform(
  panel: Size,
  rotation: Rotation,
): [number, number, number, number, number, number] {
  if (rotation === 90) return [0, 1, -1, 0, panel.width, 0];
  if (rotation === 180) return [-1, 0, 0, -1, panel.width, panel.height];
  if (rotation === 270) return [0, -1, 1, 0, 0, panel.height];
  return [1, 0, 0, 1, 0, 0];
}
