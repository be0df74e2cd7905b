import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { type ExactReader, type PeSection, readPeSections } from "../bytes/uki.ts";
import { HoldfastError } from "../domain/errors.ts";
import { memfdCreate } from "../linux/syscalls.ts";

/** Kernel and initramfs archives out of a unified kernel image, as files in memory. */
export interface UkiParts {
  readonly linux: string;
  /** The processor's microcode first, as the image's own stub loads them. */
  readonly initrds: readonly string[];
  close(): void;
}

const INITRDS = [".ucode", ".initrd"];

/**
 * Takes a unified kernel image apart (UAPI.5), which kexec itself cannot. Null for a plain kernel: that may be
 * a PE file too, but has no section .linux. Throws `badStore` for an image that is cut short.
 */
export function ukiParts(path: string): UkiParts | null {
  const fd = openSync(path, "r");
  const parts: number[] = [];
  const close = () => {
    for (const part of parts.splice(0)) closeSync(part);
  };
  try {
    const read = readerOf(fd, path);
    const sections = sectionsOf(read, path);
    const inMemory = (section: PeSection) => {
      const part = memfdCreate(section.name);
      parts.push(part);
      copy(read, section, part);
      return `/proc/self/fd/${part}`;
    };
    const named = (name: string) => sections.filter((section) => section.name === name && section.size > 0);
    const [linux] = named(".linux");
    if (linux === undefined) return null;
    return { linux: inMemory(linux), initrds: INITRDS.flatMap(named).map(inMemory), close };
  } catch (error) {
    close();
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** None where the file is no PE file. */
function sectionsOf(read: ExactReader, path: string): PeSection[] {
  try {
    return readPeSections(read, path);
  } catch (error) {
    if (error instanceof HoldfastError) return [];
    throw error;
  }
}

function readerOf(fd: number, path: string): ExactReader {
  const { size } = fstatSync(fd);
  return (offset, length) => {
    const bytes = Buffer.alloc(Math.min(length, Math.max(size - offset, 0)));
    if (readSync(fd, bytes, 0, bytes.length, offset) === length) return bytes;
    const wanted = `${length} bytes at ${offset} were expected`;
    throw new HoldfastError("badStore", `${path} ends at byte ${size}, ${wanted}`);
  };
}

/** As much as is held in memory twice. */
const STEP = 1 << 20;

function copy(read: ExactReader, { offset, size }: PeSection, into: number): void {
  for (let at = 0; at < size; at += STEP) {
    const bytes = read(offset + at, Math.min(STEP, size - at));
    for (let done = 0; done < bytes.length; ) done += writeSync(into, bytes, done);
  }
}
