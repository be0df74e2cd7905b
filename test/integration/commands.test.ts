import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import packageJson from "../../package.json" with { type: "json" };
import { StatusJson } from "../../src/commands/status-json.ts";
import { attributesOf, chromeosImage, uniqueGuid } from "../fixtures/chromeos-image.ts";
import { holdfast, holdfastAsUser, type Run } from "../fixtures/holdfast.ts";

let directory: string;
let image: string;
/** A sysroot of the test's own, so that nothing of the machine is read. */
let root: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "holdfast-commands-"));
  image = join(directory, "disk.img");
  root = join(directory, "root");
  mkdirSync(root);
  chromeosImage(image, {
    a: { priority: 2, tries: 0, successful: true },
    b: { priority: 1, tries: 3, successful: false },
  });
});
afterEach(() => rmSync(directory, { recursive: true }));

const run = (...words: string[]): Run => holdfast(["--root", root, "--disk", image, ...words]);
const status = () => z.parse(StatusJson, JSON.parse(run("status", "--json").stdout));
const digest = () => createHash("sha256").update(readFileSync(image)).digest("hex");

function put(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

describe("status", () => {
  it("--json says of a disk made by cgpt what cgpt says, in the published schema", () => {
    const before = digest();
    expect(status()).toMatchObject({
      scheme: "chromeos-gpt",
      counting: "holdfast",
      booted: null,
      default: "a",
      once: null,
      next: { slot: "a", reason: "Slot A is the default." },
      slots: [
        { id: "a", health: "good", priority: 2, triesDone: null, entry: null, device: null },
        {
          id: "b",
          health: "trying",
          priority: 1,
          triesLeft: 3,
          identity: `PARTUUID=${uniqueGuid(image, 5)}`,
        },
      ],
      developer: { enabled: false, features: [] },
      reset: null,
    });
    expect(digest()).toBe(before);
  });

  it("has a table for people, with what starts next and why", () => {
    const { stdout, stderr, code } = run("status");
    expect(stdout).toMatch(/^SLOT +NAME +HEALTH +PRIORITY/);
    expect(stdout).toMatch(/^b +Slot B +trying +1 +3 /m);
    expect(stdout).toContain("Next start: slot a. Slot A is the default.");
    expect([code, stderr]).toEqual([0, ""]);
  });

  it("is told by kern_guid= which slot runs and that the bootloader counts", () => {
    put("proc/cmdline", `quiet kern_guid=${uniqueGuid(image, 4).toUpperCase()}\n`);
    expect(status()).toMatchObject({ counting: "bootloader", booted: { slot: "b", certain: true } });
  });

  it("works as an ordinary user, who may read the image and nothing more", async () => {
    chmodSync(directory, 0o755);
    chmodSync(image, 0o644);
    const words = ["--root", root, "--disk", image];
    const { stdout, stderr, code } = await holdfastAsUser(directory, [...words, "status", "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(z.parse(StatusJson, JSON.parse(stdout)).default).toBe("a");
    chmodSync(image, 0o444);
    expect((await holdfastAsUser(directory, [...words, "select", "b"])).code).toBe(2);
    expect(status().default).toBe("a");
  });

  it("is not disturbed by a reader that had enough", () => {
    const through = ["sh", "-c", '{ "$0" "$@"; echo "exit $?" >&2; } | true'];
    const { stderr } = holdfast(["--root", root, "--disk", image, "status", "--json"], { through });
    expect(stderr).toBe("exit 0\n");
  });
});

describe("select", () => {
  it("makes a slot the default, as cgpt sees it", () => {
    expect(run("select", "b")).toMatchObject({ code: 0, stderr: "" });
    expect(status().default).toBe("b");
    expect(attributesOf(image, 4).priority).toBeGreaterThan(attributesOf(image, 2).priority);
  });

  it("refuses with exit 4 what the scheme cannot store, and writes nothing", () => {
    const before = digest();
    const { code, stderr } = run("select", "b", "--once");
    expect(code).toBe(4);
    expect(stderr).toContain('chromeos-gpt has no way to store "once"');
    expect(digest()).toBe(before);
  });

  it("answers an unknown slot with exit 2 and the known ones", () => {
    const { code, stderr } = run("select", "c");
    expect([code, stderr]).toEqual([2, 'holdfast: There is no slot "c"; this device has a, b.\n']);
  });

  it("takes the key of a slot among all systems, and refuses one whose root is not there any more", () => {
    const key = (number: number) => `partitions:disk:b=PARTUUID=${uniqueGuid(image, number)}`;
    const before = digest();
    const { code, stderr } = run("select", key(3));
    expect([code, stderr]).toEqual([
      2,
      `holdfast: There is no slot b=PARTUUID=${uniqueGuid(image, 3)} here.\n`,
    ]);
    const elsewhere = key(5).replace("disk", "sda7");
    expect(run("select", elsewhere)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/There is no slot/),
    });
    expect(run("select", key(5), "--once").code).toBe(4);
    expect(digest()).toBe(before);
    expect(run("select", key(5))).toMatchObject({
      ...{ code: 0, stderr: "" },
      stdout: expect.stringMatching(/^Slot b is the default now\. Next start: Slot B is the default\.$/m),
    });
    expect(attributesOf(image, 4).priority).toBeGreaterThan(attributesOf(image, 2).priority);
  });

  it("takes a slot for the next start only where there is a place for that", () => {
    const counted = (...words: string[]) => run("--scheme", "counter-file", ...words);
    mkdirSync(join(root, "state"));
    expect(counted("select", "b", "--once")).toMatchObject({ code: 0, stderr: "" });
    const after = z.parse(StatusJson, JSON.parse(counted("status", "--json").stdout));
    expect(after).toMatchObject({ scheme: "counter-file", default: "a", once: "b", next: { slot: "b" } });
    expect(readFileSync(join(root, "state/.holdfast/history.jsonl"), "utf8")).toContain('"event":"once"');
  });
});

describe("mark", () => {
  it("good makes a slot good, as cgpt sees it", () => {
    expect(run("mark", "good", "--slot", "b")).toMatchObject({ code: 0, stdout: "Slot b is good.\n" });
    expect(attributesOf(image, 4)).toMatchObject({ tries: 0, successful: true });
  });

  it("bad takes a slot out of use", () => {
    expect(run("mark", "bad", "--slot", "a").code).toBe(0);
    expect(attributesOf(image, 2)).toEqual({ priority: 0, tries: 0, successful: false });
    expect(status().next).toMatchObject({ slot: "b" });
  });

  it("tries gives fresh ones", () => {
    expect(run("mark", "tries", "5", "--slot", "b")).toMatchObject({
      code: 0,
      stdout: "Slot b is trying, tries left: 5.\n",
    });
    expect(attributesOf(image, 4).tries).toBe(5);
  });

  it.each([
    [["mark", "tries", "--slot", "b"]],
    [["mark", "tries", "16", "--slot", "b"]],
    [["mark", "tries", "-1", "--slot", "b"]],
    [["mark", "fine", "--slot", "b"]],
    [["mark", "good", "3", "--slot", "b"]],
    [["mark"]],
  ])("is wrong usage as %j, and nothing is written", (words) => {
    const before = digest();
    expect(run(...words).code).toBe(2);
    expect(digest()).toBe(before);
  });

  it("good without a slot needs certain knowledge of which runs: none is refused with exit 4", () => {
    const { code, stderr } = run("mark", "good");
    expect([code, stderr]).toEqual([
      4,
      "holdfast: It is not known which slot runs.\nName the slot with --slot.\n",
    ]);
  });

  it("good without a slot refuses a guess", () => {
    put("proc/cmdline", `root=PARTUUID=${uniqueGuid(image, 5)}\n`);
    const { code, stderr } = run("mark", "good");
    expect(code).toBe(4);
    expect(stderr).toContain("Slot b seems to run, but that is only a guess.");
  });

  it("good without a slot believes kern_guid=, on the last try too, and restores the priority", () => {
    chromeosImage(image, {
      a: { priority: 1, tries: 0, successful: true },
      b: { priority: 0, tries: 0, successful: false },
    });
    put("proc/cmdline", `kern_guid=${uniqueGuid(image, 4)}\n`);
    expect(status().slots[1]).toMatchObject({ id: "b", health: "trying" });
    expect(run("mark", "good").code).toBe(0);
    const { priority, successful } = attributesOf(image, 4);
    expect([priority > 0, successful]).toEqual([true, true]);
  });

  const record = (identity: string) =>
    JSON.stringify({
      version: 1,
      slot: "b",
      identity,
      reason: { code: "default", text: "" },
      counters: { priority: 1, triesLeft: 2, triesDone: null },
      kernel: "6.1.0",
    });

  it("good without a slot believes the record that Holdfast left for this boot", () => {
    put("run/holdfast/boot.json", record(`PARTUUID=${uniqueGuid(image, 5)}`));
    expect(run("mark", "good")).toMatchObject({ code: 0, stdout: "Slot b is good.\n" });
  });

  it("good without a slot ends the supervisor's count of starts without Holdfast, whatever else fails", () => {
    const starts = put("state/.holdfast/starts", "b 2\n");
    expect(run("mark", "bad", "--slot", "b").code).toBe(0);
    expect(existsSync(starts)).toBe(true);
    put("etc/holdfast/config.toml", "[boot]\ntires = 3\n");
    expect(run("mark", "good").code).toBe(2);
    expect(existsSync(starts)).toBe(false);
  });

  it("good without a slot does not believe a record about another disk", () => {
    put("run/holdfast/boot.json", record("PARTUUID=00000000-1111-2222-3333-444444444444"));
    expect(run("mark", "good").code).toBe(4);
  });
});

describe("a bad configuration", () => {
  it("is named by file, line and key, with exit 2", () => {
    const file = put("etc/holdfast/config.toml", "[boot]\n\ntires = 3\n");
    const { code, stderr } = run("status");
    expect(code).toBe(2);
    expect(stderr).toContain(
      `holdfast: ${file}, line 3: boot.tires is not a known key; did you mean "tries"?`,
    );
    expect(stderr).not.toContain("    at ");
  });

  it("that cannot be read is named with the reason", () => {
    const file = join(directory, "missing.toml");
    const { code, stderr } = run("--config", file, "check");
    expect(code).toBe(2);
    expect(stderr).toContain(`${file} cannot be read: it does not exist.`);
  });

  it("that an ordinary user may not read is named with the reason", async () => {
    const file = put("etc/holdfast/config.toml", "");
    chmodSync(directory, 0o755);
    chmodSync(file, 0);
    const words = ["--root", root, "--disk", image, "status"];
    const { code, stderr } = await holdfastAsUser(directory, words);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file} cannot be read: permission denied.`);
  });

  it("does not keep gate from deciding, but from writing: the reason is said", () => {
    put("etc/holdfast/config.toml", "[boot]\ntries = 99\n");
    const before = digest();
    const { stderr } = run("gate");
    expect(stderr).toContain("line 2: boot.tries is 99");
    expect(digest()).toBe(before);
  });

  it("leaves the decision to the supervisor when without it no slot may start: a menu would wait for ever", () => {
    for (const slot of ["a", "b"]) run("mark", "bad", "--slot", slot);
    const file = put("etc/holdfast/config.toml", "[boot]\ntries = 99\n");
    const { code, stderr } = run("gate");
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}, line 2: boot.tries is 99`);
    expect(existsSync(join(root, "run/holdfast/menu.json"))).toBe(false);
  });

  it("leaves the decision to the supervisor when there is no device without it", () => {
    put("etc/holdfast/config.toml", "[boot]\ntries = 99\n");
    const { code, stderr } = holdfast(["--root", root, "--disk", join(directory, "gone.img"), "gate"]);
    expect(code).toBe(2);
    expect(stderr).toContain("line 2: boot.tries is 99");
  });
});

