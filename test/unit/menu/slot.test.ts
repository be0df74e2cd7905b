import { describe, expect, test } from "vitest";
import { unattendedEnd } from "../../../src/menu/continue.ts";
import { view } from "../../../src/menu/show.ts";
import {
  applied,
  applyEffect,
  chooseKey,
  deadDevice,
  deviceOf,
  failed,
  focusedKey,
  itemOf,
  keysOf,
  menuOf,
  openSlot,
  pressed,
  slotOf,
} from "./device.ts";

const ownKernel = { entry: "reboot", entryReason: "It has no modules for this kernel." } as const;

function withB(change: Parameters<typeof slotOf>[1], device: Parameters<typeof deviceOf>[0] = {}) {
  return openSlot(menuOf(deviceOf({ slots: [slotOf("a"), slotOf("b", change)], ...device })), "b");
}

describe("starting a slot", () => {
  test("in place is for this time only, and names the default that stays", () => {
    const menu = openSlot(menuOf(), "b");
    expect(itemOf(menu, "start")).toMatchObject({
      label: "Start Slot B once",
      detail: "Only this time; the default stays Slot A.",
    });
    expect(chooseKey(menu, "start").effects).toEqual([
      { kind: "finish", outcome: { kind: "enter", slot: "b" }, from: "ttyS0" },
    ]);
  });

  test("with its own kernel by kexec is a start from here, too", () => {
    const kexec = { entry: "kexec", entryReason: "It has no modules for this kernel." } as const;
    const menu = withB(kexec);
    expect(itemOf(menu, "start")?.label).toBe("Start Slot B once");
    expect(chooseKey(menu, "start").effects).toEqual([
      { kind: "finish", outcome: { kind: "enter", slot: "b" }, from: "ttyS0" },
    ]);
    expect(view(menu).facts).toContainEqual({
      label: "Starts",
      value: "From here, with its own kernel: It has no modules for this kernel.",
    });
    const next = menuOf(deviceOf({ slots: [slotOf("a", kexec)] }));
    expect(unattendedEnd(next)).toEqual({ kind: "enter", slot: "a" });
  });

  test("the default is simply started", () => {
    expect(itemOf(openSlot(menuOf(), "a"), "start")?.label).toBe("Start Slot A");
  });

  test("with its own kernel makes it the default first, and restarts only when that was read back", () => {
    const menu = withB(ownKernel);
    expect(itemOf(menu, "start")).toMatchObject({
      label: "Make Slot B the default and restart",
      detail: "It starts with its own kernel and stays the default.",
    });
    const asked = chooseKey(menu, "start");
    expect(asked.effects).toEqual([applyEffect({ kind: "select", slot: "b", once: false })]);
    const written = applied(asked.model, deviceOf({ default: "b" }));
    expect(written.effects).toEqual([
      { kind: "finish", outcome: { kind: "reboot", slot: "b", target: "system" }, from: "ttyS0" },
    ]);
    const broken = failed(asked.model, "The GPT did not read back.");
    expect(broken.effects).toEqual([]);
    expect(view(broken.model).notice).toEqual({
      tone: "danger",
      text: "The GPT did not read back. (ttyS0)",
    });
  });

  test("with its own kernel is for once only where the scheme has once", () => {
    const menu = withB(ownKernel, { capabilities: ["select", "once"] });
    expect(itemOf(menu, "start")).toMatchObject({
      label: "Restart into Slot B once",
      detail: "Restarts the device; only the next start takes it. The default stays Slot A.",
    });
    expect(chooseKey(menu, "start").effects).toEqual([
      applyEffect({ kind: "select", slot: "b", once: true }),
    ]);
  });

  test("with its own kernel is not shown where the scheme can neither", () => {
    expect(keysOf(withB(ownKernel, { capabilities: ["markGood"] }))).not.toContain("start");
  });

  test("the default with its own kernel needs no write", () => {
    const menu = openSlot(menuOf(deviceOf({ slots: [slotOf("a", ownKernel)] })), "a");
    expect(chooseKey(menu, "start").effects).toEqual([
      { kind: "finish", outcome: { kind: "reboot", slot: "a", target: "system" }, from: "ttyS0" },
    ]);
  });

  test("a bad slot can be tried in place with a warning, but has not the focus", () => {
    const menu = openSlot(menuOf(deadDevice()), "b");
    expect(itemOf(menu, "start")).toMatchObject({ enabled: true, tone: "warning" });
    expect(itemOf(menu, "start")?.detail).toContain("It is bad and may not start.");
    expect(focusedKey(menu)).not.toBe("start");
  });

  test("a bad slot is not offered to a bootloader that would not take it", () => {
    const menu = withB({ ...ownKernel, health: "bad", triesLeft: 0 });
    expect(itemOf(menu, "start")).toMatchObject({
      enabled: false,
      detail: "It is bad. Give it fresh tries first.",
    });
  });

  test("a slot without a root says what is missing", () => {
    const menu = withB({ entry: null, entryReason: "No partition has PARTLABEL=root_b." });
    expect(itemOf(menu, "start")).toMatchObject({
      enabled: false,
      detail: "No partition has PARTLABEL=root_b.",
    });
  });
});

