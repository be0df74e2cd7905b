import { HoldfastError } from "../domain/errors.ts";
import type { ResetProgress } from "../domain/reset.ts";
import type { Answer, Ask, ServiceName } from "../menu/asks.ts";
import type { Services } from "../menu/services.ts";

/** The services that a device has; the menu does not show what needs another one. */
export type Offered = Partial<Services>;

export function offeredBy(services: Offered): ReadonlySet<ServiceName> {
  const names = Object.keys(services) as ServiceName[];
  return new Set(names.filter((name) => services[name] !== undefined));
}

/** Asks the service that an ask is for. `from` is the console of the person, "menu" where nobody asked. */
export async function answer(
  services: Offered,
  ask: Ask,
  from: string,
  tell: (progress: ResetProgress) => void,
): Promise<Answer> {
  const has = <Name extends ServiceName>(name: Name): NonNullable<Offered[Name]> => {
    const service = services[name];
    if (service === undefined) throw new HoldfastError("refused", `This device has no way to ${name}.`);
    // Services may be methods of an object.
    return service.bind(services) as NonNullable<Offered[Name]>;
  };
  const { service } = ask;
  switch (service) {
    case "apply":
      return { service, value: await has(service)(ask.change, from) };
    case "repairs":
      return { service, value: await has(service)() };
    case "repair":
      return { service, value: await has(service)(from) };
    case "state":
      return { service, value: await has(service)() };
    case "changeState":
      return { service, value: await has(service)(ask.change, from) };
    case "compare":
      return { service, value: await has(service)(ask.left, ask.right) };
    case "systems":
      return { service, value: await has(service)() };
    case "previewReset":
      return { service, value: await has(service)(ask.scope) };
    case "reset":
      return { service, value: await has(service)(ask.preview, from, tell) };
    case "developer":
      return { service, value: await has(service)() };
    case "changeDeveloper":
      return { service, value: await has(service)(ask.change, from) };
    case "extensions":
      return { service, value: await has(service)(ask.slot) };
    case "leaveOut":
      return { service, value: await has(service)(ask.slot, ask.extension, ask.out, from) };
    case "log":
      return { service, value: await has(service)(ask.source) };
    case "saveLogs":
      return { service, value: await has(service)(from) };
    case "usb":
      return { service, value: await has(service)() };
    case "usbLink":
      return { service, value: await has(service)() };
    case "changeUsb":
      return { service, value: await has(service)(ask.change, from) };
    case "restartTargets":
      return { service, value: await has(service)() };
    case "lastGoodStarts":
      return { service, value: await has(service)() };
    case "remember":
      return { service, value: await has(service)(ask.display) };
  }
}
