import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import * as z from "zod/mini";
import { configSchema } from "../../../src/config/schema.ts";
import { shellConfig } from "../../../src/config/shell.ts";

/** What a shell says that the variables are. */
function inShell(values: unknown, ...names: string[]): string[] {
  const script = `${shellConfig(z.parse(configSchema(), values))}printf '%s\\n' ${names.map((name) => `"$${name}"`).join(" ")}`;
  return execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\n").slice(0, -1);
}

test("a shell reads the defaults", () => {
  expect(
    inShell(
      {},
      ...["hf_key_name", "hf_key_code", "hf_key_window_ms"],
      ...["hf_shell", "hf_signature", "hf_init", "hf_slot_count"],
    ),
  ).toEqual(["KEY_VOLUMEDOWN", "114", "500", "0", "optional", "/sbin/init", "0"]);
});

test("slots are numbered in the order of the table", () => {
  const slot = [
    { id: "a", root: "PARTLABEL=root_a", store: "PARTLABEL=kernel_a", fstype: "erofs" },
    { id: "b", root: "/dev/vda3" },
  ];
  const names = ["hf_slot_count", "hf_slot_1_id", "hf_slot_1_store", "hf_slot_1_fstype", "hf_slot_2_id"];
  expect(inShell({ slot }, ...names, "hf_slot_2_store", "hf_slot_2_options")).toEqual([
    "2",
    "a",
    "PARTLABEL=kernel_a",
    "erofs",
    "b",
    "/dev/vda3",
    "ro",
  ]);
});

test("no value can run anything or break out of its quotes", () => {
  const root = 'PARTLABEL=it\'s $(echo here) `echo there` "now"';
  expect(inShell({ slot: [{ id: "a", root }] }, "hf_slot_1_root")).toEqual([root]);
});