describe("gate", () => {
  const reasonFile = () => JSON.parse(readFileSync(join(root, "run/holdfast/menu.json"), "utf8")).reason;

  it.each([
    ["key-held", "Volume down was held at start."],
    ["command-line", "The kernel command line asks for this menu."],
  ])("asks for the menu when the probe found %s, and counts nothing", (code, text) => {
    const before = digest();
    expect(run("gate", "--menu-reason", code).code).toBe(10);
    expect(reasonFile()).toEqual({ code, text });
    expect(digest()).toBe(before);
  });

  it("asks for the menu when no slot can boot, and says what is wrong with each", () => {
    for (const slot of ["a", "b"]) run("mark", "bad", "--slot", slot);
    expect(run("gate").code).toBe(10);
    expect(reasonFile().code).toBe("nothing-bootable");
    expect(run("gate", "--no-menu").code).toBe(3);
  });

  it("leaves a store that cannot be opened to the supervisor, which has the configured slots and does not wait", () => {
    put(
      "etc/holdfast/config.toml",
      `[boot]\nscheme = "custom"\n[custom]\nscript = "${join(directory, "gone.sh")}"\n[[slot]]\nid = "a"\nroot = "PARTLABEL=ROOT-A"\n`,
    );
    const { code, stderr } = run("gate");
    expect([code, stderr]).toEqual([1, expect.stringContaining("gone.sh")]);
    expect(existsSync(join(root, "run/holdfast/menu.json"))).toBe(false);
  });

  it("asks for the menu when the disk is not there, and without a menu says that it cannot decide", () => {
    const gone = ["--root", root, "--disk", join(directory, "gone.img"), "gate"];
    expect(holdfast(gone).code).toBe(10);
    expect(reasonFile().code).toBe("store-unreadable");
    const { code, stderr } = holdfast([...gone, "--no-menu"]);
    expect(code).toBe(2);
    expect(stderr).toContain("gone.img");
  });
});

