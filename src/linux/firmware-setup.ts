import { EFI_PERSISTENT } from "../bytes/efi-variable.ts";
import { EfiVariables, GLOBAL_VENDOR } from "./efivars.ts";
import { EFIVARS } from "./efivars-folder.ts";

/** EFI_OS_INDICATIONS_BOOT_TO_FW_UI (UEFI Specification 8.5.4). */
const BOOT_TO_FW_UI = 1n;

/** The firmware's setup as the target of the next start. `folder` is where efivarfs is mounted. */
export class FirmwareSetup {
  readonly #variables: EfiVariables;

  constructor(folder: string = EFIVARS) {
    this.#variables = new EfiVariables(folder, GLOBAL_VENDOR);
  }

  /** Whether the firmware says that it takes the wish. Throws `badStore` when its word cannot be read. */
  get offered(): boolean {
    return (this.#bits("OsIndicationsSupported") & BOOT_TO_FW_UI) !== 0n;
  }

  /** Asks for the setup at the next start, beside what else is asked for; the firmware forgets it by itself. */
  ask(): void {
    const data = Buffer.alloc(8);
    data.writeBigUInt64LE(this.#bits("OsIndications") | BOOT_TO_FW_UI);
    this.#variables.write("OsIndications", { attributes: EFI_PERSISTENT, data });
  }

  #bits(name: string): bigint {
    const data = this.#variables.read(name)?.data;
    return data === undefined || data.length < 8 ? 0n : data.readBigUInt64LE();
  }
}
