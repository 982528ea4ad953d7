/** What Go's `strconv`, `time`, `regexp` and `encoding/base64` said about these texts; sops uses nothing else. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeBase64 } from "../../src/crypto/base64.ts";
import { parseToken } from "../../src/crypto/envelope.ts";
import { canonicalText } from "../../src/crypto/plaintext.ts";
import type { ValueType } from "../../src/crypto/plaintext.ts";
import { nanosecondPrecision, secondPrecision } from "../../src/crypto/timestamp.ts";

type Row = readonly [text: string, reading: string | null];

interface TokenReading {
  readonly data: string;
  readonly iv: string;
  readonly tag: string;
  readonly type: string;
  readonly rest: string;
  readonly base64: boolean;
}

interface Vectors {
  readonly floats: readonly Row[];
  readonly ints: readonly Row[];
  readonly bools: readonly Row[];
  readonly times: readonly (readonly [text: string, seconds: string | null, nanoseconds: string | null])[];
  readonly base64: readonly Row[];
  readonly tokens: readonly (readonly [text: string, reading: TokenReading | null])[];
}

const vectors: Vectors = JSON.parse(readFileSync(new URL("go-vectors.json", import.meta.url), "utf8"));

describe("plaintexts read as Go reads them", () => {
  const kinds: readonly (readonly [ValueType, readonly Row[]])[] = [
    ["float", vectors.floats],
    ["int", vectors.ints],
    ["bool", vectors.bools],
  ];
  for (const [type, rows] of kinds) {
    it(`${rows.length} texts of type ${type}`, () => {
      expect(rows.map(([text]) => [text, canonicalText(type, text) ?? null])).toEqual(rows);
    });
  }

  it(`${vectors.times.length} timestamps, with seconds and with nanoseconds`, () => {
    const ours = vectors.times.map(([text]) => [text, secondPrecision(text) ?? null, nanosecondPrecision(text) ?? null]);
    expect(ours).toEqual(vectors.times);
  });

  it("an integer of a million digits is refused at once", () => {
    const started = performance.now();
    expect(canonicalText("int", "9".repeat(1_000_000))).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

it(`${vectors.base64.length} texts decode as Go's standard Base64`, () => {
  const ours = vectors.base64.map(([text]) => {
    const bytes = decodeBase64(text);
    return [text, bytes === undefined ? null : Buffer.from(bytes).toString("hex")];
  });
  expect(ours).toEqual(vectors.base64);
});

it(`${vectors.tokens.length} texts are taken apart as sops's pattern does`, () => {
  const ours = vectors.tokens.map(([text]) => {
    const token = parseToken(text);
    return [text, token && { ...token, end: undefined, rest: text.slice(token.end), base64: true }];
  });
  const theirs = vectors.tokens.map(([text, reading]) => [text, reading?.base64 === true ? reading : undefined]);
  expect(ours).toEqual(theirs);
});
