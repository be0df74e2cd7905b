import {
  type BootOption,
  bootOptionName,
  bootOptionNumber,
  decodeBootNumbers,
  decodeBootOption,
} from "../bytes/boot-option.ts";
import { orProblem } from "../domain/errors.ts";
import type { EfiVariables } from "../linux/efivars.ts";

export interface NumberedOption extends BootOption {
  readonly number: number;
}

/** What the firmware's boot manager goes by (UEFI Specification 3.3). */
export interface BootOptions {
  /** By number, which is the order that efibootmgr lists them in. */
  readonly options: readonly NumberedOption[];
  /** BootOrder; null where it is not set or cannot be read. */
  readonly order: readonly number[] | null;
  /** BootNext: the option of the next start only. */
  readonly next: number | null;
  /** BootCurrent: the option of this start, as the firmware says. */
  readonly current: number | null;
  /** Sentences about what could not be read. */
  readonly problems: readonly string[];
}

/** Reads the boot manager's variables, of the vendor GLOBAL_VENDOR; a damaged one is a problem and counts as missing. */
export function readBootOptions(variables: EfiVariables): BootOptions {
  const problems: string[] = [];
  const numbers = (name: string) =>
    orProblem(problems, () => {
      const data = variables.read(name)?.data;
      return data === undefined ? null : decodeBootNumbers(data, name);
    });
  const options = variables.names.flatMap((name) => {
    const number = bootOptionNumber(name);
    const option = number === null ? null : orProblem(problems, () => optionAt(variables, number));
    return number === null || option === null ? [] : [{ number, ...option }];
  });
  if (!variables.available) problems.push("efivarfs is not mounted, so the boot order cannot be read");
  return {
    options,
    order: numbers("BootOrder"),
    next: numbers("BootNext")?.[0] ?? null,
    current: numbers("BootCurrent")?.[0] ?? null,
    problems,
  };
}

function optionAt(variables: EfiVariables, number: number): BootOption | null {
  const name = bootOptionName(number);
  const data = variables.read(name)?.data;
  return data === undefined ? null : decodeBootOption(data, name);
}
