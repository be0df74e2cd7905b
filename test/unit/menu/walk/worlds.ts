import type { DeveloperState } from "../../../../src/domain/developer.ts";
import { type Model, openMenu } from "../../../../src/menu/model.ts";
import {
  ALL_SERVICES,
  DEVELOPER_OFF,
  DEVELOPER_ON,
  type FakeDevice,
  USB_OFFERED,
  WELL,
} from "../../../fixtures/fake-services.ts";
import { deadDevice, deviceOf, slotOf } from "../device.ts";

/** A device with what its services answer, and its menu as it is opened. */
export interface World {
  readonly name: string;
  readonly device: FakeDevice;
  readonly model: Model;
}

function worldOf(name: string, change: Partial<FakeDevice>): World {
  const device: FakeDevice = {
    status: deviceOf(),
    state: WELL,
    developer: DEVELOPER_OFF,
    repairs: [],
    ...change,
  };
  const reason = { code: "key-held", text: "Volume down was held at start." } as const;
  const model = openMenu({
    status: device.status,
    reason,
    countdownSeconds: 30,
    footer: "Holdfast",
    offered: ALL_SERVICES,
    canStartSafely: true,
  });
  return { name, device, model };
}

const policy = (name: DeveloperState["policy"]) => ({ developer: { ...DEVELOPER_OFF, policy: name } });

/** Enough different devices that every item of the table is shown on one of them. */
export const WORLDS: readonly World[] = [
  worldOf("an ordinary device", {}),
  worldOf("one whose slots need their own kernel", {
    status: deviceOf({
      capabilities: ["select", "once", "markGood", "markBad", "setTries"],
      slots: [
        slotOf("a", { entry: "reboot", entryReason: "It needs its own kernel." }),
        slotOf("b", {
          entry: "reboot",
          entryReason: "It needs its own kernel.",
          health: "trying",
          triesLeft: 1,
        }),
        slotOf("c", { health: "empty", os: null }),
      ],
    }),
  }),
  worldOf("one where nothing starts and a table is damaged", {
    status: deadDevice(),
    repairs: ["The backup table would be copied over the primary one."],
  }),
  worldOf("one with a locked state and developer mode on", {
    state: {
      ...WELL,
      encrypted: { open: false, locked: true, failures: 0, wait: 0, problem: null },
    },
    developer: DEVELOPER_ON,
  }),
  worldOf("one with a state that cannot be used", {
    state: { ...WELL, kind: "unusable", problem: "ext4: bad superblock." },
    ...policy("secret"),
  }),
  worldOf("a development device", policy("open")),
  worldOf("one that a computer has drives of", { usb: USB_OFFERED }),
];
