import { describe, expect, it } from "vitest";
import { alignBlock } from "../../src/metadata/align.ts";
import { toBranch } from "./trees.ts";

const keysOf = (value: object): readonly string[] => Object.keys(value);

describe("a block in the shape of an older one", () => {
  it("keeps the order of the old, and puts new fields where sops would", () => {
    const old = { version: "1", mac: "m", kms: [], pgp: null, lastmodified: "t" };
    const next = { age: [], lastmodified: "u", mac: "n", mac_only_encrypted: true, shamir_threshold: 2, version: "1" };
    const expected = {
      age: [],
      version: "1",
      mac: "n",
      mac_only_encrypted: true,
      shamir_threshold: 2,
      kms: [],
      pgp: null,
      lastmodified: "u",
    };
    const block = alignBlock(toBranch(next), toBranch(old));
    expect(block).toEqual(toBranch(expected));
    expect(block.entries.map((entry) => entry.kind === "pair" && entry.key)).toEqual(keysOf(expected));
  });

  it("drops fields that say something and are gone", () => {
    const old = { key_groups: [{ age: [] }], encrypted_regex: "a", unencrypted_suffix: "", shamir_threshold: 0 };
    expect(alignBlock(toBranch({ mac: "m" }), toBranch(old))).toEqual(toBranch({ mac: "m", unencrypted_suffix: "", shamir_threshold: 0 }));
  });

  it("keeps null where nothing has become an empty list, and the other way round", () => {
    const old = { key_groups: [{ hc_vault: null, age: [{ recipient: "a", enc: "1" }] }] };
    const next = { key_groups: [{ age: [{ enc: "2", recipient: "a" }], hc_vault: [] }] };
    const expected = { key_groups: [{ hc_vault: null, age: [{ recipient: "a", enc: "2" }] }] };
    expect(alignBlock(toBranch(next), toBranch(old))).toEqual(toBranch(expected));
  });

  it("finds the same key in another place, and gives new keys the order of their neighbours", () => {
    const old = {
      age: [
        { recipient: "a", enc: "1" },
        { enc: "2", recipient: "b" },
      ],
    };
    const next = {
      age: [
        { enc: "2", recipient: "b" },
        { enc: "3", recipient: "c" },
        { enc: "4", recipient: "d" },
      ],
    };
    const block = alignBlock(toBranch(next), toBranch(old));
    expect(block).toEqual(
      toBranch({
        age: [
          { enc: "2", recipient: "b" },
          { enc: "3", recipient: "c" },
          { enc: "4", recipient: "d" },
        ],
      }),
    );
    const reversed = alignBlock(toBranch(next), toBranch({ age: [{ recipient: "x", enc: "0" }] }));
    expect(reversed).toEqual(
      toBranch({
        age: [
          { recipient: "b", enc: "2" },
          { recipient: "c", enc: "3" },
          { recipient: "d", enc: "4" },
        ],
      }),
    );
  });

  it("keeps the case of names", () => {
    expect(alignBlock(toBranch({ mac: "n" }), toBranch({ MAC: "m" }))).toEqual(toBranch({ MAC: "n" }));
  });
});
