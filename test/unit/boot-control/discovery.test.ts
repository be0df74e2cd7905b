import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, describe, expect, test, vi } from "vitest";
import { MemoryControl } from "../../../src/boot-control/memory.ts";
import { openBootControl } from "../../../src/boot-control/open.ts";
import { SCHEMES } from "../../../src/boot-control/registry.ts";
import { systemdBootScheme } from "../../../src/boot-control/schemes/systemd-boot.ts";
import { decodeEfiVariable, encodeEfiText, encodeEfiVariable } from "../../../src/bytes/efi-variable.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { SCHEME_NAMES } from "../../../src/domain/scheme.ts";
import { craftBootOption, craftNumbers } from "../../fixtures/boot-options.ts";
import { craftDisk, craftedGuid } from "../../fixtures/gpt.ts";
import { craftGrubEnv } from "../../fixtures/grubenv.ts";
import { machineIn } from "../../fixtures/machine.ts";
import { craftEnv } from "../../fixtures/uboot-env.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-discovery-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4";
const disk = join(folder, "roots.img");
const roots = ["root_a", "root_b"].map((name, i) => ({ number: i + 1, name, type: LINUX }));
writeFileSync(disk, craftDisk({ entries: roots }));

/** What is asked where slots were found and no store that a bootloader reads. */
const NO_STORE =
  /^Is the slot state kept as counter-file \(root_a, root_b on .* look like slots, and no bootloader's slot state lies beside them\)\? Say so in the configuration, as \[boot\] scheme\.$/;

/** Opens the disk with two roots as part of a machine with these files, without any configuration. */
function open(files: Record<string, string | Buffer>, commandLine = "", values: object = {}) {
  const machine = machineIn(folder, files);
  const given = {
    config: configSchema().parse(values),
    disk,
    scheme: null,
    booted: null,
    sysfs: join(folder, "none"),
  };
  return openBootControl({ ...given, commandLine, machine });
}

const ENV = {
  "etc/fw_env.config": "/boot/uboot.env 0x0 0x200\n",
  "boot/uboot.env": craftEnv(["BOOT_ORDER=B A", "BOOT_A_LEFT=3", "BOOT_B_LEFT=2"]),
};
const GRUB = { "boot/grub/grubenv": craftGrubEnv(["ORDER=A B", "A_OK=1", "A_TRY=0", "B_OK=1", "B_TRY=0"]) };

test("every scheme that a configuration can name is in the table", () => {
  const names = SCHEME_NAMES.filter((name) => name !== "memory");
  expect(SCHEMES.map((scheme) => scheme.name)).toEqual(names);
});

describe("slots with no bootloader's store beside them", () => {
  test("are listed and asked about; the one whose root the kernel command line names runs", async () => {
    const { control, places, discovery, bootedByBootloader } = await open({}, "root=PARTLABEL=root_b quiet");
    expect(control.scheme).toBe("counter-file");
    expect(discovery.chosen).toMatchObject({ scheme: "counter-file", confidence: "weak" });
    expect([discovery.question, bootedByBootloader]).toEqual([expect.stringMatching(NO_STORE), "b"]);
    expect(places.map(({ identity }) => identity)).toEqual([1, 2].map((n) => `PARTUUID=${craftedGuid(n)}`));
    const byUuid = await open({}, `root=PARTUUID=${craftedGuid(1).toUpperCase()}`);
    expect(byUuid.bootedByBootloader).toBe("a");
    expect((await open({}, "root=/dev/sda2")).bootedByBootloader).toBeNull();
  });

  test("are no question once the configuration names the scheme, or the slots", async () => {
    const named = await open({}, "", { boot: { scheme: "counter-file" } });
    expect([named.control.scheme, named.discovery.question]).toEqual(["counter-file", null]);
    const slot = ["a", "b"].map((id) => ({ id, root: `PARTLABEL=root_${id}` }));
    const configured = await open({}, "root=PARTLABEL=root_b", { slot });
    expect(configured).toMatchObject({
      control: { scheme: "counter-file" },
      bootedByBootloader: null,
      discovery: { question: null, findings: [] },
    });
  });

  test("whose images follow two patterns stay a question until the slots are named", async () => {
    const USR = "8484680c-9521-48c6-9c11-b0720656f69e";
    const path = join(folder, "patterns.img");
    const names = ["os_9_usr", "other_10_usr"];
    writeFileSync(path, craftDisk({ entries: names.map((name, i) => ({ number: i + 1, name, type: USR })) }));
    const openWith = (values: object) =>
      openBootControl({
        ...{ config: configSchema().parse(values), disk: path, scheme: null, booted: null, commandLine: "" },
        sysfs: join(folder, "none"),
      });
    const question = expect.stringMatching(
      /^Which images are this system's: os_@v_usr \(os_9_usr\) or other_@v_usr /,
    );
    for (const values of [{}, { boot: { scheme: "counter-file" } }]) {
      const { places, discovery } = await openWith(values);
      expect([places.map(({ id }) => id), discovery.question]).toEqual([["os_9", "other_10"], question]);
    }
    const slot = names.map((name, i) => ({ id: "ab"[i], root: `PARTLABEL=${name}` }));
    expect((await openWith({ slot })).discovery.question).toBeNull();
  });
});

describe("U-Boot's environment", () => {
  test("with BOOT_ORDER is found where fw_env.config says; slots are the roots a and b", async () => {
    const { control, places, discovery } = await open(ENV);
    expect(control).toMatchObject({ scheme: "uboot-env", counting: "bootloader" });
    expect(discovery).toMatchObject({ question: null, chosen: { confidence: "strong" } });
    expect(discovery.chosen?.found).toMatch(/a valid environment \(.*fw_env.config\) with BOOT_ORDER="B A"$/);
    expect(places.map((place) => place.id)).toEqual(["a", "b"]);
    expect(await control.read()).toMatchObject({ default: "b", slots: [{ triesLeft: 3 }, { triesLeft: 2 }] });
  });

  test("is certain by rauc.slot=, which also says what runs", async () => {
    const { discovery, bootedByBootloader } = await open(ENV, "root=/dev/vda2 rauc.slot=A");
    expect([discovery.chosen?.confidence, bootedByBootloader]).toEqual(["certain", "a"]);
  });

  test("with nothing but a boot counter is a question: which variable chooses the slot is the board's affair", async () => {
    const env = { ...ENV, "boot/uboot.env": craftEnv(["upgrade_available=0", "bootlimit=3"]) };
    const { discovery } = await open(env);
    expect(discovery.question).toMatch(/^Is the slot state kept as uboot-env/);
  });

  test("that is damaged is no evidence: who keeps the state of the slots is a question", async () => {
    const env = { ...ENV, "boot/uboot.env": Buffer.alloc(512, 7) };
    const { places, discovery } = await open(env);
    expect([places.map(({ id }) => id), discovery.question]).toEqual([
      ["a", "b"],
      expect.stringMatching(NO_STORE),
    ]);
  });

  test("beside GRUB's is a question, and writing is refused until it is answered", async () => {
    const { discovery, control } = await open({ ...ENV, ...GRUB });
    expect(control.scheme).toBe("uboot-env");
    expect(discovery.question).toMatch(/^Which keeps the slot state: uboot-env \(.*\) or grubenv \(.*\)\?/);
    const answered = await open({ ...ENV, ...GRUB }, "", { boot: { scheme: "grubenv" } });
    expect([answered.control.scheme, answered.discovery.question]).toEqual(["grubenv", null]);
  });
});

describe("GRUB's environment block", () => {
  test("with ORDER is found and read", async () => {
    const { control, discovery } = await open(GRUB);
    expect([control.scheme, discovery.chosen?.confidence]).toEqual(["grubenv", "strong"]);
    expect((await control.read()).default).toBe("a");
  });

  const GOOD = { "boot/grub/grubenv": craftGrubEnv(["boot_success=1", "saved_entry=0"]) };
  const INSTALLED = { ...GOOD, "etc/greenboot/greenboot.conf": "GREENBOOT_MAX_BOOT_ATTEMPTS=3\n" };

  test("is greenboot's still after a good mark, which takes the counter away: greenboot is installed", async () => {
    const trying = { "boot/grub/grubenv": craftGrubEnv(["boot_success=0", "boot_counter=2"]) };
    const before = await open(trying);
    await before.control.apply({ kind: "mark-good", slot: "a" });
    const { control, discovery } = await open(INSTALLED);
    expect(control).toMatchObject({ scheme: "grubenv", counting: "bootloader" });
    expect(discovery).toMatchObject({ question: null, chosen: { confidence: "strong" } });
    expect(discovery.chosen?.found).toMatch(/with boot_success, and greenboot$/);
    expect((await control.read()).slots[0]).toMatchObject({ health: "good", successful: true });
  });

  test("with greenboot, and a grub.cfg that does not count, is a question", async () => {
    const { discovery } = await open({ ...INSTALLED, "boot/grub/grub.cfg": "menuentry x {}\n" });
    expect(discovery.question).toMatch(/^Is the slot state kept as grubenv \(/);
    expect(discovery.chosen?.inferred).toMatch(/grub.cfg beside it does not count/);
    const counting = "if [ -n $boot_counter -a $boot_success = 0 ]; then\n";
    const counts = await open({ ...INSTALLED, "boot/grub/grub.cfg": counting });
    expect(counts.discovery.question).toBeNull();
  });

  test("with boot_success and nothing else that speaks for greenboot is told as a note", async () => {
    const slot = ["a", "b"].map((id) => ({ id, root: `PARTLABEL=root_${id}` }));
    const { control, notes } = await open(GOOD, "", { slot });
    expect(control.scheme).toBe("counter-file");
    expect(notes).toEqual([
      expect.stringMatching(
        /has boot_success and no counter now; where greenboot .* \[boot\] scheme = "grubenv"$/,
      ),
    ]);
  });

  test("of an ordinary Fedora, without counters, is no slot state", async () => {
    const plain = { "boot/grub/grubenv": craftGrubEnv(["boot_success=1", "saved_entry=0"]) };
    expect((await open(plain)).discovery.question).toMatch(NO_STORE);
  });
});

describe("systemd-boot", () => {
  const VENDOR = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";
  const variable = (text: string) => encodeEfiVariable({ attributes: 6, data: encodeEfiText(text) });
  const firmware = (name: string, text: string) => ({
    [`sys/firmware/efi/efivars/${name}-${VENDOR}`]: variable(text),
  });

  test("is certain by LoaderInfo, goes before stores that lie there, and needs its ESP", async () => {
    const files = { ...ENV, ...firmware("LoaderInfo", "systemd-boot 252.39-1~deb12u2") };
    expect(decodeEfiVariable(variable("x"), "x").attributes).toBe(6);
    await expect(open(files)).rejects.toMatchObject({
      kind: "noDevice",
      message: expect.stringMatching(/which partition is the ESP: LoaderDevicePartUUID is not set/),
    });
    const esp = firmware("LoaderDevicePartUUID", "00000000-0000-4000-8000-0000000000FF");
    await expect(open({ ...files, ...esp })).rejects.toThrow("PARTUUID=00000000-0000-4000-8000-0000000000ff");
  });

  test("is left aside when none of its entries is one of the configured slots", async () => {
    const control = new MemoryControl(["a", "b"], { freshTries: 3 });
    const opened = { control, bootedByBootloader: null, knowsSlots: false };
    vi.spyOn(systemdBootScheme, "open").mockResolvedValueOnce(opened);
    const slot = ["a", "b"].map((id) => ({ id, root: `PARTLABEL=root_${id}` }));
    const files = firmware("LoaderInfo", "systemd-boot 252.39");
    const { control: found, discovery } = await open(files, "", { slot });
    expect([found.scheme, discovery.chosen, discovery.question]).toEqual(["counter-file", null, null]);
  });

  test("is not claimed by another loader's LoaderInfo", async () => {
    const { control } = await open({ ...GRUB, ...firmware("LoaderInfo", "GRUB 2.12") });
    expect(control.scheme).toBe("grubenv");
  });
});

test("an image of some other machine says nothing about this one, and its files are not looked at", async () => {
  const config = configSchema().parse({ boot: { scheme: "uboot-env" } });
  const elsewhere = {
    config,
    disk,
    scheme: null,
    booted: null,
    commandLine: "",
    sysfs: join(folder, "none"),
  };
  await expect(openBootControl(elsewhere)).rejects.toMatchObject({
    kind: "usage",
    message: "uboot-env keeps slot state outside of the disk that was named",
  });
});

test("discovery writes nothing", async () => {
  const before = readFileSync(disk);
  const machine = machineIn(folder, { ...ENV, ...GRUB });
  const config = configSchema().parse({});
  await openBootControl({ config, disk, scheme: null, booted: null, commandLine: "", machine });
  expect(readFileSync(disk).equals(before)).toBe(true);
  expect(readFileSync(join(machine, "boot/uboot.env")).equals(ENV["boot/uboot.env"])).toBe(true);
  expect(readFileSync(join(machine, "boot/grub/grubenv")).equals(GRUB["boot/grub/grubenv"])).toBe(true);
});

describe("Android's misc partition", () => {
  /** Two fresh slots, as U-Boot and a compiled C struct give them. */
  const CONTROL = "5f6100004243414201020000" + "7f007f0000000000" + "0000000000000000" + "27ef1f32";
  const entries = [...roots, { number: 3, name: "misc", type: LINUX, first: 100, last: 180 }];
  const withMisc = (bytes: Buffer): string => {
    const path = join(folder, `misc-${bytes.readUInt32LE(0)}.img`);
    const image = craftDisk({ entries });
    bytes.copy(image, 100 * 512 + 2048);
    writeFileSync(path, image);
    return path;
  };
  const avb = (): Buffer => {
    const bytes = Buffer.alloc(32);
    bytes.write("\0AB0\x01", 0, "latin1");
    for (const at of [8, 12]) bytes.set([15, 3, 0], at);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 28)), 28);
    return bytes;
  };
  const openDisk = (path: string, commandLine = "") =>
    openBootControl({
      config: configSchema().parse({}),
      disk: path,
      scheme: null,
      booted: null,
      commandLine,
      sysfs: join(folder, "none"),
    });

  test("is found by the magic of bootloader_control, and certain with the bootloader's word", async () => {
    const path = withMisc(Buffer.from(CONTROL, "hex"));
    const { control, discovery } = await openDisk(path);
    expect([control.scheme, discovery.chosen?.confidence, discovery.question]).toEqual([
      "android-misc",
      "strong",
      null,
    ]);
    expect((await control.read()).slots.map(({ id, triesLeft }) => [id, triesLeft])).toEqual([
      ["a", 7],
      ["b", 7],
    ]);
    const booted = await openDisk(path, "androidboot.slot_suffix=_b");
    expect([booted.discovery.chosen?.confidence, booted.bootedByBootloader]).toEqual(["certain", "b"]);
  });

  test("is told apart from AvbABData", async () => {
    const { control } = await openDisk(withMisc(avb()));
    expect(control.scheme).toBe("avb-ab");
    expect((await control.read()).slots[0]).toMatchObject({ health: "trying", triesLeft: 3 });
  });

  test("with a wrong CRC is no evidence", async () => {
    const bytes = avb();
    bytes[9] = 1;
    expect((await openDisk(withMisc(bytes))).discovery.question).toMatch(NO_STORE);
  });
});

