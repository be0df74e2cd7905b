import { parseSteamosConf, type SteamosConf } from "../../bytes/steamos-conf.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import { type Running, ranLast, type System, type SystemHealth } from "../../domain/system.ts";
import type { Kind, Place } from "./kind.ts";
import { makeKind } from "./made-kind.ts";
import { namesInside, textInside } from "./tree.ts";

const FOLDER = "SteamOS/conf";
/** After so many starts that were not confirmed the chain loader takes another image (steamos-efi: SUPERMAX_BOOT_FAILURES). */
const MAX_ATTEMPTS = 6;

/** An image that SteamOS's chain loader knows. */
interface Image {
  /** "A", "B" or "dev": the name of its file. */
  readonly id: string;
  readonly conf: SteamosConf | null;
  /** Why its file could not be read, as a sentence. */
  readonly problem: string | null;
}

/** The images of SteamOS with their counters, as its chain loader reads them from the ESP; shown, never entered. */
export const steamos: Kind = makeKind({
  name: "steamos",
  noun: "SteamOS image",
  find: ({ root: { tree } }) => {
    const names = namesInside(tree, FOLDER).flatMap((name) => /^(\w{1,16})\.conf$/.exec(name)?.[1] ?? []);
    return names.map((id) => readImage(tree, id));
  },
  tree: () => null,
  describe,
  enter(_place, { id }) {
    throw new HoldfastError("slotFailed", `${id}: ${NOT_OURS}`);
  },
  kernel: () => null,
});

const NOT_OURS = "Only its own chain loader starts it, with the kernel of that image.";

function readImage(tree: string, id: string): Image {
  try {
    const text = textInside(tree, `${FOLDER}/${id}.conf`);
    if (text === null) throw new HoldfastError("badStore", `Its file ${FOLDER}/${id}.conf leads nowhere`);
    return { id, conf: parseSteamosConf(text), problem: null };
  } catch (error) {
    return { id, conf: null, problem: `It cannot be read: ${messageOf(error)}.` };
  }
}

function describe(_place: Place, found: Image, all: readonly Image[], running: Running): System {
  const { id, conf, problem } = found;
  return {
    kind: "steamos",
    id,
    title: conf?.title ?? `SteamOS ${id}`,
    version: null,
    date: null,
    kernel: { releases: [], isRunning: null },
    health: healthOf(found),
    flags: {
      default: isDefault(found, all),
      lastRun: ranLast(id, running),
      pinned: null,
      staged: false,
      incomplete: problem !== null,
      identicalTo: [],
    },
    once: { entry: null, reason: problem ?? NOT_OURS },
    always: {
      command: null,
      reason: problem ?? "Only SteamOS itself, or the menu of its chain loader, chooses the image.",
    },
    warnings: [
      ...(conf?.comment == null ? [] : [`Its comment: ${conf.comment.replace(/\.$/, "")}.`]),
      ...(conf?.wantsOther === true ? ["It asks for the other image at the next start (boot-other)."] : []),
    ],
  };
}

/** The newest wish wins; nobody knows where two are the same, or where the newest asks for another image. */
function isDefault({ id, conf }: Image, all: readonly Image[]): boolean | null {
  const wished = all.filter((each) => each.conf?.requestedAt != null && !each.conf.isInvalid);
  const newest = wished
    .map((each) => each.conf?.requestedAt ?? "")
    .sort()
    .at(-1);
  const winners = wished.filter((each) => each.conf?.requestedAt === newest);
  const [winner] = winners;
  if (winner === undefined || winners.length > 1 || winner.conf?.wantsOther === true) return null;
  return conf !== null && winner.id === id;
}

function healthOf({ conf, problem }: Image): SystemHealth {
  const none = { triesLeft: null, triesDone: null };
  if (conf === null) return { state: "unknown", ...none, evidence: problem === null ? [] : [problem] };
  const { attempts, count, isInvalid } = conf;
  if (isInvalid) return { state: "bad", ...none, evidence: ["It is marked as invalid (image-invalid)."] };
  if (attempts === null) return { state: "unknown", ...none, evidence: [] };
  if (attempts > 0) {
    const triesLeft = Math.max(0, MAX_ATTEMPTS - attempts);
    const starts = attempts === 1 ? "1 start was" : `${attempts} starts were`;
    const evidence = [`${starts} not confirmed (boot-attempts).`];
    return { state: triesLeft === 0 ? "bad" : "trying", triesLeft, triesDone: attempts, evidence };
  }
  if (count === null || count === 0) return { state: "unknown", ...none, evidence: [] };
  return {
    state: "good",
    triesLeft: null,
    triesDone: 0,
    evidence: ["Its last start was confirmed (boot-attempts)."],
  };
}
