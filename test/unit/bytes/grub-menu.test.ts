import { expect, test } from "vitest";
import { defaultEntry, parseGrubKernel, parseGrubMenu } from "../../../src/bytes/grub-menu.ts";

const MENU = `set default="1"
menuentry 'It is A' --class abroot-a --unrestricted {
  linux /a
}
submenu 'More' {
}
  menuentry "B (current)" --class gnu --class abroot-b {
`;

test("entries and their classes are read, quoted either way, and the default by its number", () => {
  const menu = parseGrubMenu(MENU);
  expect(menu.entries).toEqual([
    { title: "It is A", classes: ["abroot-a"] },
    { title: "B (current)", classes: ["gnu", "abroot-b"] },
  ]);
  expect(defaultEntry(menu)?.title).toBe("B (current)");
});

test("a default may be a title; the last one counts, and one that a script decides is not known", () => {
  const entries = "menuentry 'A' {\n}\nmenuentry 'B' {\n}\n";
  expect(defaultEntry(parseGrubMenu(`set default=0\nset default='B'\n${entries}`))?.title).toBe("B");
  expect(defaultEntry(parseGrubMenu(`set default="\${saved}"\n${entries}`))).toBeUndefined();
  expect(defaultEntry(parseGrubMenu(`set default=9\n${entries}`))).toBeUndefined();
  expect(defaultEntry(parseGrubMenu(entries))).toBeUndefined();
});

test("the kernel of an entry is read without GRUB's device names", () => {
  const text =
    "search --set=root x\n linux (hd0,gpt2)/vmlinuz root=UUID=1  quiet\n initrd /ucode (hd0,gpt2)/initrd\n";
  expect(parseGrubKernel(text)).toEqual({
    linux: "/vmlinuz",
    initrds: ["/ucode", "/initrd"],
    options: "root=UUID=1  quiet",
  });
  expect(parseGrubKernel("linux $prefix/vmlinuz quiet\n")).toBeNull();
  expect(parseGrubKernel("configfile /x\n")).toBeNull();
});
