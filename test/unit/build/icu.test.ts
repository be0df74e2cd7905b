import { expect, test } from "vitest";
import { isKept } from "../../../src/build/icu.ts";

test.each([
  "root.res",
  "res_index.res",
  "pool.res",
  "brkitr/root.res",
  "coll/res_index.res",
  "supplementalData.res",
  "metaZones.res",
  "en.res",
  "en_GB.res",
  "de.res",
  "lang/de_AT.res",
  "ar_EG.res",
  "brkitr/thaidict.dict",
  "nfkc.nrm",
  "uemoji.icu",
])("ICU keeps %s", (item) => {
  expect(isKept(item)).toBe(true);
});

test.each(["fr.res", "zh_Hans_CN.res", "coll/es_.res", "curr/ast.res", "ibm-1047_P100-1995.cnv"])(
  "ICU drops %s",
  (item) => {
    expect(isKept(item)).toBe(false);
  },
);
