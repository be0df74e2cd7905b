import { describe, expect, test } from "vitest";
import type { DeveloperPolicy } from "../../../src/domain/developer.ts";
import { type FoundFlag, judgeFlag, stricter } from "../../../src/domain/developer-flag.ts";
import { changedBase, imageKey, placeLayers } from "../../../src/domain/developer-layers.ts";
import { usrWay } from "../../../src/domain/developer-usr.ts";

function found(
  policy: DeveloperPolicy,
  changes: Partial<FoundFlag> = {},
  reset: string | null = null,
): FoundFlag {
  const flag = { features: ["writable-usr"], ephemeral: false, policy, reset } as const;
  return { path: "/state/.holdfast/developer.json", encrypted: false, flag, suspicion: null, ...changes };
}

describe("the flag of developer mode", () => {
  test.each([
    ["open under open", found("open"), "open"],
    ["secret inside the volume", found("secret", { encrypted: true }), "secret"],
    ["wiped for, with the reset's id", found("wipe", {}, "r1"), "wipe"],
    ["wiped for, where only a secret was asked", found("wipe", { encrypted: true }, "r1"), "secret"],
  ] as const)("is believed: %s", (_what, flag, policy) => {
    expect(judgeFlag([flag], policy, "r1")).toEqual({ flag: flag.flag, problems: [] });
  });

  test.each([
    [
      "open under wipe",
      found("open"),
      "wipe",
      /turned on under the policy "open", and the policy is "wipe" now/,
    ],
    ["open under secret", found("open", { encrypted: true }), "secret", /policy is "secret" now/],
    ["secret beside the volume", found("secret"), "secret", /inside the encrypted volume/],
    [
      "wiped for by another reset",
      found("wipe", {}, "r0"),
      "wipe",
      /does not belong to a reset of this device/,
    ],
    ["wiped for by none", found("wipe"), "wipe", /does not belong to a reset/],
    ["damaged", found("open", { flag: null }), "open", /not a file that Holdfast wrote/],
    [
      "somebody else's",
      found("open", { suspicion: "it belongs to user 1000, not to root" }),
      "open",
      /user 1000/,
    ],
  ] as const)("is not believed, and that is said: %s", (_what, flag, policy, why) => {
    const judged = judgeFlag([flag], policy, "r1");
    expect(judged.flag).toBeNull();
    expect(judged.problems).toEqual([expect.stringMatching(why)]);
  });

  test("of two policies the stricter one is wipe, then secret", () => {
    expect(stricter("open", "secret")).toBe("secret");
    expect(stricter("wipe", "secret")).toBe("wipe");
  });
});

describe("the key of an image", () => {
  test("is its root hash, whatever else is known", () => {
    expect(imageKey({ rootHash: "ab12", version: "1", fingerprint: "ff" })).toBe("ab12");
  });

  test("tells two builds of one version apart", () => {
    const key = (fingerprint: string) => imageKey({ rootHash: null, version: "2.0", fingerprint });
    expect(key("aaaa")).not.toBe(key("bbbb"));
  });

  test("is safe as a folder's name, whatever a version says", () => {
    for (const version of ["../..", "a/b", "", "..", "a,b:c\\d"]) {
      expect(imageKey({ rootHash: null, version, fingerprint: "aa" })).toMatch(
        /^[A-Za-z0-9_~^+-][A-Za-z0-9._~^+-]*$/,
      );
    }
  });

  test("is not known where nothing tells the image from another", () => {
    expect(imageKey({ rootHash: null, version: "2.0", fingerprint: null })).toBeNull();
  });
});

describe("a layer whose image was updated", () => {
  const layer = { key: "old", slot: "a", bytes: 5, setAside: false };

  test("is a question about its slot", () => {
    expect(changedBase([layer], [{ slot: "a", key: "new" }])).toEqual({ slot: "a", key: "old" });
  });

  test.each([
    [
      "the image still runs in another slot",
      layer,
      [
        { slot: "a", key: "new" },
        { slot: "b", key: "old" },
      ],
    ],
    ["it was set aside", { ...layer, setAside: true }, [{ slot: "a", key: "new" }]],
    ["the slot cannot be read", layer, [{ slot: "a", key: null }]],
    ["the slot is gone", layer, [{ slot: "b", key: "new" }]],
  ])("is none where %s", (_what, stored, images) => {
    expect(changedBase([stored], images)).toBeNull();
  });

  test("is shown without a slot", () => {
    expect(placeLayers([layer], [{ slot: "a", key: "new" }])).toEqual([
      { key: "old", slot: null, bytes: 5, setAside: false },
    ]);
  });
});

describe("who makes /usr writable", () => {
  const plain = { depth: 0, systemd: 252, extensions: 0, canLink: true, ephemeral: false };

  test("is Holdfast where nothing is merged", () => {
    expect(usrWay(plain)).toEqual({ by: "overlay", warning: null });
    expect(usrWay({ ...plain, systemd: 257 })).toEqual({ by: "overlay", warning: null });
  });

  test("is Holdfast below an older systemd's extensions, with a word about it", () => {
    expect(usrWay({ ...plain, extensions: 1 })).toMatchObject({
      by: "overlay",
      warning: expect.stringMatching(/unmerge/),
    });
  });

  test("is systemd-sysext from 256 on where it merges", () => {
    expect(usrWay({ ...plain, systemd: 256, extensions: 1 }).by).toBe("systemd-sysext");
    expect(usrWay({ ...plain, systemd: 256, extensions: 1, canLink: false }).by).toBe("overlay");
    expect(usrWay({ ...plain, systemd: 256, extensions: 1, canLink: false, ephemeral: true }).by).toBe(
      "systemd-sysext",
    );
  });

  test("is nobody where the kernel could not stack one more", () => {
    expect(usrWay({ ...plain, depth: 2 })).toMatchObject({
      by: "nobody",
      reason: expect.stringMatching(/two at most/),
    });
    expect(usrWay({ ...plain, depth: 1, extensions: 1 }).by).toBe("nobody");
    expect(usrWay({ ...plain, depth: 1 }).by).toBe("overlay");
  });
});