describe("output that cannot be written", () => {
  const full = (...words: string[]) =>
    holdfast(words, { through: ["sh", "-c", 'exec "$@" >/dev/full', "sh"] });

  it("is an error in one sentence, for --version too", () => {
    for (const words of [["--version"], ["--root", root, "--disk", image, "status"]]) {
      const { code, stderr } = full(...words);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/^holdfast: standard output .*ENOSPC.*\n$/)]);
    }
  });

  it("does not undo a decision, which stands in /run", () => {
    const words = ["--root", root, "--disk", image, "gate", "--menu-reason", "key-held"];
    expect(full(...words).code).toBe(10);
    expect(existsSync(join(root, "run/holdfast/menu.json"))).toBe(true);
  });
});

it("gate as an ordinary user says what it may not write and what to do", async () => {
  chmodSync(directory, 0o755);
  chmodSync(image, 0o644);
  chmodSync(root, 0o755);
  const words = ["--root", root, "--disk", image, "gate", "--menu-reason", "key-held"];
  const { code, stderr } = await holdfastAsUser(directory, words);
  expect(code).toBe(1);
  expect(stderr).toMatch(/menu\.json cannot be written: permission denied\.\nRun it as root\.\n$/);
});

describe("the command line", () => {
  it("--version prints the version of the package and nothing on stderr", () => {
    expect(holdfast(["--version"])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
  });

  it("--help names every command and every exit code", () => {
    const { code, stdout, stderr } = holdfast(["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const word of ["gate", "menu", "enter", "restore-console", "status", "select", "mark", "check"]) {
      expect(stdout).toMatch(new RegExp(`^  ${word}\\b`, "m"));
    }
    expect(stdout).toMatch(/10 +from gate: show the menu/);
  });

  it.each([[["dance"]], [["status", "--colour"]], [[]], [["--log-level", "loud", "status"]]])(
    "answers wrong usage with exit 2: %j",
    (words) => {
      const { code, stdout, stderr } = holdfast(words);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).not.toBe("");
    },
  );

  it("names a disk that is none, or is torn, with exit 2", () => {
    const zeros = join(directory, "zeros.img");
    writeFileSync(zeros, Buffer.alloc(1 << 20));
    const torn = join(directory, "torn.img");
    copyFileSync(image, torn);
    writeFileSync(torn, readFileSync(image).subarray(0, 700));
    for (const disk of [zeros, torn, "/dev/null", directory]) {
      const { code, stderr } = holdfast(["--root", root, "--disk", disk, "status"]);
      expect([disk, code]).toEqual([disk, 2]);
      expect(stderr).toContain(disk);
    }
  });

  it("shows the stack only to those who ask for it", () => {
    expect(run("select", "c").stderr).not.toContain("    at ");
    expect(run("--log-level", "debug", "select", "c").stderr).toContain("    at ");
  });

  it("check says that something is wrong where no slot can be started", () => {
    for (const slot of ["a", "b"]) run("mark", "bad", "--slot", slot);
    const { code, stdout } = run("check");
    expect([code, stdout]).toEqual([2, expect.stringMatching(/wrong {2}next start: No slot can be started/)]);
  });

  it("check says what is right, and enter without a plan says what to do first", () => {
    expect(run("check").stdout).toContain("Everything is right.");
    const { code, stderr } = run("enter");
    expect([code, stderr]).toEqual([2, expect.stringContaining("Run holdfast gate or holdfast menu first")]);
  });
});
