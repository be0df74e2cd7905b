import type { KeyContext, KeyInput, KeyProfile } from "./evdev/key-gestures.ts";
import type { MouseInput } from "./evdev/mouse.ts";
import type { Contact } from "./evdev/touch-gestures.ts";

/** What comes out of the input devices, whoever reads them. */
export interface InputOptions {
  readonly keys: KeyProfile;
  /** A key goes down. True when that press only lights the screen. */
  onPress(): boolean;
  /** What keys mean at this moment. */
  keyContext(): KeyContext;
  onKey(input: KeyInput): void;
  /** Positions are 0…1 of the touch panel, which is taken for the whole screen. */
  onContact(contact: Contact): void;
  onMouse(input: MouseInput): void;
  /** The lid, or a cover over the screen, is closed or open. */
  onLid(closed: boolean): void;
  log(line: string): void;
}
