/**
 * Wycheproof's vectors of AES-GCM (C2SP, Go module github.com/c2sp/wycheproof of 2026-09-02, `aes_gcm_test.json`; Apache-2.0), all 316,
 * one a line: number, comment, key, IV, AAD, plaintext, ciphertext, tag, verdict. Every tag has 16 bytes; the IVs have 1 to 257.
 *
 * Out of scope are the three with an IV of 257 bytes, valid in themselves: OpenSSL takes no more than 128, nobody writes longer ones, and
 * sotto refuses them.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DataKey } from "../../src/crypto/data-key.ts";
import { openBytes } from "../../src/crypto/gcm.ts";
import type { Primitives } from "../../src/crypto/primitives.ts";
import { primitives as onNode } from "../../src/crypto/primitives-node.ts";
import { primitives as portable } from "../../src/crypto/primitives-portable.ts";
import { decodeText } from "../../src/model/text.ts";

type Row = readonly [
  id: number,
  comment: string,
  key: string,
  iv: string,
  aad: string,
  plaintext: string,
  ciphertext: string,
  tag: string,
  verdict: "valid" | "invalid",
];

const rows: readonly Row[] = readFileSync(new URL("wycheproof-aes-gcm.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const hexOf = (data: Uint8Array): string => Buffer.from(data).toString("hex");
const MAX_IV = 128;
/** The portable cipher is GCM as noble has it. */
const MIN_PORTABLE_IV = 8;

test("all vectors are here, and their tags are ours", () => {
  expect(rows).toHaveLength(316);
  expect(rows.filter(([, , , , , , , tag]) => tag.length !== 32)).toEqual([]);
  expect(rows.filter(([, , , iv]) => iv.length / 2 > MAX_IV).map(([id, , , , , , , , verdict]) => [id, verdict])).toHaveLength(3);
});

describe.each([16, 24, 32])("a value under a key of %d bytes", (length) => {
  test.each(rows.filter(([, , key]) => key.length / 2 === length))(
    "%i %s",
    (_, _comment, key, iv, aad, plaintext, ciphertext, tag, verdict) => {
      const opened = openBytes(DataKey.from(bytes(key)), bytes(ciphertext), decodeText(bytes(aad)), bytes(iv), bytes(tag));
      const expected = verdict === "valid" && iv.length / 2 <= MAX_IV ? plaintext : undefined;
      expect(opened === undefined ? undefined : hexOf(opened)).toBe(expected);
    },
  );
});

describe.each<[string, Primitives, number]>([
  ["on node:crypto", onNode, 1],
  ["without it", portable, MIN_PORTABLE_IV],
])("the cipher %s", (_, primitives, least) => {
  const within = rows.filter(([, , , iv]) => iv.length / 2 >= least && iv.length / 2 <= MAX_IV);

  test("opens what is valid, and nothing else", () => {
    const wrong = within.filter(([, , key, iv, aad, plaintext, ciphertext, tag, verdict]) => {
      const opened = primitives.createAesGcm(bytes(key)).open(bytes(ciphertext), decodeText(bytes(aad)), bytes(iv), bytes(tag));
      return (opened === undefined ? undefined : hexOf(opened)) !== (verdict === "valid" ? plaintext : undefined);
    });
    expect(wrong).toEqual([]);
  });

  test("seals to the same bytes", () => {
    const valid = within.filter(([, , , , , , , , verdict]) => verdict === "valid");
    const wrong = valid.filter(([, , key, iv, aad, plaintext, ciphertext, tag]) => {
      const sealed = primitives.createAesGcm(bytes(key)).seal(decodeText(bytes(plaintext)), decodeText(bytes(aad)), bytes(iv));
      return hexOf(sealed.ciphertext) !== ciphertext || hexOf(sealed.tag) !== tag;
    });
    expect(wrong).toEqual([]);
    expect(valid.length).toBeGreaterThan(200);
  });
});
