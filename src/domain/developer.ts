/** Kernel modules that layers over an image take, as modprobe names them; only a boot with layers loads them. */
export const LAYER_MODULES = ["overlay", "loop", "squashfs", "erofs"] as const;

/** What developer mode can open, each chosen by itself. */
export const DEVELOPER_FEATURES = ["writable-usr", "dev-extension", "no-verity", "shell"] as const;
export type DeveloperFeature = (typeof DEVELOPER_FEATURES)[number];

/** What turning developer mode on costs, the least first: nothing, the secret of the encrypted volume, user data. */
export const DEVELOPER_POLICIES = ["open", "secret", "wipe"] as const;
export type DeveloperPolicy = (typeof DEVELOPER_POLICIES)[number];

/** The writable layer of one image. */
export interface WritableLayer {
  /** Key of the image that it belongs to: its root hash or version. */
  readonly key: string;
  /** The slot that runs that image now; null when none does any more. */
  readonly slot: string | null;
  readonly bytes: number | null;
  readonly setAside: boolean;
}

/** Developer mode as it is on this device. */
export interface DeveloperState {
  readonly enabled: boolean;
  readonly features: readonly DeveloperFeature[];
  /** Whether the writable /usr is kept in memory and gone at the next boot. */
  readonly ephemeral: boolean;
  readonly policy: DeveloperPolicy;
  readonly layers: readonly WritableLayer[];
  /** The slot whose image changed, and the layer of its former one, so that a person has to decide; else null. */
  readonly baseChanged: { readonly slot: string; readonly key: string } | null;
  /** Why a feature cannot be had here, as a sentence; a feature that can be had is missing. */
  readonly unavailable: Readonly<Partial<Record<DeveloperFeature, string>>>;
  /** Seconds until the next secret may be tried; 0 now. */
  readonly retryIn: number;
}

/** What a person asks of developer mode. `secret` only where the policy asks for it. */
export type DeveloperChange =
  | {
      readonly kind: "turn-on";
      readonly features: readonly DeveloperFeature[];
      readonly ephemeral: boolean;
      readonly secret: string | null;
    }
  | { readonly kind: "turn-off" }
  /** Removes the writable layers, or those of one key: the system is stock again. */
  | { readonly kind: "discard"; readonly key: string | null }
  /** What becomes of the layer of an image that was updated: used with the new one, or kept unused. */
  | { readonly kind: "keep-layer"; readonly key: string }
  | { readonly kind: "set-aside-layer"; readonly key: string };
