import type { Comparison } from "../domain/comparison.ts";
import type { DeveloperChange, DeveloperState } from "../domain/developer.ts";
import type { Extension } from "../domain/extensions.ts";
import type { KeptSystems } from "../domain/kept-systems.ts";
import type { Log, LogSource } from "../domain/log-source.ts";
import type { ResetPreview, ResetProgress, ResetReceipt, ResetScope } from "../domain/reset.ts";
import type { RestartChoice } from "../domain/restart.ts";
import type { Change } from "../domain/slot.ts";
import type { StateChange, StateReport } from "../domain/state-report.ts";
import type { DeviceStatus } from "../domain/status.ts";
import type { UsbChange, UsbState } from "../domain/usb.ts";
import type { DisplayChoice } from "./display.ts";

/**
 * Everything that the menu asks of the device, beyond what it was opened with. `from` is the console where a
 * person asked. Each fails with an error whose message is a sentence for people.
 */
export interface Services {
  apply(change: Change, from: string): Promise<DeviceStatus>;
  /** What a repair of damaged partition tables would do, as sentences; none when nothing is damaged. */
  repairs(): Promise<readonly string[]>;
  repair(from: string): Promise<{ readonly done: readonly string[]; readonly status: DeviceStatus }>;
  state(): Promise<StateReport>;
  changeState(change: StateChange, from: string): Promise<StateReport>;
  /** Two slots, or two systems of one family by their keys. */
  compare(left: string, right: string): Promise<Comparison>;
  /** The systems of other families that the disks keep. */
  systems(): Promise<KeptSystems>;
  previewReset(scope: ResetScope): Promise<ResetPreview>;
  /** Resets exactly what was previewed, or refuses because it changed since. */
  reset(preview: ResetPreview, from: string, tell: (progress: ResetProgress) => void): Promise<ResetReceipt>;
  developer(): Promise<DeveloperState>;
  changeDeveloper(change: DeveloperChange, from: string): Promise<DeveloperState>;
  /** The extensions that a slot would merge. */
  extensions(slot: string): Promise<readonly Extension[]>;
  /** Leaves an extension out of the next starts, or takes it in again; answers those of the slot. */
  leaveOut(slot: string, extension: Extension, out: boolean, from: string): Promise<readonly Extension[]>;
  log(source: LogSource): Promise<Log>;
  /** Saves every log on a plugged-in USB stick or SD card; answers where. */
  saveLogs(from: string): Promise<string>;
  /** The USB port: what it offers to a computer, and what it could. */
  usb(): Promise<UsbState>;
  changeUsb(change: UsbChange, from: string): Promise<UsbState>;
  /** Whether a computer has taken up what is offered there. Cheap: it is asked every second. */
  usbLink(): Promise<boolean>;
  /** The restarts that this device can make, with what speaks for each. */
  restartTargets(): Promise<readonly RestartChoice[]>;
  /**
   * By slot: when it was last confirmed by the system that ran in it, as ISO 8601. Its clock may have been
   * wrong. A slot of which nobody knows is missing.
   */
  lastGoodStarts(): Promise<Readonly<Record<string, string>>>;
  /** Keeps how a person wants to read for the next menus. */
  remember(display: DisplayChoice): Promise<void>;
}
