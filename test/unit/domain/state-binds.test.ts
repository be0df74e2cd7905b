import { expect, it } from "vitest";
import { planBinds } from "../../../src/domain/state-binds.ts";

const plain = (...names: string[]) => names.map((name) => ({ name: Buffer.from(name), encrypted: false }));
const secret = (...names: string[]) => names.map((name) => ({ name: Buffer.from(name), encrypted: true }));

it("binds every directory to the place that its name says, parents first", () => {
  const found = [...plain("var-lib-app", "home", "fancy\\x2ddir", "usr-local"), ...secret("var", "srv")];
  expect(planBinds(found)).toEqual({
    binds: [
      { source: "fancy\\x2ddir", target: "/fancy-dir" },
      { source: "home", target: "/home" },
      { source: "encrypted/srv", target: "/srv" },
      { source: "encrypted/var", target: "/var" },
      { source: "usr-local", target: "/usr/local" },
      { source: "var-lib-app", target: "/var/lib/app" },
    ],
    refused: [],
  });
});

it("leaves private directories, the mount point of the encrypted part and lost+found alone", () => {
  const found = [
    ...plain(".holdfast", ".snapshots", "encrypted", "lost+found"),
    ...secret(".keys", "lost+found"),
  ];
  expect(planBinds(found)).toEqual({ binds: [], refused: [] });
});

it.each([
  ["-", /root itself/],
  ["proc", /\/proc belongs to the system/],
  ["run-holdfast", /\/run belongs to the system/],
  ["dev-shm", /\/dev belongs/],
  ["state", /\/state belongs/],
  ["usr", /\/usr belongs/],
  ["usr-lib", /\/usr belongs/],
  ["..", /leads elsewhere/],
  ["a\\x2fb", /hides a slash/],
])("does not bind %s", (name, reason) => {
  const { binds, refused } = planBinds(plain(name));
  expect(binds).toEqual([]);
  expect(refused).toEqual([{ source: name, reason: expect.stringMatching(reason) }]);
});

it("refuses both of two directories for one place", () => {
  const { binds, refused } = planBinds([...plain("var", "home"), ...secret("var")]);
  expect(binds).toEqual([{ source: "home", target: "/home" }]);
  expect(refused).toEqual([
    { source: "encrypted/var", reason: "encrypted/var is not bound: var is for /var, too." },
    { source: "var", reason: "var is not bound: encrypted/var is for /var, too." },
  ]);
});

it("shows a name without the bytes that would move a cursor", () => {
  const [refused] = planBinds(plain("\u001b[2Jx")).refused;
  expect(refused?.reason).not.toContain("\u001b");
});
