import { expect, test } from "vitest";
import { parseFstab } from "../../../src/bytes/fstab.ts";
import { parseSnapperInfo } from "../../../src/bytes/snapper-info.ts";
import { fuzz } from "../../fixtures/fuzz.ts";
import { infoXml } from "../../fixtures/systems/btrfs-snapshot.ts";

const USERDATA =
  "<userdata><key>important</key><value>yes</value></userdata><userdata><key>a</key><value/></userdata>";

test("every pair of userdata is kept, and entities are what they stand for", () => {
  const info = parseSnapperInfo(infoXml(2, USERDATA), "info.xml");
  expect(info).toMatchObject({ type: "single", number: 2, description: "update & 2", cleanup: "number" });
  expect(info.userdata.get("important")).toBe("yes");
});

test.each([
  ["empty", "", /its <num> is ""/],
  ["cut off", infoXml(2).slice(0, 60), /it ends inside <\w+>/],
  ["crossed", "<snapshot><num>1</snapshot></num>", /<\/snapshot> closes nothing/],
  [
    "without a number",
    infoXml(2).replace("<num>2", "<num>two"),
    /its <num> is "two", a number would be right/,
  ],
])("an info.xml that is %s is refused", (_what, text, message) => {
  expect(() => parseSnapperInfo(text, "/info.xml")).toThrow(message);
});

fuzz("an info.xml", [Buffer.from(infoXml(2, USERDATA))], (bytes) =>
  parseSnapperInfo(bytes.toString("utf8"), "info.xml"),
);

test("an fstab is read with its escapes, without its comments", () => {
  expect(parseFstab("# a comment\n\nUUID=1\t/my\\040disk  ext4 ro,noatime 0 0\nlonely\n")).toEqual([
    { source: "UUID=1", target: "/my disk", fstype: "ext4", options: ["ro", "noatime"] },
  ]);
});
