import "./color.ts";
import { Box, type Instance, render, Text, type TextProps } from "ink";
import { memo } from "react";
import type { Intent, View } from "../menu/view.ts";
import { fullScreenIntent } from "./full-keys.ts";
import { InkOutput, silentInput } from "./ink-stream.ts";
import type { KeyEvent } from "./keys.ts";
import { layout, pageOf } from "./layout.ts";
import type { Line, Look, Size } from "./line.ts";
import type { Screen } from "./screen.ts";
import { printable } from "./words.ts";

const LOOKS: Readonly<Record<Look, TextProps>> = {
  neutral: {},
  good: { color: "green" },
  info: { color: "cyan" },
  warning: { color: "yellow" },
  danger: { color: "red" },
  strong: { bold: true },
  focus: { inverse: true },
};

/** Attributes off, cursor hidden, everything erased, cursor at the top left. */
const BEGIN = "\x1b[0m\x1b[?25l\x1b[2J\x1b[H";
/** Attributes off, everything erased, cursor at the top left: what follows is not written over the menu. */
const ERASE = "\x1b[0m\x1b[2J\x1b[H";
/** Soft reset (DECSTR), attributes off, cursor visible. */
const END = "\x1b[!p\x1b[0m\x1b[?25h\n";

const Row = memo(({ line }: { line: Line }) => (
  <Text wrap="truncate">
    {line.length === 0
      ? " "
      : line.map((span, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity but their place
          <Text key={index} {...LOOKS[span.look]}>
            {span.text}
          </Text>
        ))}
  </Text>
));

function Rows({ lines }: { lines: readonly Line[] }) {
  return (
    <Box flexDirection="column">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the terminal
        <Row key={index} line={line} />
      ))}
    </Box>
  );
}

/** The menu as full screens, drawn by ink; `send` takes what goes to the terminal. */
export class InkScreen implements Screen {
  readonly choosesByLines = false;
  readonly #send: (output: string) => void;
  readonly #size: Size;
  #view: View | null = null;
  #ink: { instance: Instance; output: InkOutput } | null = null;

  constructor(size: Size, send: (output: string) => void) {
    this.#size = size;
    this.#send = send;
  }

  show(view: View): void {
    this.#view = view;
    const rows = <Rows lines={layout(view, this.#size)} />;
    if (this.#ink === null) this.#ink = this.#start(rows);
    else this.#ink.instance.rerender(rows);
  }

  key(event: KeyEvent): Intent | null {
    return this.#view === null ? null : fullScreenIntent(event, this.#view, pageOf(this.#size));
  }

  repaint(): void {
    // Where the cursor is now is not known: nothing of the old frame may be written any more.
    this.#ink?.output.mute();
    this.#stop();
    if (this.#view !== null) this.show(this.#view);
  }

  close(): string {
    this.#stop();
    // The last words stay: what was chosen, and on which console.
    return `${ERASE}${printable(this.#view?.notice?.text ?? "")}${END}`;
  }

  #start(rows: React.ReactElement): { instance: Instance; output: InkOutput } {
    this.#send(BEGIN);
    const output = new InkOutput(this.#size, this.#send);
    const instance = render(rows, {
      stdout: output as unknown as NodeJS.WriteStream,
      stderr: output as unknown as NodeJS.WriteStream,
      stdin: silentInput(),
      interactive: true,
      incrementalRendering: true,
      patchConsole: false,
      exitOnCtrlC: false,
      // Frames come no faster than the line takes them; ink's own throttle would only add a delay.
      maxFps: 1000,
    });
    return { instance, output };
  }

  #stop(): void {
    this.#ink?.instance.unmount();
    this.#ink?.output.mute();
    this.#ink = null;
  }
}