describe("RAUC", () => {
  const conf = (bootloader: string, more = "") => `[system]
compatible=test
bootloader=${bootloader}
grubenv=/boot/grub/grubenv
${more}
[slot.rootfs.0]
device=/dev/disk/by-partlabel/root_a
bootname=A
[slot.rootfs.1]
device=/dev/disk/by-partlabel/root_b
bootname=B
`;

  test("is found by its system.conf and uses its bootloader's store: both together are no contradiction", async () => {
    const files = { ...ENV, "etc/rauc/system.conf": conf("uboot") };
    const { control, discovery, places, bootedByBootloader } = await open(files, "rauc.slot=B");
    expect(control).toMatchObject({ scheme: "rauc", counting: "bootloader" });
    expect([discovery.question, discovery.chosen?.confidence, bootedByBootloader]).toEqual([
      null,
      "certain",
      "b",
    ]);
    expect(places.map((place) => place.id)).toEqual(["a", "b"]);
    expect((await control.read()).default).toBe("b");
  });

  test("with GRUB reads the block that system.conf names", async () => {
    const files = { ...GRUB, "etc/rauc/system.conf": conf("grub") };
    const { control } = await open(files);
    expect(control.scheme).toBe("rauc");
    expect((await control.read()).default).toBe("a");
  });

  test("with the firmware's boot order knows by BootCurrent what runs", async () => {
    const vendor = "8be4df61-93ca-11d2-aa0d-00e098032b8c";
    const values = {
      Boot0001: craftBootOption("A"),
      Boot0002: craftBootOption("B"),
      BootOrder: craftNumbers(1, 2),
      BootCurrent: craftNumbers(2),
    };
    const variables = Object.entries(values).map(([name, data]) => [
      `sys/firmware/efi/efivars/${name}-${vendor}`,
      encodeEfiVariable({ attributes: 7, data }),
    ]);
    const files = { ...Object.fromEntries(variables), "etc/rauc/system.conf": conf("efi") };
    const { control, bootedByBootloader } = await open(files);
    expect([control.scheme, bootedByBootloader]).toEqual(["rauc", "b"]);
    expect(await control.read()).toMatchObject({
      default: "a",
      slots: [{ health: "good" }, { health: "good" }],
    });
  });

  test("with barebox takes bootchooser.active= for its word", async () => {
    const section = { rauc: { barebox_state: join(folder, "no-such-tool") } };
    const line = "bootchooser.active=B";
    const opened = await open({ "etc/rauc/system.conf": conf("barebox") }, line, section);
    expect([opened.control.scheme, opened.bootedByBootloader]).toEqual(["rauc", "b"]);
    expect((await opened.control.read()).slots.map(({ health }) => health)).toEqual(["unknown", "unknown"]);
  });

  test("with noop keeps nothing that could be found", async () => {
    const files = { ...GRUB, "etc/rauc/system.conf": conf("noop") };
    expect((await open(files)).control.scheme).toBe("grubenv");
  });

  test("whose backend is Holdfast itself is left aside: asking it would come back here", async () => {
    const handlers = "[handlers]\nbootloader-custom-backend=/usr/lib/holdfast/rauc-backend";
    const files = { ...GRUB, "etc/rauc/system.conf": conf("custom", handlers) };
    expect((await open(files)).control.scheme).toBe("grubenv");
  });

  test("with a system.conf that cannot be understood is no evidence", async () => {
    const files = { ...GRUB, "etc/rauc/system.conf": "[system]\nbootloader=lilo\n" };
    expect((await open(files)).control.scheme).toBe("grubenv");
  });
});

test("a script is opened only when the configuration names it", async () => {
  await expect(open({}, "", { boot: { scheme: "custom" } })).rejects.toMatchObject({
    kind: "badConfig",
    message: "the scheme custom needs the script: [custom] script is missing",
  });
});