describe("writing", () => {
  test("what a scheme cannot do is not shown; Back always is", () => {
    expect(keysOf(withB({}, { capabilities: [] }))).toEqual(["start", "back"]);
    expect(keysOf(openSlot(menuOf(), "b"))).toEqual([
      "start",
      "make-default",
      "mark-good",
      "fresh-tries",
      "mark-bad",
      "back",
    ]);
  });

  test("make default says what the next plain start takes", () => {
    expect(itemOf(openSlot(menuOf(), "b"), "make-default")?.detail).toBe(
      "The next plain start takes Slot B.",
    );
    const once = deviceOf({ once: "a" });
    expect(itemOf(openSlot(menuOf(once), "b"), "make-default")?.detail).toBe(
      "The next start still takes Slot A once; after it, Slot B.",
    );
  });

  test("each item writes its change", () => {
    const menu = openSlot(
      menuOf(deviceOf({ slots: [slotOf("a"), slotOf("b", { health: "trying", triesLeft: 1 })] })),
      "b",
    );
    const changeOf = (key: string) => chooseKey(menu, key).effects;
    expect(changeOf("make-default")).toEqual([applyEffect({ kind: "select", slot: "b", once: false })]);
    expect(changeOf("mark-good")).toEqual([applyEffect({ kind: "mark-good", slot: "b" })]);
    expect(changeOf("fresh-tries")).toEqual([applyEffect({ kind: "set-tries", slot: "b", tries: 3 })]);
  });

  test("what is so already is disabled with the reason", () => {
    const a = openSlot(menuOf(), "a");
    expect(itemOf(a, "make-default")).toMatchObject({ enabled: false, detail: "It is the default already." });
    expect(itemOf(a, "mark-good")).toMatchObject({ enabled: false, detail: "It is good already." });
    expect(itemOf(a, "fresh-tries")).toMatchObject({ enabled: false });
    const bad = withB({ health: "bad" });
    expect(itemOf(bad, "mark-bad")).toMatchObject({ enabled: false, detail: "It is bad already." });
    const fresh = withB({ health: "trying", triesLeft: 3 });
    expect(itemOf(fresh, "fresh-tries")).toMatchObject({ enabled: false });
  });

  test("an empty slot and an unreadable one take no marks", () => {
    for (const health of ["empty", "unknown"] as const) {
      const menu = withB({ health });
      for (const key of ["make-default", "mark-good", "mark-bad", "fresh-tries"])
        expect(itemOf(menu, key), `${health} ${key}`).toMatchObject({ enabled: false });
    }
    expect(itemOf(withB({ health: "unknown" }), "start")).toMatchObject({ enabled: true });
    expect(itemOf(withB({ health: "empty" }), "start")).toMatchObject({ enabled: false });
  });

  test("the notice names the console that acted", () => {
    const asked = chooseKey(openSlot(menuOf(), "b"), "make-default", "panel").model;
    const status = deviceOf({ default: "b", next: { slot: "b", reason: { code: "default", text: "" } } });
    const { model, effects } = applied(asked, status);
    expect(effects).toEqual([]);
    expect(view(model).notice).toEqual({ tone: "good", text: "Slot B is the default now. (panel)" });
    expect(view(pressed(model, "next")).notice).toBeNull();
  });

  test("a second press after a write that took the item away does no harm", () => {
    const asked = chooseKey(openSlot(menuOf(), "b"), "mark-good").model;
    const status = deviceOf({ slots: [slotOf("a"), slotOf("b")] });
    const written = applied(asked, status).model;
    expect(focusedKey(written)).toBe("back");
  });

  test("one write at a time: nothing else is chosen meanwhile, moving goes on", () => {
    const asked = chooseKey(openSlot(menuOf(), "b"), "make-default").model;
    const again = chooseKey(asked, "mark-good");
    expect(again.effects).toEqual([]);
    expect(view(again.model).notice?.text).toBe("Please wait, a change is being written.");
    expect(chooseKey(asked, "start").effects).toEqual([]);
    expect(focusedKey(pressed(asked, "next"))).toBe("mark-good");
  });

  test("mark bad is the only dangerous item, never under the first focus and never next to a wrap", () => {
    const menu = openSlot(menuOf(), "b");
    const dangerous = view(menu).items.filter((item) => item.tone === "danger");
    expect(dangerous.map((item) => item.key)).toEqual(["mark-bad"]);
    expect(focusedKey(pressed(menu, "previous"))).toBe("start");
  });
});

describe("facts", () => {
  test("tell system, health, tries, way in, device and identity", () => {
    expect(view(openSlot(menuOf(), "b")).facts).toEqual([
      { label: "System", value: "Demo OS 1.0" },
      { label: "Health", value: "Trying, it is not confirmed yet" },
      { label: "Tries", value: "2 tries left" },
      { label: "Starts", value: "In place, under the running kernel" },
      { label: "Device", value: "/dev/vdb" },
      { label: "Identity", value: "PARTUUID=0000000b" },
    ]);
  });

  test("leave out what is not in this scheme and say why a restart is needed", () => {
    const facts = view(
      withB({ ...ownKernel, triesLeft: null, device: null, identity: null, os: null, health: "trying" }),
    ).facts;
    expect(facts).toEqual([
      { label: "System", value: "Could not be read" },
      { label: "Health", value: "Trying, it is not confirmed yet" },
      { label: "Starts", value: "By a restart: It has no modules for this kernel." },
    ]);
  });

  test("count tries done where the scheme has them", () => {
    const facts = view(withB({ health: "trying", triesLeft: 1, triesDone: 2 })).facts;
    expect(facts).toContainEqual({ label: "Tries", value: "1 try left, 2 done" });
  });
});

test("the screen of a slot that went is left", () => {
  const menu = openSlot(menuOf(), "b");
  const asked = chooseKey(menu, "make-default").model;
  const { model } = applied(asked, deviceOf({ slots: [slotOf("a")] }));
  expect(view(model).screen).toBe("home");
});
