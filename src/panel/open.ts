import { messageOf } from "../domain/errors.ts";
import { watchEvdev } from "../input/evdev/watch.ts";
import { takeConsole } from "../linux/console-mode.ts";
import type { Intent } from "../menu/view.ts";
import type { Console } from "../session/console.ts";
import { loadCanvas } from "./canvas.ts";
import { memorySize } from "./memory.ts";
import { Panel } from "./panel.ts";
import { openSurface } from "./surface.ts";

export interface PanelOptions {
  /** Usually /dev/fb0. */
  readonly framebuffer: string;
  onIntent(intent: Intent): void;
  log(line: string): void;
}

/**
 * The menu on the framebuffer, with keys and touch. Throws a HoldfastError, with nothing changed, when there
 * is no framebuffer that can be drawn on. The text console is put aside until `close`, or until the process
 * ends in whatever way. A screen in memory has neither console nor keys: it is drawn on a machine whose own
 * keyboard and display are somebody's.
 */
export async function openPanel(options: PanelOptions): Promise<Console> {
  const surface = openSurface(options.framebuffer);
  try {
    loadCanvas();
  } catch (error) {
    surface.close();
    throw error;
  }
  const isMemory = memorySize(options.framebuffer) !== null;
  const taken = isMemory ? null : takeConsole();
  const panel = new Panel(surface, { ...options, reopen: () => openSurface(options.framebuffer) });
  const input = isMemory
    ? null
    : watchEvdev({
        keyContext: () => panel.keyContext(),
        onKey: (input) => panel.key(input),
        onContact: (contact) => panel.contact(contact),
        log: options.log,
      });
  return {
    name: "panel",
    confirms: "hold",
    show(view) {
      panel.show(view);
    },
    async close() {
      try {
        await panel.close();
      } catch (error) {
        options.log(messageOf(error));
      }
      taken?.release();
      // Last, as the kernel takes its time over every event device.
      input?.close();
    },
  };
}
