import { describe, expect, test, vi } from "vitest";
import type { Clip } from "../../../src/bytes/drm-buffer.ts";
import { XRGB8888 } from "../../../src/bytes/pixel-format.ts";
import type { DumbBuffer } from "../../../src/linux/drm.ts";
import { SystemCallError } from "../../../src/linux/syscalls.ts";
import { DrmPresenter, type Flipper } from "../../../src/panel/drm-presenter.ts";
import { displayMode } from "../../fixtures/connectors.ts";

const [WIDTH, HEIGHT] = [4, 6];
/** Longer than the 16 bytes of a row's pixels, as drivers align them. */
const STRIDE = 24;
const [ENOSYS, ENODEV, EBUSY, ENOMEM] = [38, 19, 16, 12];

function buffer(id: number): DumbBuffer {
  return { id, stride: STRIDE, bytes: Buffer.alloc(STRIDE * HEIGHT) };
}

/** The first byte of every row that is in a buffer. */
function rowsOf({ bytes }: DumbBuffer): number[] {
  return Array.from({ length: HEIGHT }, (_, y) => bytes[y * STRIDE] ?? 0);
}

/** No card: it notes what it is told, and refuses what a test says. */
class FakeCard implements Flipper {
  readonly told: string[] = [];
  readonly second = buffer(2);
  readonly refuses: Partial<Record<"dirty" | "flip" | "second" | "read", number>>;
  #onReadable: () => void = () => {};

  constructor(refuses: FakeCard["refuses"]) {
    this.refuses = refuses;
  }

  tellDirty(target: DumbBuffer, width: number, clips: readonly Clip[]): void {
    this.#refuse("dirty");
    this.told.push(`dirty ${target.id} ${width} ${clips.map(({ y, rows }) => `${y}+${rows}`).join()}`);
  }

  flip(crtc: number, target: DumbBuffer): void {
    this.#refuse("flip");
    this.told.push(`flip ${crtc} ${target.id}`);
  }

  createBuffer(): DumbBuffer {
    this.#refuse("second");
    return this.second;
  }

  readFlip(): boolean {
    this.#refuse("read");
    return true;
  }

  watch(onReadable: () => void) {
    this.#onReadable = onReadable;
    return { close: () => this.told.push("watch closed") };
  }

  /** The flip that is under way is complete. */
  flipped(): void {
    this.#onReadable();
  }

  #refuse(what: keyof FakeCard["refuses"]): void {
    const errno = this.refuses[what];
    if (errno !== undefined) throw new SystemCallError(what, errno, "of a fake card");
  }
}

function presented(refuses: FakeCard["refuses"]) {
  const card = new FakeCard(refuses);
  const first = buffer(1);
  const shown = { crtc: 50, mode: displayMode(WIDTH, HEIGHT), buffer: first, format: XRGB8888, former: 0 };
  const presenter = new DrmPresenter(card, shown);
  const write = (y: number, rows: number, value: number) =>
    presenter.write(y, rows, Buffer.alloc(rows * WIDTH * 4, value));
  return { card, first, presenter, write };
}

describe("a driver that wants to be told what changed", () => {
  test("is told once for each picture, with the rows that were written", () => {
    const { card, first, presenter, write } = presented({});
    write(0, 6, 1);
    presenter.flush();
    write(1, 2, 7);
    write(5, 1, 8);
    expect(rowsOf(first)).toEqual([1, 1, 1, 1, 1, 1]);
    presenter.flush();
    presenter.flush();
    expect(rowsOf(first)).toEqual([1, 7, 7, 1, 1, 8]);
    expect(card.told).toEqual(["dirty 1 4 0+6", "dirty 1 4 1+2,5+1"]);
    expect(presenter.picture[5 * WIDTH * 4]).toBe(8);
  });

  test("more rows than the kernel takes at once are told as all of them", () => {
    const { card, presenter, write } = presented({});
    for (let times = 0; times < 300; times += 1) write(2, 1, 3);
    presenter.flush();
    expect(card.told).toEqual(["dirty 1 4 0+6"]);
  });

  test("an error that is none of knowing is passed on, and the rows are not lost", () => {
    const { card, presenter, write } = presented({ dirty: ENODEV });
    write(0, 2, 1);
    expect(() => presenter.flush()).toThrow("ENODEV");
    delete card.refuses.dirty;
    presenter.flush();
    expect(card.told).toEqual(["dirty 1 4 0+2"]);
  });
});

describe("a driver that does not", () => {
  test("flips between two buffers, and each gets what it missed", () => {
    const { card, first, presenter, write } = presented({ dirty: ENOSYS });
    write(0, 6, 1);
    presenter.flush();
    expect(rowsOf(card.second)).toEqual([1, 1, 1, 1, 1, 1]);
    card.flipped();
    write(2, 1, 5);
    presenter.flush();
    expect(rowsOf(first)).toEqual([1, 1, 5, 1, 1, 1]);
    card.flipped();
    write(4, 1, 6);
    presenter.flush();
    expect(rowsOf(card.second)).toEqual([1, 1, 5, 1, 6, 1]);
    expect(card.told).toEqual(["flip 50 2", "flip 50 1", "flip 50 2"]);
  });

  test("what comes while a flip is under way is shown when it is done, in one flip", () => {
    const { card, first, presenter, write } = presented({ dirty: ENOSYS });
    write(0, 6, 1);
    presenter.flush();
    write(0, 1, 2);
    presenter.flush();
    write(1, 1, 3);
    presenter.flush();
    expect(card.told).toEqual(["flip 50 2"]);
    card.flipped();
    expect(rowsOf(first)).toEqual([2, 3, 1, 1, 1, 1]);
    expect(card.told).toEqual(["flip 50 2", "flip 50 1"]);
  });

  test("a flip that is never told as done is taken for done after a moment", () => {
    vi.useFakeTimers();
    try {
      const { card, presenter, write } = presented({ dirty: ENOSYS });
      write(0, 6, 1);
      presenter.flush();
      write(0, 1, 2);
      presenter.flush();
      vi.advanceTimersByTime(250);
      expect(card.told).toEqual(["flip 50 2", "flip 50 1"]);
      presenter.close();
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ["cannot flip", { flip: EBUSY }],
    ["has no memory for a second buffer", { second: ENOMEM }],
  ])("and %s is drawn on as it is", (_what, refuses) => {
    const { first, presenter, write } = presented({ dirty: ENOSYS, ...refuses });
    write(0, 6, 1);
    presenter.flush();
    write(3, 1, 4);
    presenter.flush();
    expect(rowsOf(first)).toEqual([1, 1, 1, 4, 1, 1]);
  });

  test("a card that was pulled out is not listened to for ever, and the next picture meets the error", () => {
    const { card, presenter, write } = presented({ dirty: ENOSYS });
    write(0, 6, 1);
    presenter.flush();
    Object.assign(card.refuses, { read: ENODEV, flip: ENODEV });
    card.flipped();
    expect(card.told).toContain("watch closed");
    presenter.close();
    write(0, 1, 2);
    expect(() => presenter.flush()).toThrow("ENODEV");
  });
});
