import { EventType, type InputEvent, Key, Relative, Syn } from "../../bytes/input-event.ts";

/** What a mouse did since its last report. */
export type MouseInput =
  | { readonly kind: "move"; readonly dx: number; readonly dy: number }
  | { readonly kind: "button"; readonly down: boolean; readonly time: number }
  /** Notches of the wheel, positive away from the person. */
  | { readonly kind: "wheel"; readonly notches: number };

/** Gathers the events of a mouse, one report at a time; positions are in the mouse's own counts. */
export function mouseGestures(): { feed(event: InputEvent): MouseInput[] } {
  let way = { dx: 0, dy: 0 };
  let notches = 0;
  let button: MouseInput | null = null;
  return {
    feed({ type, code, value, time }) {
      if (type === EventType.rel && code === Relative.x) way = { ...way, dx: way.dx + value };
      if (type === EventType.rel && code === Relative.y) way = { ...way, dy: way.dy + value };
      if (type === EventType.rel && code === Relative.wheel) notches += value;
      if (type === EventType.key && code === Key.buttonLeft && value !== 2)
        button = { kind: "button", down: value === 1, time };
      if (type !== EventType.syn || code !== Syn.report) return [];
      const inputs: MouseInput[] = [];
      if (way.dx !== 0 || way.dy !== 0) inputs.push({ kind: "move", ...way });
      if (button !== null) inputs.push(button);
      if (notches !== 0) inputs.push({ kind: "wheel", notches });
      way = { dx: 0, dy: 0 };
      notches = 0;
      button = null;
      return inputs;
    },
  };
}
