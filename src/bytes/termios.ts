/** Bytes of the kernel's struct termios (asm-generic: x86, arm, arm64), as TCGETS fills it. */
export const TERMIOS_SIZE = 36;

/** Requests of asm-generic/ioctls.h that concern terminals. */
export const Tty = {
  getTermios: 0x5401,
  setTermios: 0x5402,
  flush: 0x540b,
  bytesWaiting: 0x5411,
  setWindowSize: 0x5414,
  /** Value of `flush`: throw away what was not sent. */
  flushOutput: 1,
} as const;

const IFLAG = 0;
const OFLAG = 4;
const CFLAG = 8;
const LFLAG = 12;
const LINE = 16;
const CC = 17;

const BRKINT = 0x2;
const ISTRIP = 0x20;
const INLCR = 0x40;
const IGNCR = 0x80;
const ICRNL = 0x100;
const IXON = 0x400;
const OPOST = 0x1;
const ONLCR = 0x4;
const CS8 = 0x30;
const CREAD = 0x80;
const PARENB = 0x100;
const CLOCAL = 0x800;
const ISIG = 0x1;
const ICANON = 0x2;
const ECHO = 0x8;
const ECHOE = 0x10;
const ECHOK = 0x20;
const ECHOCTL = 0x200;
const ECHOKE = 0x800;
const IEXTEN = 0x8000;
const VTIME = 5;
const VMIN = 6;

/** Control characters of a fresh terminal (asm-generic/termios.h, INIT_C_CC). */
const CONTROL_CHARACTERS = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0];

function change(buffer: Buffer, offset: number, clear: number, set: number): void {
  buffer.writeUInt32LE(((buffer.readUInt32LE(offset) & ~clear) | set) >>> 0, offset);
}

/** `found` with every key delivered as it is pressed and nothing echoed; line feeds still become CR LF. */
export function rawTermios(found: Buffer): Buffer {
  const raw = Buffer.from(found);
  change(raw, IFLAG, BRKINT | ISTRIP | INLCR | IGNCR | ICRNL | IXON, 0);
  change(raw, OFLAG, 0, OPOST | ONLCR);
  change(raw, CFLAG, PARENB, CS8 | CREAD | CLOCAL);
  change(raw, LFLAG, ISIG | ICANON | ECHO | IEXTEN, 0);
  raw[CC + VTIME] = 0;
  raw[CC + VMIN] = 1;
  return raw;
}

/**
 * A known set for the next program, with the speed of `found` kept. Not what was found when the port was
 * opened: after a kill -9 that would be raw again.
 */
export function cookedTermios(found: Buffer): Buffer {
  const cooked = Buffer.from(found);
  cooked.writeUInt32LE(ICRNL | IXON, IFLAG);
  cooked.writeUInt32LE(OPOST | ONLCR, OFLAG);
  change(cooked, CFLAG, PARENB, CS8 | CREAD | CLOCAL);
  cooked.writeUInt32LE(ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN, LFLAG);
  cooked[LINE] = 0;
  cooked.fill(0, CC);
  cooked.set(CONTROL_CHARACTERS, CC);
  return cooked;
}

/** struct winsize of TIOCSWINSZ: rows, columns, and pixels that nobody knows. */
export function encodeWindowSize(size: { columns: number; rows: number }): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeUInt16LE(size.rows, 0);
  buffer.writeUInt16LE(size.columns, 2);
  return buffer;
}
