import { Axis, EventType, type InputEvent, Key, Syn } from "../../bytes/input-event.ts";

interface Place {
  x: number | null;
  y: number | null;
  /** A driver may report a finger that is gone once more, with no size or no pressure. */
  lifted: boolean;
}

/**
 * Protocol A (multi-touch-protocol.rst): every picture of the panel lists all fingers, each ended by SYN_MT_REPORT,
 * and one without any says that all are up. Turns that into the events of protocol B, one slot for each finger in the
 * order of the list; what has nothing to do with fingers stays as it is. Which finger of several is which is not
 * followed: two cancel each other anyway.
 */
export function slotsOfContacts(): (event: InputEvent) => InputEvent[] {
  let place: Place = { x: null, y: null, lifted: false };
  let places: Place[] = [];
  /** The picture that goes on says something about fingers. */
  let isOfFingers = false;
  let shown = 0;
  const take = (code: number, value: number): void => {
    if (code === Axis.positionX) place.x = value;
    if (code === Axis.positionY) place.y = value;
    if ((code === Axis.touchMajor || code === Axis.pressure) && value === 0) place.lifted = true;
  };
  const endOfFinger = (): void => {
    isOfFingers = true;
    if (place.x !== null && place.y !== null && !place.lifted) places.push(place);
    place = { x: null, y: null, lifted: false };
  };
  const endOfPicture = (report: InputEvent): InputEvent[] => {
    const abs = (code: number, value: number) => ({ ...report, type: EventType.abs, code, value });
    const down = places.flatMap(({ x, y }, slot) => [
      abs(Axis.slot, slot),
      // Told again for a finger that is down it would be another one.
      ...(slot < shown ? [] : [abs(Axis.trackingId, slot)]),
      abs(Axis.positionX, x ?? 0),
      abs(Axis.positionY, y ?? 0),
    ]);
    // At least one: after lost events a finger may be down that was never seen here.
    const up = Array.from({ length: Math.max(shown, 1) }, (_, slot) => slot)
      .slice(places.length)
      .flatMap((slot) => [abs(Axis.slot, slot), abs(Axis.trackingId, -1)]);
    const events = isOfFingers ? [...down, ...up, report] : [report];
    if (isOfFingers) shown = places.length;
    places = [];
    isOfFingers = false;
    return events;
  };
  return (event) => {
    if (event.type === EventType.abs && event.code >= Axis.touchMajor) {
      take(event.code, event.value);
      return [];
    }
    if (event.type === EventType.key && event.code === Key.touch) {
      if (event.value === 0) isOfFingers = true;
      return [];
    }
    if (event.type !== EventType.syn) return [event];
    if (event.code === Syn.mtReport) {
      endOfFinger();
      return [];
    }
    if (event.code === Syn.report) return endOfPicture(event);
    places = [];
    place = { x: null, y: null, lifted: false };
    return [event];
  };
}
