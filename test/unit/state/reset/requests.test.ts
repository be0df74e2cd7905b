import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EFI_PERSISTENT, encodeEfiText, encodeEfiVariable } from "../../../../src/bytes/efi-variable.ts";
import { SYSTEMD_VENDOR } from "../../../../src/domain/reset-request.ts";
import {
  clearVariables,
  handOver,
  leftToRepart,
  systemdRequest,
} from "../../../../src/state/reset/requests.ts";
import { isAsked } from "../../../../src/state/reset/waiting.ts";

const CONFIG = { root_fstype: "ext4", overwrite: false, grace: false, systemd: "auto" } as const;
const BOOT = "0f0e0d0c-0b0a-4908-8706-050403020100";

let root: string;
let state: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-requests-"));
  state = join(root, "state");
  write("proc/cmdline", "quiet\n");
  write("proc/sys/kernel/random/boot_id", `${BOOT}\n`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function variable(name: string, text: string): void {
  const bytes = encodeEfiVariable({ attributes: EFI_PERSISTENT, data: encodeEfiText(text) });
  write(`sys/firmware/efi/efivars/${name}-${SYSTEMD_VENDOR}`, bytes);
}

const requested = () => systemdRequest(CONFIG, root, state).request?.origin ?? null;
const said: string[] = [];
const places = () => ({ root, state, request: null, tell: (sentence: string) => said.push(sentence) });
const asked = () => isAsked({ ...places(), config: CONFIG });

describe("systemd's requests", () => {
  it("are read from UTF-16 variables, and gone once they are taken back", () => {
    expect(requested()).toBeNull();
    variable("FactoryReset", "yes");
    expect(requested()).toBe("efi-variable");
    clearVariables(root);
    expect(requested()).toBeNull();
  });

  it("on the command line wipe once, and again only after a boot without the word", () => {
    write("proc/cmdline", "quiet systemd.factory_reset=1\n");
    expect(asked()).toBe(true);
    write("state/.holdfast/reset-word", "");
    expect(asked()).toBe(false);
    write("proc/cmdline", "quiet\n");
    expect(asked()).toBe(false);
    write("proc/cmdline", "quiet systemd.factory_reset=1\n");
    expect(asked()).toBe(true);
  });

  it("on the command line never wipe an encrypted root, which could not remember it", () => {
    write("proc/cmdline", "quiet systemd.factory_reset=1\n");
    expect(isAsked({ ...places(), config: { ...CONFIG, root: "PARTLABEL=pmOS_root" } })).toBe(false);
    expect(said.at(-1)).toMatch(/would be erased at every start/);
  });

  it("that were carried out never fire again", () => {
    const bootId = "11111111222243338444555555555555";
    variable("FactoryResetRequest", JSON.stringify({ bootId }));
    expect(asked()).toBe(true);
    write("state/.holdfast/reset-done", `other\n${bootId}\n`);
    expect(asked()).toBe(false);
  });
});

describe("where systemd-repart is set up to erase", () => {
  beforeEach(() => {
    write("usr/bin/systemd-repart", "");
    write("usr/lib/repart.d/50-root.conf", "[Partition]\nType=root\nFactoryReset=yes\n");
    write("etc/os-release", "ID=holdfast-demo\nIMAGE_ID=demo\n");
  });

  it("Holdfast leaves every request to it", () => {
    variable("FactoryReset", "yes");
    const { request, ignored } = systemdRequest(CONFIG, root, state);
    expect(request).toBeNull();
    expect(ignored).toContain("systemd-repart resets this system");
  });

  it("Holdfast asks it in its own words", () => {
    mkdirSync(join(root, "sys/firmware/efi/efivars"), { recursive: true });
    handOver(root);
    const old = readFileSync(join(root, `sys/firmware/efi/efivars/FactoryReset-${SYSTEMD_VENDOR}`));
    expect(old.subarray(4).toString("utf16le")).toBe("yes\0");
    write("usr/lib/systemd/systemd-factory-reset", "");
    handOver(root);
    const file = `sys/firmware/efi/efivars/FactoryResetRequest-${SYSTEMD_VENDOR}`;
    const text = readFileSync(join(root, file)).subarray(4).toString("utf16le").replace(/\0$/, "");
    expect(JSON.parse(text)).toEqual({
      osReleaseId: "holdfast-demo",
      osReleaseImageId: "demo",
      bootId: BOOT.replaceAll("-", ""),
    });
  });

  it("is known by a partition that says FactoryReset=, and by the configuration over that", () => {
    expect(leftToRepart(CONFIG, root)).toBe(true);
    expect(leftToRepart({ ...CONFIG, systemd: "holdfast" }, root)).toBe(false);
    write("usr/lib/repart.d/50-root.conf", "[Partition]\nType=root\nFactoryReset=no\n");
    expect(leftToRepart(CONFIG, root)).toBe(false);
    expect(leftToRepart({ ...CONFIG, systemd: "systemd-repart" }, root)).toBe(true);
  });
});
