/** One line of /proc/self/mountinfo (proc(5)), as far as Holdfast asks. */
export interface MountLine {
  /** "major:minor" of the device. */
  readonly device: string;
  /** The directory of the file system that is mounted, "/" for all of it. */
  readonly root: string;
  readonly target: string;
  /** File system type, such as "ext4"; "rootfs" for the initramfs itself. */
  readonly fstype: string;
  /** Device or word that was mounted; btrfs has a device number of its own that no node has. */
  readonly source: string;
}

function plainPath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** Parses mountinfo; blanks in paths are written as octal escapes there. */
export function parseMountInfo(text: string): MountLine[] {
  return text.split("\n").flatMap((line) => {
    // Optional fields end with a lone "-"; the type follows it.
    const [left = "", right = ""] = line.split(" - ");
    const [, , device, root, target] = left.split(" ");
    const [fstype, source = ""] = right.split(" ");
    if (device === undefined || root === undefined || target === undefined || !fstype) return [];
    return [{ device, root: plainPath(root), target: plainPath(target), fstype, source: plainPath(source) }];
  });
}
