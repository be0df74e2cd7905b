import { describe, expect, it } from "vitest";
import { parseCommandLine } from "../../../src/domain/command-line.ts";
import { dueRequest, type RequestFacts } from "../../../src/domain/reset-request.ts";

const THIS_BOOT = "0f0e0d0c-0b0a-4908-8706-050403020100";
const OTHER_BOOT = "11111111222243338444555555555555";

const nothing: RequestFacts = {
  commandLine: new Map(),
  wordDone: false,
  variables: { old: null, request: null },
  bootId: THIS_BOOT,
  system: { id: "holdfast-demo", imageId: null },
  done: [],
};

function facts(words: string, changes: Partial<RequestFacts> = {}): RequestFacts {
  return { ...nothing, commandLine: parseCommandLine(words), ...changes };
}

function variable(changes: Record<string, string | undefined> = {}): Partial<RequestFacts> {
  const request = JSON.stringify({ osReleaseId: "holdfast-demo", bootId: OTHER_BOOT, ...changes });
  return { variables: { old: null, request } };
}

describe("systemd's word on the kernel command line", () => {
  it.each(["systemd.factory_reset=1", "rd.systemd.factory_reset=yes", "systemd.factory_reset"])(
    "%s resets",
    (word) => {
      expect(dueRequest(facts(word)).request).toMatchObject({ scope: "all", origin: "command-line" });
    },
  );

  it("resets once as long as it stands there", () => {
    expect(dueRequest(facts("systemd.factory_reset=1", { wordDone: true })).request).toBeNull();
  });

  it("says no as well, over every variable", () => {
    const found = dueRequest(facts("systemd.factory_reset=0", { variables: { old: "yes", request: null } }));
    expect(found.request).toBeNull();
  });
});

describe("systemd's EFI variables", () => {
  it("reset when they say yes, or name this system and another boot", () => {
    const old = { variables: { old: "yes", request: null } };
    expect(dueRequest(facts("", old)).request).toMatchObject({ origin: "efi-variable" });
    expect(dueRequest(facts("", variable())).request).toEqual({
      id: OTHER_BOOT,
      scope: "all",
      origin: "efi-variable",
    });
  });

  it("do nothing in the boot that made the request", () => {
    const same = variable({ bootId: THIS_BOOT.replaceAll("-", "") });
    expect(dueRequest(facts("", same))).toEqual({ request: null, ignored: null });
  });

  it("do nothing a second time", () => {
    expect(dueRequest(facts("", { ...variable(), done: [OTHER_BOOT] })).request).toBeNull();
  });

  it("of another system are told and not obeyed", () => {
    const found = dueRequest(facts("", variable({ osReleaseId: "fedora" })));
    expect(found.request).toBeNull();
    expect(found.ignored).toContain("for another system");
  });

  it.each(["", "yes", "{}", '{"bootId":7}', '{"bootId":"../../x"}', "[1]", '{"bootId":"'])(
    "with %j in them are told and not obeyed",
    (request) => {
      const found = dueRequest(facts("", { variables: { old: null, request } }));
      expect(found.request).toBeNull();
      expect(found.ignored).toContain("not what systemd writes");
    },
  );
});
