import { expect, it } from "vitest";
import { STATE_TYPE_GUID } from "../../../src/domain/state-layout.ts";
import { choosePlace, type StateCandidate } from "../../../src/domain/state-place.ts";

const LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4";
const partition = (device: string, changes: Partial<StateCandidate> = {}): StateCandidate => ({
  device,
  label: "state",
  type: LINUX,
  onBootDisk: true,
  removable: false,
  ...changes,
});

it("takes the one on the boot disk, whatever other disks have", () => {
  const own = partition("/dev/sda6");
  const others = [
    partition("/dev/sdb1", { onBootDisk: false }),
    partition("/dev/sdc1", { onBootDisk: false, removable: true }),
  ];
  expect(choosePlace("PARTLABEL=state", [...others, own])).toBe(own);
});

it("takes another fixed disk's when the boot disk has none, and never a stick's", () => {
  const fixed = partition("/dev/sdb1", { onBootDisk: false });
  const stick = partition("/dev/sdc1", { onBootDisk: false, removable: true });
  expect(choosePlace("PARTLABEL=state", [stick, fixed])).toBe(fixed);
  expect(choosePlace("PARTLABEL=state", [stick])).toBeNull();
});

it("does not guess between two", () => {
  const twins = [partition("/dev/sda6"), partition("/dev/sda7")];
  expect(() => choosePlace("PARTLABEL=state", twins)).toThrow(
    "/dev/sda6 and /dev/sda7 both answer to PARTLABEL=state; which one is /state cannot be told.",
  );
});

it("without a configuration looks for Holdfast's type before the label", () => {
  const labelled = partition("/dev/sda5");
  const typed = partition("/dev/sda6", { label: "data", type: STATE_TYPE_GUID });
  expect(choosePlace(null, [labelled, typed])).toBe(typed);
  expect(choosePlace(null, [labelled])).toBe(labelled);
  expect(choosePlace(null, [partition("/dev/sda7", { label: "home" })])).toBeNull();
});

it("takes a type in any case", () => {
  const typed = partition("/dev/sda6", { label: null });
  expect(choosePlace(`PARTTYPE=${LINUX.toUpperCase()}`, [typed])).toBe(typed);
});
