/** What decides how /usr of a slot becomes writable. */
export interface UsrFacts {
  /** Overlays that /usr consists of already, as a composefs root does. */
  readonly depth: number;
  /** Version of systemd in the slot; null where it has none. */
  readonly systemd: number | null;
  /** System extensions that the next start merges into /usr. */
  readonly extensions: number;
  /** Whether a link can be put into the slot's /var/lib/extensions.mutable. */
  readonly canLink: boolean;
  readonly ephemeral: boolean;
}

/**
 * Who makes /usr writable: Holdfast by an overlay of its own, or systemd-sysext while it merges; never both.
 * `warning` is what a person should know of it.
 */
export type UsrWay =
  | { readonly by: "overlay" | "systemd-sysext"; readonly warning: string | null }
  | { readonly by: "nobody"; readonly reason: string };

/** The kernel's FILESYSTEM_MAX_STACK_DEPTH (linux/fs.h). */
const MAX_DEPTH = 2;
/** The first version of systemd whose sysext can be told where writes go. */
export const MUTABLE_SYSEXT = 256;

/** How /usr is made writable, or why it cannot be. */
export function usrWay({ depth, systemd, extensions, canLink, ephemeral }: UsrFacts): UsrWay {
  const merges = extensions > 0 ? 1 : 0;
  if (merges > 0 && systemd !== null && systemd >= MUTABLE_SYSEXT && (canLink || ephemeral)) {
    return { by: "systemd-sysext", warning: null };
  }
  if (depth + 1 > MAX_DEPTH) {
    return {
      by: "nobody",
      reason: `/usr already consists of ${depth} overlays, and Linux stacks two at most.`,
    };
  }
  if (depth + 1 + merges > MAX_DEPTH) {
    return {
      by: "nobody",
      reason: "/usr is an overlay already and extensions are merged into it; Linux stacks two at most.",
    };
  }
  const warning =
    merges > 0
      ? "While extensions are merged, /usr shows the changes but takes no new ones; systemd-sysext unmerge lets it."
      : null;
  return { by: "overlay", warning };
}
