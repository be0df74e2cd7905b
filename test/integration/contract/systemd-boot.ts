import { renameSync } from "node:fs";
import { join } from "node:path";
import { mountedFolders } from "../../../src/boot-control/boot-folders.ts";
import { openSystemdBoot } from "../../../src/boot-control/systemd-boot-open.ts";
import { LOADER_VENDOR } from "../../../src/linux/efivars.ts";
import { entryText, type FakeEsp, fakeEsp } from "../../fixtures/esp.ts";
import { bless, bootctlList } from "../efi-tools.ts";
import { run } from "../tools.ts";
import type { Row, Store } from "./row.ts";

const ENTRIES = "loader/entries";

function filled(): FakeEsp {
  const esp = fakeEsp();
  esp.put({ vmlinuz: "" });
  for (const [id, version] of [
    ["a", "2"],
    ["b", "1"],
  ]) {
    esp.put({ [`${ENTRIES}/os-${id}+3.conf`]: entryText(["sort-key os", `version ${version}`]) });
  }
  return esp;
}

function openOn(esp: FakeEsp, booted: string | null) {
  const slots = ["a", "b"].map((id) => ({ id, entry: `os-${id}.conf`, identities: [] }));
  return openSystemdBoot({
    folders: mountedFolders([esp.root]),
    variables: esp.variables,
    slots,
    counting: "auto",
    freshTries: 3,
    booted,
    commandLine: "",
  }).then(({ control }) => control);
}

/** As systemd-boot leaves the entry with its last start: renamed, and LoaderBootCountPath says to what. */
function startLast(esp: FakeEsp, slot: string): void {
  const folder = join(esp.root, ENTRIES);
  renameSync(join(folder, `os-${slot}+3.conf`), join(folder, `os-${slot}+0-3.conf`));
  esp.set("LoaderBootCountPath", `\\loader\\entries\\os-${slot}+0-3.conf`, 6);
  esp.set("LoaderEntrySelected", `os-${slot}+0-3.conf`, 6);
}

/** The value of a text variable as tail and iconv make it readable. */
function variable(esp: FakeEsp, name: string): string {
  const path = join(esp.efivars, `${name}-${LOADER_VENDOR}`);
  return run("sh", ["-c", 'tail -c +5 "$0" | iconv -f UTF-16LE -t UTF-8 | tr -d "\\0"', path]);
}

function counter(left: number | null | undefined, done: number | null | undefined): string {
  return left === undefined ? "no counter" : `left ${left} done ${done ?? 0}`;
}

function make(): Store {
  const esp = filled();
  return {
    open: (booted) => openOn(esp, booted),
    judge(slot) {
      const listed = bootctlList(esp);
      const place = listed.findIndex((each) => each.id === `os-${slot}.conf`);
      const entry = listed[place];
      return `bootctl: #${place + 1} ${counter(entry?.triesLeft, entry?.triesDone)}`;
    },
    told({ id, health, triesLeft, triesDone }) {
      const place = expectedPlace(esp, id);
      return `bootctl: #${place} ${health === "good" ? "no counter" : counter(triesLeft, triesDone)}`;
    },
    judgeOnce: () => `iconv: LoaderEntryOneShot ${variable(esp, "LoaderEntryOneShot")}`,
    exhaust: (slot) => startLast(esp, slot),
    async roundTrip() {
      const theirs = filled();
      for (const each of [esp, theirs]) startLast(each, "a");
      await (await openOn(esp, "a")).apply({ kind: "mark-good", slot: "a" });
      const { code, stderr } = bless(theirs, "good");
      if (code !== 0) throw new Error(`systemd-bless-boot: ${stderr}`);
      const names = theirs.names().join(" ");
      theirs.clear();
      return [esp.names().join(" "), names];
    },
    close: () => esp.clear(),
  };
}

/** Bad entries come last; otherwise the newer version, which is slot a's, comes first. */
function expectedPlace(esp: FakeEsp, id: string): number {
  const isBad = (slot: string) => esp.names().some((name) => name.startsWith(`os-${slot}+0`));
  if (id === "a") return isBad("a") && !isBad("b") ? 2 : 1;
  return isBad("a") && !isBad("b") ? 1 : 2;
}

/** systemd-boot, judged by bootctl list, by iconv and by systemd-bless-boot. */
export function systemdBootRow(): Row {
  return {
    scheme: "systemd-boot",
    make,
    expected: {
      read: /^bootctl: #1 left 3 done 0$/,
      select: /^bootctl: #2 left 3 done 0$/,
      once: /^iconv: LoaderEntryOneShot os-b\[\.\+\]\*$/,
      "mark good": /^bootctl: #2 no counter$/,
      "mark bad": /^bootctl: #2 left 0 done 0$/,
      "set tries": /^bootctl: #2 left 1 done 0$/,
      "last try": /^bootctl: #1 no counter$/,
      "round trip": /^os-a\.conf os-b\+3\.conf = os-a\.conf os-b\+3\.conf$/,
    },
  };
}
