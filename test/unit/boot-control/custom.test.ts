import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openCustom } from "../../../src/boot-control/custom.ts";

// Dozens of processes per test, which a busy machine starts slowly.
vi.setConfig({ testTimeout: 60_000 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-custom-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Answers like a script that works; `odd` comes first and may do something else. */
function backend(odd: string): string {
  const path = join(folder, "backend");
  const text = `#!/bin/sh
echo "$@" >>${join(folder, "calls")}
${odd}
case "$1" in
capabilities) echo tries ;;
get-primary) echo a ;;
get-state) echo trying ;;
get-tries) echo 3 ;;
esac
`;
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

function open(script: string, protocol: "holdfast" | "rauc" = "holdfast", timeout_ms = 30_000) {
  const config = { script, protocol, timeout_ms, bootnames: {} };
  return openCustom(config, { slots: ["a", "b"], counting: "bootloader", freshTries: 3, booted: null });
}

const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

test("a script that ends with 0 and did nothing is told of for every change", async () => {
  const control = await open(backend(""));
  const changes = [
    { kind: "select", slot: "b", once: false },
    { kind: "mark-good", slot: "a" },
    { kind: "mark-bad", slot: "a" },
    { kind: "set-tries", slot: "a", tries: 2 },
  ] as const;
  for (const change of changes) {
    await expect(control.apply(change)).rejects.toMatchObject({
      kind: "notReadBack",
      message: expect.stringMatching(/backend ended with 0, but /),
    });
  }
});

test("what is so already is not written again", async () => {
  const control = await open(backend(""));
  await control.apply({ kind: "select", slot: "a", once: false });
  expect(calls().filter((call) => call.startsWith("set-"))).toEqual([]);
});

test.each<[string, string, RegExp]>([
  ["fails", '[ "$1" != get-state ] || { echo broken >&2; exit 3; }', /get-state a ended with 3: broken/],
  [
    "answers a word of its own",
    '[ "$1" != get-state ] || { echo fine; exit; }',
    /get-state a answered "fine", good, /,
  ],
  ["answers nothing", '[ "$1" != get-state ] || exit 0', /get-state a answered ""/],
  ["answers two lines", '[ "$1" != get-state ] || echo good', /get-state answered 2 lines/],
  [
    "gives tries beyond all bounds",
    '[ "$1" != get-tries ] || { echo 99; exit; }',
    /get-tries a answered "99", 0 to 15/,
  ],
  ["gives tries that are no number", '[ "$1" != get-tries ] || { echo -1; exit; }', /answered "-1"/],
  ["is ended by a signal", '[ "$1" != get-state ] || kill -9 $$', /get-state a was ended by SIGKILL/],
  ["prints without end", '[ "$1" != get-state ] || yes', /get-state a printed more than one answer/],
])("a script that %s makes the slots unknown, with the reason", async (_, odd, reason) => {
  const { slots, problems } = await (await open(backend(odd))).read();
  expect(slots.map(({ health, triesLeft }) => [health, triesLeft])).toEqual([
    ["unknown", null],
    ["unknown", null],
  ]);
  expect(problems[0]).toMatch(reason);
});

test("a script that hangs is killed with what it started", async () => {
  const pid = join(folder, "pid");
  const script = backend(`[ "$1 $2" != "get-state a" ] || { sleep 100 & echo $! >${pid}; wait; }`);
  const began = Date.now();
  const { slots, problems } = await (await open(script, "holdfast", 2000)).read();
  expect(slots[0]?.health).toBe("unknown");
  expect(problems[0]).toMatch(/get-state a gave no answer in 2 s/);
  expect(Date.now() - began).toBeLessThan(50_000);
  const started = Number(readFileSync(pid, "utf8"));
  await expect.poll(() => isRunning(started)).toBe(false);
});

/** A zombie that nobody collects has ended all the same. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("a default that is no slot is told of and reads as none", async () => {
  const control = await open(backend('[ "$1" != get-primary ] || { echo recovery; exit; }'));
  const state = await control.read();
  expect(state).toMatchObject({
    default: null,
    problems: [expect.stringMatching(/"recovery", a, b would be/)],
  });
});

test("a refusal of the script, by exit code 4, is a refusal of Holdfast", async () => {
  const control = await open(backend('[ "$1" != set-primary ] || { echo "battery low" >&2; exit 4; }'));
  await expect(control.apply({ kind: "select", slot: "b", once: false })).rejects.toMatchObject({
    kind: "refused",
    message: expect.stringMatching(/battery low/),
  });
});

test.each([
  ["is missing", "missing", /could not be started: ENOENT/],
  ["may not be run", "plain", /could not be started: EACCES/],
])("a script that %s is told of by its path", async (_, name, reason) => {
  writeFileSync(join(folder, "plain"), "#!/bin/sh\n", { mode: 0o644 });
  const path = join(folder, name);
  await expect(open(path)).rejects.toMatchObject({ kind: "system", message: expect.stringMatching(reason) });
  const { problems, slots } = await (await open(path, "rauc")).read();
  expect(problems[0]).toMatch(reason);
  expect(slots[0]?.health).toBe("unknown");
});

test("a capability that nobody knows is refused", async () => {
  const script = backend('[ "$1" != capabilities ] || { echo "tries teleport"; exit; }');
  await expect(open(script)).rejects.toThrow(
    /capabilities answered "teleport", tries and once would be right/,
  );
});

test("RAUC's protocol is only asked what it knows, and cannot set tries", async () => {
  const control = await open(backend(""), "rauc");
  const { slots } = await control.read();
  expect(slots[0]).toMatchObject({ triesLeft: null, successful: null });
  expect(new Set(calls().map((call) => call.split(" ")[0]))).toEqual(new Set(["get-state", "get-primary"]));
  await expect(control.apply({ kind: "set-tries", slot: "a", tries: 1 })).rejects.toMatchObject({
    exitCode: 4,
  });
});

test("nothing of the caller's environment reaches the script but PATH, LC_ALL and the mark", async () => {
  const seen = join(folder, "env");
  await (await open(backend(`env >${seen}`))).read();
  const names = readFileSync(seen, "utf8").match(/^[A-Z_]+(?==)/gm) ?? [];
  const own = ["HOLDFAST_INSIDE_SCRIPT", "LC_ALL", "PATH"];
  // The shell itself adds PWD, and some shells more of their own.
  const shell = ["PWD", "OLDPWD", "SHLVL", "_"];
  expect(names.filter((name) => !shell.includes(name)).sort()).toEqual(own);
});
