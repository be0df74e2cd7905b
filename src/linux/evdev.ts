import { close, constants, openSync, readSync } from "node:fs";
import {
  AXIS_INFO_SIZE,
  type AxisInfo,
  eventSize,
  type InputEvent,
  parseAxisInfo,
  parseInputEvents,
  setBits,
  type WordSize,
} from "../bytes/input-event.ts";
import { ioctl, type Watch, watchReadable } from "./syscalls.ts";

/** Of this process; a kernel of 64 bits serves those of 32, too. */
export const WORD_SIZE: WordSize = ["arm", "ia32"].includes(process.arch) ? 4 : 8;

/** Requests of linux/input.h; the length of the answer is part of the number. */
const EVIOCGKEY_96 = 0x80604518;
const EVIOCGSW_8 = 0x8008451b;
const EVIOCGABS = 0x80184540;
const EVIOCGMTSLOTS = 0x8000450a;
const EVIOCGRAB = 0x40044590;
const EVIOCSCLOCKID = 0x400445a0;
const CLOCK_MONOTONIC = 1;

/** An open event device, non-blocking, with monotonic time stamps. */
export interface EventDevice {
  readonly path: string;
  /** Keys that are down now. */
  heldKeys(): number[];
  /** Switches that are set now. */
  setSwitches(): number[];
  axis(code: number): AxisInfo;
  /** The value of one multitouch axis for each of the slots 0…count-1. */
  slotValues(code: number, count: number): number[];
  /** Keeps the events from everybody else, the virtual terminal among them, until the device is closed. */
  grab(): void;
  /** Everything that is waiting; null when the device is gone. */
  read(): InputEvent[] | null;
  watch(onReadable: () => void): Watch;
  /** In the background: the kernel takes 30 to 60 ms over it. */
  close(): void;
}

/** Opens /dev/input/eventN; throws the system's error. */
export function openEventDevice(path: string): EventDevice {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(eventSize(WORD_SIZE) * 64);
  const clock = Buffer.alloc(4);
  clock.writeInt32LE(CLOCK_MONOTONIC);
  try {
    ioctl(fd, EVIOCSCLOCKID, clock, `EVIOCSCLOCKID ${path}`);
  } catch (error) {
    close(fd);
    throw error;
  }
  return {
    path,
    heldKeys() {
      const mask = Buffer.alloc(96);
      ioctl(fd, EVIOCGKEY_96, mask, `EVIOCGKEY ${path}`);
      return setBits(mask);
    },
    setSwitches() {
      const mask = Buffer.alloc(8);
      ioctl(fd, EVIOCGSW_8, mask, `EVIOCGSW ${path}`);
      return setBits(mask);
    },
    axis(code) {
      const info = Buffer.alloc(AXIS_INFO_SIZE);
      ioctl(fd, EVIOCGABS + code, info, `EVIOCGABS(${code}) ${path}`);
      return parseAxisInfo(info);
    },
    slotValues: (code, count) => slotValues(fd, path, code, count),
    grab: () => grab(fd, path),
    read: () => drain(fd, buffer),
    watch: (onReadable) => watchReadable(fd, onReadable),
    close() {
      close(fd, () => {});
    },
  };
}

/** Keeps the events of an open device from everybody else until it is closed. Throws where another has it. */
export function grab(fd: number, path: string): void {
  ioctl(fd, EVIOCGRAB, 1, `EVIOCGRAB ${path}`);
}

/** EVIOCGMTSLOTS takes the axis in the first u32 and fills one i32 per slot behind it. */
function slotValues(fd: number, path: string, code: number, count: number): number[] {
  const bytes = Buffer.alloc(4 + count * 4);
  bytes.writeUInt32LE(code);
  ioctl(fd, EVIOCGMTSLOTS + bytes.length * 0x10000, bytes, `EVIOCGMTSLOTS ${path}`);
  return Array.from({ length: count }, (_, slot) => bytes.readInt32LE(4 + slot * 4));
}

function drain(fd: number, buffer: Buffer): InputEvent[] | null {
  const events: InputEvent[] = [];
  for (;;) {
    let length: number;
    try {
      length = readSync(fd, buffer);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EAGAIN" ? events : null;
    }
    if (length === 0) return null;
    events.push(...parseInputEvents(buffer.subarray(0, length), WORD_SIZE));
    if (length < buffer.length) return events;
  }
}
