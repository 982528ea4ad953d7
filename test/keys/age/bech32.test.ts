import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBech32, encodeBech32 } from "../../../keys/age/bech32.ts";
import { identityOf, recipientIn } from "../context.ts";

const decode = (text: string): ReturnType<typeof decodeBech32> => decodeBech32(new TextEncoder().encode(text));

describe("Bech32", () => {
  test("reads what it writes, in either case and of any length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1300 }), fc.stringMatching(/^[a-z][a-z0-9+-]{0,20}$/), (bytes, prefix) => {
        const text = encodeBech32(prefix, bytes);
        expect(decode(text)).toEqual({ ok: true, prefix, bytes });
        expect(decode(text.toUpperCase())).toEqual({ ok: true, prefix: prefix.toUpperCase(), bytes });
      }),
    );
  });

  test("notices every change of one character", () => {
    const text = recipientIn("ana.txt");
    fc.assert(
      fc.property(fc.nat(text.length - 5), fc.constantFrom(...Array.from("qpzry9x8gf2tvdw0s3jn54khce6mua7l")), (at, char) => {
        const place = at + 4;
        fc.pre(text[place] !== char);
        expect(decode(text.slice(0, place) + char + text.slice(place + 1))).toEqual({ ok: false, reason: "invalid checksum" });
      }),
    );
  });

  // The valid and invalid strings of BIP 173 that need no limit of 90 characters.
  test.each(["A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "?1ezyfcl"])("accepts %s", (text) => {
    expect(decode(text).ok).toBe(true);
  });

  test.each([
    ["pzry9x0s0muk", "separator '1' at invalid position: pos=-1, len=12"],
    ["1pzry9x0s0muk", "separator '1' at invalid position: pos=0, len=13"],
    ["x1b4n0q5v", "invalid character data part"],
    ["li1dgmt3", "separator '1' at invalid position: pos=2, len=8"],
    ["A1G7SGD8", "invalid checksum"],
    ["10a06t8", "separator '1' at invalid position: pos=0, len=7"],
    ["a12UEL5L", "mixed case"],
    ["\u{20}1nwldj5", "invalid character human-readable part"],
    ["é1nwldj5", "invalid character human-readable part"],
  ])("refuses %j: %s", (text, reason) => {
    expect(decode(text)).toEqual({ ok: false, reason });
  });

  test("refuses bits that no byte uses", () => {
    // A single digit cannot be a byte; two digits leave two bits, which must be zero.
    expect(decode("a1qz8a27x")).toMatchObject({ ok: false });
    expect(decode(identityOf("ana.txt").slice(0, -1))).toMatchObject({ ok: false });
  });

  test("no reason holds a part of the text", () => {
    const identity = identityOf("ana.txt");
    for (let at = 16; at < identity.length; at += 1) {
      const result = decode(identity.slice(0, at) + "!" + identity.slice(at + 1));
      expect(result).toEqual({ ok: false, reason: "invalid character data part" });
    }
  });
});
