import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULTS } from "../../../src/config/defaults.ts";
import { defaultConfig, loadConfig } from "../../../src/config/load.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-config-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string | Uint8Array): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const load = (commandLine = "") => loadConfig({ file: null, root, commandLine });

function failure(text: string | Uint8Array): string {
  const file = put("bad.toml", text);
  try {
    loadConfig({ file, root, commandLine: "" });
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    expect(error.kind).toBe("badConfig");
    return error.message.replaceAll(file, "FILE");
  }
  throw new Error("the file was taken");
}

describe("layers", () => {
  it("are the defaults when there is no file", () => {
    expect(load()).toEqual({ config: defaultConfig(), problems: [], sources: [] });
  });

  it("override each other key by key: distribution, device, drop-ins by name", () => {
    put("usr/lib/holdfast/config.toml", '[boot]\ntries = 1\ninit = "/init"\n[menu]\nkey = "power"\n');
    put("etc/holdfast/config.toml", "[boot]\ntries = 2\n");
    put("etc/holdfast/config.d/20.toml", "[boot]\ntries = 4\n");
    put("etc/holdfast/config.d/10.toml", "[boot]\ntries = 3\n");
    put("etc/holdfast/config.d/30.toml.old", "[boot]\ntries = 5\n");
    const { config, sources } = load();
    expect([config.boot.tries, config.boot.init, config.menu.key]).toEqual([4, "/init", "power"]);
    expect(sources.map((source) => source.slice(root.length))).toEqual([
      "/usr/lib/holdfast/config.toml",
      "/etc/holdfast/config.toml",
      "/etc/holdfast/config.d/10.toml",
      "/etc/holdfast/config.d/20.toml",
    ]);
  });

  it("replace lists as a whole", () => {
    put("usr/lib/holdfast/config.toml", '[[slot]]\nid = "a"\nroot = "/dev/a"\n');
    put("etc/holdfast/config.toml", '[[slot]]\nid = "x"\nroot = "/dev/x"\n');
    expect(load().config.slot.map((slot) => slot.id)).toEqual(["x"]);
  });

  it("give way to a file that is named", () => {
    put("etc/holdfast/config.toml", "[boot]\ntries = 2\n");
    const file = put("other.toml", "");
    const loaded = loadConfig({ file, root, commandLine: "" });
    expect([loaded.config.boot.tries, loaded.sources]).toEqual([3, [file]]);
  });

  it("do not let a key named __proto__ through", () => {
    expect(failure("[__proto__]\na = 1\n")).toContain("line 1: __proto__ is not a known key");
  });
});

describe("the kernel command line", () => {
  it("takes the shell away", () => {
    put("etc/holdfast/config.toml", "[policy]\nshell = true\n");
    expect(load("quiet holdfast.shell=no").config.policy.shell).toBe(false);
  });

  it("never gives a shell, and says so", () => {
    const { config, problems } = load("holdfast.shell=yes holdfast.menu holdfast.tries=9");
    expect(config.policy.shell).toBe(false);
    expect(problems).toEqual([
      "holdfast.shell on the kernel command line is not obeyed: it may only take the shell away.",
      "holdfast.tries on the kernel command line is not known and is not obeyed.",
    ]);
  });
});

