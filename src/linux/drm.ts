import { closeSync, constants, openSync, readSync } from "node:fs";
import {
  addFramebuffer,
  type Clip,
  clipRects,
  createDumb,
  dirtyFramebuffer,
  hasFlipped,
  mapDumb,
  pageFlip,
  parseDumb,
  parseMapOffset,
} from "../bytes/drm-buffer.ts";
import {
  askEncoder,
  askResources,
  type CardResources,
  type Encoder,
  parseEncoder,
  resourceCounts,
} from "../bytes/drm-card.ts";
import {
  askConnector,
  askProperty,
  type Connector,
  connectorCounts,
  parseConnector,
  propertyName,
  setProperty,
} from "../bytes/drm-connector.ts";
import { askCrtc, type CrtcState, type DisplayMode, parseCrtc, setCrtc } from "../bytes/drm-mode.ts";
import { DrmSize, numbers, type Target } from "../bytes/drm-struct.ts";
import { addressOf, type Mapping, mapShared } from "./mapping.ts";
import { ioctl, SystemCallError, type Watch, watchReadable } from "./syscalls.ts";

/** Requests of drm.h and drm_mode.h: the same on all 64-bit ABIs. */
const Request = {
  GET_CAP: 0xc010640c,
  SET_MASTER: 0x641e,
  DROP_MASTER: 0x641f,
  GETRESOURCES: 0xc04064a0,
  GETCRTC: 0xc06864a1,
  SETCRTC: 0xc06864a2,
  GETENCODER: 0xc01464a6,
  GETCONNECTOR: 0xc05064a7,
  GETPROPERTY: 0xc04064aa,
  SETPROPERTY: 0xc01064ab,
  ADDFB: 0xc01c64ae,
  RMFB: 0xc00464af,
  PAGE_FLIP: 0xc01864b0,
  DIRTYFB: 0xc01864b1,
  CREATE_DUMB: 0xc02064b2,
  MAP_DUMB: 0xc01064b3,
  DESTROY_DUMB: 0xc00464b4,
  CLOSEFB: 0xc00864d0,
} as const;

const CAP_DUMB_BUFFER = 1n;
const EVENTS_SIZE = 1024;

/** A buffer that a CRTC can show, mapped into this process. Never read it: it may be memory without a cache. */
export interface DumbBuffer {
  /** The framebuffer's number. */
  readonly id: number;
  readonly stride: number;
  readonly bytes: Buffer;
}

interface OwnBuffer extends DumbBuffer {
  readonly handle: number;
  readonly mapping: Mapping;
}

/** An open card of the kernel's mode setting (/dev/dri/cardN). Methods throw a SystemCallError. */
export class Card {
  readonly path: string;
  readonly #fd: number;
  readonly #buffers: OwnBuffer[] = [];
  /** Buffers whose addresses the kernel has during a call: nothing else keeps them from being collected. */
  readonly #pointed = new Set<Buffer>();
  #open = true;

  /** Throws the system's error. */
  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  /** Whether the driver has buffers that a program can draw in; those that only render have none. */
  hasDumbBuffers(): boolean {
    const bytes = Buffer.alloc(DrmSize.capability);
    bytes.writeBigUInt64LE(CAP_DUMB_BUFFER, 0);
    try {
      this.#ask("GET_CAP", bytes);
    } catch {
      return false;
    }
    return bytes.readBigUInt64LE(8) === 1n;
  }

  /** Puts this process in charge of the card; EBUSY while another program is. */
  becomeMaster(): void {
    this.#ask("SET_MASTER", 0);
  }

