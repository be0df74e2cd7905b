/**
 * How a list moves under a finger and after it: pure functions of time. Positions in pixels, 0 at the top and
 * `most` at the bottom; velocities in pixels per millisecond, positive towards the bottom.
 */
export type Motion =
  | { readonly kind: "rest"; readonly at: number }
  /** A finger holds the list; `at` may be beyond an end. */
  | { readonly kind: "drag"; readonly at: number }
  /** It goes on by itself and slows down. */
  | { readonly kind: "glide"; readonly from: number; readonly velocity: number; readonly since: number }
  /** It was pulled or ran `over` pixels beyond an end and comes back. */
  | {
      readonly kind: "spring";
      readonly end: number;
      readonly over: number;
      readonly velocity: number;
      readonly since: number;
    };

/** Where a list stands: within its ends, and how far it is stretched beyond one (negative at the top). */
export interface Position {
  readonly at: number;
  readonly stretch: number;
}

/** Time in which a glide loses all but a third of its speed, and in which a spring comes back as far, in ms. */
const GLIDE = 325;
const SPRING = 75;
/** Below this a movement is over. */
const STILL = { velocity: 0.02, pixels: 0.5 } as const;
/** A finger that is slower than this when it is lifted leaves the list where it is. */
const LEAST_FLING = 0.08;

/** The list moved by a finger that went `dy` pixels down. */
export function drag(motion: Motion, dy: number, time: number, most: number): Motion {
  const { at, stretch } = positionOf(motion, time, most);
  return { kind: "drag", at: (motion.kind === "drag" ? motion.at : at + stretch) - dy };
}

/** The finger was lifted with this velocity of the list. */
export function release(motion: Motion, velocity: number, time: number, most: number): Motion {
  const { at, stretch } = positionOf(motion, time, most);
  if (stretch !== 0) return { kind: "spring", end: at, over: stretch, velocity: 0, since: time };
  if (Math.abs(velocity) < LEAST_FLING) return { kind: "rest", at };
  return { kind: "glide", from: at, velocity, since: time };
}

/** The motion with what has happened until now: a glide that reached an end springs, what is over rests. */
export function settle(motion: Motion, time: number, most: number): Motion {
  if (motion.kind === "glide") return settleGlide(motion, time, most);
  if (motion.kind === "spring") {
    const { velocity, over, since, end } = motion;
    const long = time - since > SPRING;
    return long && Math.abs(springAt(over, velocity, time - since)) < STILL.pixels
      ? { kind: "rest", at: end }
      : motion;
  }
  return motion;
}

function settleGlide(glide: Motion & { kind: "glide" }, time: number, most: number): Motion {
  const { from, velocity, since } = glide;
  const at = glideAt(glide, time);
  if (at >= 0 && at <= most) {
    const speed = Math.abs(velocity) * Math.exp(-(time - since) / GLIDE);
    return speed < STILL.velocity ? { kind: "rest", at } : glide;
  }
  const end = at < 0 ? 0 : most;
  const lost = Math.min((end - from) / (velocity * GLIDE), 0.999);
  const crossed = since - GLIDE * Math.log(1 - lost);
  const spring: Motion = {
    kind: "spring",
    end,
    over: 0,
    velocity: velocity * (1 - lost),
    since: crossed,
  };
  return settle(spring, time, most);
}

export function positionOf(motion: Motion, time: number, most: number): Position {
  switch (motion.kind) {
    case "rest":
      return { at: clamp(motion.at, most), stretch: 0 };
    case "drag": {
      const at = clamp(motion.at, most);
      return { at, stretch: rubber(motion.at - at) };
    }
    case "glide":
      return { at: clamp(glideAt(motion, time), most), stretch: 0 };
    case "spring":
      return {
        at: clamp(motion.end, most),
        stretch: springAt(motion.over, motion.velocity, time - motion.since),
      };
  }
}

function glideAt({ from, velocity, since }: Motion & { kind: "glide" }, time: number): number {
  return from + velocity * GLIDE * (1 - Math.exp(-Math.max(0, time - since) / GLIDE));
}

/** A critically damped spring: back without a swing to the other side. */
function springAt(over: number, velocity: number, elapsed: number): number {
  const t = Math.max(0, elapsed);
  return (over + (velocity + over / SPRING) * t) * Math.exp(-t / SPRING);
}

/** The further beyond an end, the harder it gets; never further than `LIMIT` pixels. */
const LIMIT = 180;
function rubber(over: number): number {
  return Math.sign(over) * LIMIT * (1 - 1 / ((Math.abs(over) * 0.55) / LIMIT + 1));
}

function clamp(at: number, most: number): number {
  return Math.min(Math.max(at, 0), most);
}