describe("a bad file", () => {
  const cases: [string, string, string][] = [
    [
      "a wrong choice",
      '[boot]\nscheme = "grub"\n',
      'FILE, line 2: boot.scheme is "grub"; right would be "auto", "systemd-boot", "android-misc", "avb-ab", "android-gpt", "chromeos-gpt", "rauc", "uboot-env", "grubenv", "custom", "counter-file".',
    ],
    [
      "a number out of range",
      "[boot]\n\ntries = 99\n",
      "FILE, line 3: boot.tries is 99; right would be 15 or less.",
    ],
    [
      "a wrong type",
      '[console]\npanel = "yes"\n',
      'FILE, line 2: console.panel is "yes"; right would be true or false.',
    ],
    [
      "a fraction",
      "[menu]\nkey_window_ms = 1.5\n",
      "FILE, line 2: menu.key_window_ms is 1.5; right would be a whole number.",
    ],
    [
      "one of two types",
      "[console]\nserial = 5\n",
      'FILE, line 2: console.serial is 5; right would be "auto" or a list in [ ].',
    ],
    [
      "a misspelt key",
      "[boot]\ntires = 3\n",
      'FILE, line 2: boot.tires is not a known key; did you mean "tries"?',
    ],
    [
      "an unknown key",
      "[policy]\nfoo = 3\n",
      "FILE, line 2: policy.foo is not a known key; known here: shell, developer, signature, usb_storage, usb_network.",
    ],
    ["a misspelt table", "[konsole]\n", 'FILE, line 1: konsole is not a known key; did you mean "console"?'],
    [
      "a key in an inline table",
      "boot = { tries = 0 }\n",
      "FILE, line 1: boot.tries is 0; right would be 1 or more.",
    ],
    ["a dotted key", "boot.tries = 0\n", "FILE, line 1: boot.tries is 0; right would be 1 or more."],
    [
      "a key of the second slot",
      '[[slot]]\nid = "a"\nroot = "/dev/a"\n\n[[slot]]\nid = "b"\nroot = "b"\n',
      'FILE, line 7: slot[2].root is "b"; right would be "PARTLABEL=…", "PARTUUID=…" or a path that begins with "/dev/".',
    ],
    [
      "a missing key",
      '[boot]\n[[slot]]\nid = "a"\n',
      "FILE, line 2: slot[1].root is missing; right would be a text in quotes.",
    ],
    [
      "an id that is used twice",
      '[[slot]]\nid = "a"\nroot = "/dev/a"\n[[slot]]\nid = "a"\nroot = "/dev/b"\n',
      'FILE, line 5: slot[2].id is "a" again, as slot[1]; every slot needs an id of its own.',
    ],
    [
      "a misspelt list",
      '[boot]\n[[slots]]\nid = "a"\n',
      'FILE, line 2: slots is not a known key; did you mean "slot"?',
    ],
    [
      "a list for a table",
      "[boot]\n[[menu]]\nkey_window_ms = 5\n[[menu]]\n",
      "FILE, line 2: menu is a list; right would be a table.",
    ],
    [
      "a store twice",
      '[[slot]]\nid = "a"\nroot = "/dev/a"\nstore = "/dev/k"\n[[slot]]\nid = "b"\nroot = "/dev/b"\nstore = "/dev/k"\n',
      'FILE, line 8: slot[2].store is "/dev/k" again, as slot[1]; every slot needs a store of its own.',
    ],
    ["no TOML", "[boot]\ntries 3\n", "FILE, line 2, column 7: "],
  ];
  it.each(cases)("with %s names file, line, key, what was found and what is right", (_, text, message) => {
    expect(failure(text)).toContain(message);
  });

  it("has every fault told, one per line", () => {
    expect(failure('[boot]\ntries = 0\ninit = "x"\n').split("\n")).toHaveLength(2);
  });

  it("that is no text is named", () => {
    expect(failure(new Uint8Array([0xff, 0xfe]))).toBe("FILE is not text in UTF-8.");
  });

  it("is blamed when a good one lies above and below it", () => {
    put("usr/lib/holdfast/config.toml", "[boot]\ntries = 1\n");
    put("etc/holdfast/config.d/10.toml", "\n[boot]\ntries = 99\n");
    put("etc/holdfast/config.d/20.toml", "[menu]\nkey_window_ms = 1\n");
    expect(() => load()).toThrow(/config\.d\/10\.toml, line 3: boot\.tries/);
  });

  it("that is a directory or is missing is named with the reason", () => {
    expect(() => loadConfig({ file: root, root, commandLine: "" })).toThrow(
      "cannot be read: it is a directory",
    );
    expect(() => loadConfig({ file: join(root, "no"), root, commandLine: "" })).toThrow("it does not exist");
  });

  it("that is a pipe is refused and never waited for", () => {
    const file = join(root, "pipe");
    execFileSync("mkfifo", [file]);
    expect(() => loadConfig({ file, root, commandLine: "" })).toThrow(
      "cannot be read: it is no regular file.",
    );
  });
});

it("the defaults that stand written are those of the schema", () => {
  expect(DEFAULTS).toEqual(configSchema().parse({}));
});
