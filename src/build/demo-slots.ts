import { type KernelFlavour, machineKernel } from "./kernel.ts";
import { HOST } from "./target.ts";

/** One slot of the demo disk. */
export interface DemoSlot {
  readonly id: string;
  readonly version: string;
  /** Priority, tries left and successful, as the firmware's store starts with them. */
  readonly counters: { readonly priority: number; readonly tries: number; readonly successful: boolean };
  /** Debian's kernel whose modules the root has; a slot with the other one cannot be entered in place. */
  readonly kernel: KernelFlavour;
}

export type DemoScheme = "chromeos-gpt" | "counter-file";

const SLOTS: readonly Omit<DemoSlot, "kernel">[] = [
  { id: "a", version: "2.0", counters: { priority: 2, tries: 0, successful: true } },
  { id: "b", version: "2.1", counters: { priority: 1, tries: 3, successful: false } },
  { id: "c", version: "1.9", counters: { priority: 1, tries: 0, successful: true } },
];

/** The first slots of the demo: A runs well, B is an update that nobody has tried yet, C an older version. */
export function demoSlots(count: 2 | 3 = 2, kernel: KernelFlavour = machineKernel(HOST)): DemoSlot[] {
  return SLOTS.slice(0, count).map((slot) => ({ ...slot, kernel }));
}

/** The state partition of a demo disk. */
export interface DemoState {
  /** What stands in [state] besides the device, and after it. */
  readonly toml: string;
  readonly mib: number;
  /** Without a file system, as on a device that never ran. */
  readonly blank: boolean;
}

export const DEMO_STATE: DemoState = { toml: "", mib: 64, blank: false };

/** Holdfast's configuration for a disk with these slots. */
export function demoConfig(
  slots: readonly DemoSlot[],
  scheme: DemoScheme,
  state: DemoState = DEMO_STATE,
): string {
  const tables = slots.map(({ id }) => slotTable(id, scheme));
  return `# The demo disk: see src/build/disk-image.ts.
[boot]
scheme = "${scheme}"
disk = "/dev/vda"

[state]
device = "PARTLABEL=state"
${state.toml}
[policy]
shell = true
developer = "open"
usb_storage = "read-write"
usb_network = true
${tables.join("")}`;
}

function slotTable(id: string, scheme: DemoScheme): string {
  const store = scheme === "chromeos-gpt" ? `store = "PARTLABEL=kernel_${id}"\n` : "";
  return `
[[slot]]
id = "${id}"
label = "Slot ${id.toUpperCase()}"
${store}root = "PARTLABEL=root_${id}"
fstype = "erofs"
`;
}