  resources(): CardResources {
    const count = resourceCounts(this.#ask("GETRESOURCES", Buffer.alloc(DrmSize.resources)));
    const [crtcs, connectors] = [Buffer.alloc(count.crtcs * 4), Buffer.alloc(count.connectors * 4)];
    const question = askResources(target(crtcs, 4), target(connectors, 4));
    const now = resourceCounts(this.#ask("GETRESOURCES", question, crtcs, connectors));
    return { crtcs: numbers(crtcs, now.crtcs), connectors: numbers(connectors, now.connectors) };
  }

  /** Looks what is connected there, which takes a moment where a monitor is asked. */
  connector(id: number): Connector {
    const count = connectorCounts(this.#ask("GETCONNECTOR", askConnector(id, null)));
    const filled = {
      encoders: Buffer.alloc(count.encoders * 4),
      modes: Buffer.alloc(count.modes * DrmSize.mode),
      properties: Buffer.alloc(count.properties * 4),
      values: Buffer.alloc(count.properties * 8),
    };
    const targets = {
      encoders: target(filled.encoders, 4),
      modes: target(filled.modes, DrmSize.mode),
      properties: target(filled.properties, 4),
      values: target(filled.values, 8),
    };
    const question = askConnector(id, targets);
    return parseConnector(this.#ask("GETCONNECTOR", question, ...Object.values(filled)), filled);
  }

  encoder(id: number): Encoder {
    return parseEncoder(this.#ask("GETENCODER", askEncoder(id)));
  }

  crtc(id: number): CrtcState {
    return parseCrtc(this.#ask("GETCRTC", askCrtc(id)));
  }

  /** Number and value of a connector's property; null where it has none of that name. */
  propertyOf(connector: Connector, name: string): { id: number; value: number } | null {
    for (const [id, value] of connector.properties)
      if (propertyName(this.#ask("GETPROPERTY", askProperty(id))) === name) return { id, value };
    return null;
  }

  setProperty(connector: number, property: number, value: number): void {
    this.#ask("SETPROPERTY", setProperty(connector, property, value));
  }

  /** A buffer of that size, mapped; `depth` is the number of colour bits of a pixel. */
  createBuffer(width: number, height: number, bitsPerPixel: number, depth: number): DumbBuffer {
    const { handle, stride, size } = parseDumb(
      this.#ask("CREATE_DUMB", createDumb(width, height, bitsPerPixel)),
    );
    try {
      const added = addFramebuffer({ width, height, stride, bitsPerPixel, depth, handle });
      const id = this.#ask("ADDFB", added).readUInt32LE(0);
      const offset = parseMapOffset(this.#ask("MAP_DUMB", mapDumb(handle)));
      const mapping = mapShared(this.#fd, offset, size, this.path);
      const buffer = { id, stride, handle, mapping, bytes: mapping.bytes };
      this.#buffers.push(buffer);
      return buffer;
    } catch (error) {
      this.#ask("DESTROY_DUMB", word(handle));
      throw error;
    }
  }

  /** Gives back a buffer that is not shown; one that is goes dark. */
  destroyBuffer(buffer: DumbBuffer): void {
    const at = this.#buffers.findIndex(({ id }) => id === buffer.id);
    const [own] = at < 0 ? [] : this.#buffers.splice(at, 1);
    if (own === undefined) return;
    this.#ask("RMFB", word(own.id));
    own.mapping.unmap();
    this.#ask("DESTROY_DUMB", word(own.handle));
  }

  /** Sets a mode and shows a buffer in it, or another program's framebuffer by its number. */
  show(crtc: number, connector: number, mode: DisplayMode, buffer: Pick<DumbBuffer, "id">): void {
    const number = word(connector);
    this.#ask("SETCRTC", setCrtc(crtc, buffer.id, mode, addressOf(number)), number);
  }

  /** Tells a driver that keeps its own copy what changed. */
  tellDirty(buffer: DumbBuffer, width: number, clips: readonly Clip[]): void {
    const rects = clipRects(clips, width);
    this.#ask("DIRTYFB", dirtyFramebuffer(buffer.id, target(rects, DrmSize.clip)), rects);
  }

  /** Shows another buffer from the next picture on; `readFlip` says when that is so. */
  flip(crtc: number, buffer: DumbBuffer): void {
    this.#ask("PAGE_FLIP", pageFlip(crtc, buffer.id));
  }

  /** Takes what the card has told since; true when a flip is complete. */
  readFlip(): boolean {
    const bytes = Buffer.alloc(EVENTS_SIZE);
    try {
      return hasFlipped(bytes.subarray(0, readSync(this.#fd, bytes)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return false;
      throw error;
    }
  }

  watch(onReadable: () => void): Watch {
    return watchReadable(this.#fd, onReadable);
  }

  /**
   * Lets go of the card. The picture stays where the kernel can keep it without its maker (CLOSEFB, since Linux
   * 6.8); else the kernel's own framebuffer comes back with what was last written to it.
   */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const { id, mapping } of this.#buffers) {
      attempt(() => this.#ask("CLOSEFB", Buffer.concat([word(id), Buffer.alloc(4)])));
      attempt(() => mapping.unmap());
    }
    attempt(() => this.#ask("DROP_MASTER", 0));
    closeSync(this.#fd);
  }

  /** `pointed` are the buffers whose addresses the argument has. */
  #ask<Argument extends Buffer | number>(
    name: keyof typeof Request,
    argument: Argument,
    ...pointed: readonly Buffer[]
  ): Argument {
    for (const buffer of pointed) this.#pointed.add(buffer);
    try {
      for (;;) if (this.#try(name, argument)) return argument;
    } finally {
      this.#pointed.clear();
    }
  }

  /** False when a signal came between. */
  #try(name: keyof typeof Request, argument: Buffer | number): boolean {
    try {
      ioctl(this.#fd, Request[name], argument, `${name} ${this.path}`);
      return true;
    } catch (error) {
      if (error instanceof SystemCallError && error.code === "EINTR") return false;
      throw error;
    }
  }
}

function target(buffer: Buffer, size: number): Target {
  const count = buffer.length / size;
  return { address: count === 0 ? 0n : addressOf(buffer), count };
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** For what is of no use any more when it fails. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The descriptor is closed next, and everything with it.
  }
}
