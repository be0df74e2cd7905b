import type { ResetProgress } from "../domain/reset.ts";
import type { Services } from "./services.ts";

/** Name of a service. */
export type ServiceName = keyof Services;

type ArgumentsOf<Name extends ServiceName> = Parameters<Services[Name]>;
type Nothing = Record<never, never>;

/** What each service is asked with, but for the console, which the effect carries. */
interface Values {
  apply: { readonly change: ArgumentsOf<"apply">[0] };
  repairs: Nothing;
  repair: Nothing;
  state: Nothing;
  changeState: { readonly change: ArgumentsOf<"changeState">[0] };
  compare: { readonly left: string; readonly right: string };
  systems: Nothing;
  previewReset: { readonly scope: ArgumentsOf<"previewReset">[0] };
  reset: { readonly preview: ArgumentsOf<"reset">[0] };
  developer: Nothing;
  changeDeveloper: { readonly change: ArgumentsOf<"changeDeveloper">[0] };
  extensions: { readonly slot: string };
  leaveOut: { readonly extension: ArgumentsOf<"leaveOut">[1]; readonly out: boolean; readonly slot: string };
  log: { readonly source: ArgumentsOf<"log">[0] };
  saveLogs: Nothing;
  usb: Nothing;
  changeUsb: { readonly change: ArgumentsOf<"changeUsb">[0] };
  usbLink: Nothing;
  restartTargets: Nothing;
  lastGoodStarts: Nothing;
  remember: { readonly display: ArgumentsOf<"remember">[0] };
}

type AskTable = { [Name in ServiceName]: { readonly service: Name } & Values[Name] };

/** What one service is asked. */
export type AskFor<Name extends ServiceName> = AskTable[Name];
export type Ask = AskTable[ServiceName];
export type AnswerTo<Name extends ServiceName> = Awaited<ReturnType<Services[Name]>>;

/** What a service answered. */
export type Answer = {
  [Name in ServiceName]: { readonly service: Name; readonly value: AnswerTo<Name> };
}[ServiceName];

/** Services that only read: asked when a screen is opened, several at a time. The others are one at a time. */
export type ReadName =
  | "repairs"
  | "state"
  | "compare"
  | "systems"
  | "previewReset"
  | "developer"
  | "extensions"
  | "log"
  | "usb"
  | "usbLink"
  | "restartTargets"
  | "lastGoodStarts";

/** What came of a read. `key` names the ask with all its values; `again` is the id under which it is read anew. */
export type Reading<Name extends ReadName> =
  | { readonly key: string; readonly state: "asked"; readonly id: number }
  | {
      readonly key: string;
      readonly state: "known";
      readonly value: AnswerTo<Name>;
      readonly again?: number;
    }
  | { readonly key: string; readonly state: "failed"; readonly message: string };

export type Readings = { readonly [Name in ReadName]?: Reading<Name> };

/** What reaches the menu from a service, under the id of what it was asked. */
export type Reply =
  | { readonly kind: "answered"; readonly id: number; readonly answer: Answer }
  | { readonly kind: "failed"; readonly id: number; readonly message: string }
  | { readonly kind: "progressed"; readonly id: number; readonly progress: ResetProgress };
