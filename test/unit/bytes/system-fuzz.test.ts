import { defaultEntry, parseGrubKernel, parseGrubMenu } from "../../../src/bytes/grub-menu.ts";
import { parseSteamosConf } from "../../../src/bytes/steamos-conf.ts";
import { parseTar } from "../../../src/bytes/tar.ts";
import { fuzz } from "../../fixtures/fuzz.ts";
import { grubMenu } from "../../fixtures/systems/abroot.ts";
import { overlayTar } from "../../fixtures/systems/alpine.ts";
import { conf } from "../../fixtures/systems/steamos.ts";

fuzz("tar archives", [overlayTar(["alpine-base", "openssh"], "2026-08-01")], (bytes) => {
  parseTar(bytes, "it");
});

fuzz("menus of GRUB", [Buffer.from(grubMenu('"1"'))], (bytes) => {
  defaultEntry(parseGrubMenu(bytes.toString()));
});

fuzz("kernels of GRUB", [Buffer.from("linux (hd0)/vmlinuz root=x\ninitrd /a (hd0)/b\n")], (bytes) => {
  parseGrubKernel(bytes.toString());
});

fuzz("files of SteamOS's chain loader", [Buffer.from(conf({ "boot-attempts": 2, title: "A" }))], (bytes) => {
  parseSteamosConf(bytes.toString());
});
