import type { RestartTarget } from "./restart.ts";

/** Where Holdfast's run-time files lie: what was decided, for the supervisor, the hooks and the real root. */
export const RUN_DIR = "/run/holdfast";

/** Why the menu is shown, or why a slot was chosen: a stable code and one sentence for people. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}
export type ReasonCode =
  | "default"
  | "once"
  | "chosen"
  | "key-held"
  | "command-line"
  | "fallback"
  | "nothing-bootable"
  | "needs-own-kernel"
  | "bootloader-chose"
  | "bad-config"
  | "ambiguous-store"
  | "store-unreadable";

/** The device and file system of a root that is entered under the running kernel. */
export interface RootMount {
  readonly device: string;
  readonly fstype: string;
  readonly options: string;
  readonly init: string;
}

/** The counters of a slot once its try was taken; null where the scheme has none. */
export interface Counters {
  readonly priority: number | null;
  readonly triesLeft: number | null;
  readonly triesDone: number | null;
}

/** What the handoff does next; written to plan.json by gate or menu and carried out by enter. */
export type Plan =
  | {
      readonly action: "switch-root";
      readonly slot: string;
      /** Content identity of the root, such as "PARTUUID=…"; tells the running system that it is this slot. */
      readonly identity: string | null;
      readonly root: RootMount;
      readonly counters: Counters;
      readonly reason: Reason;
    }
  | {
      readonly action: "reboot";
      readonly slot: string | null;
      readonly target: RestartTarget;
      readonly reason: Reason;
    }
  | { readonly action: "power-off"; readonly reason: Reason };
