/**
 * The community's vectors of the age format (C2SP CCTV, module c2sp.org/CCTV/age of 2026-08-29; 0BSD, CC0 or Unlicense): all of them,
 * one a line, the file in Base64. What is meant to fail has to fail at the right step.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import { armor } from "age-encryption";
import { describe, expect, test } from "vitest";
import { age } from "../../../keys/age.ts";
import { decryptFile } from "../../../keys/age/file.ts";
import type { HeldIdentity } from "../../../keys/age/identities.ts";
import { openQuickly } from "../../../keys/age/quick.ts";
import { parseIdentities } from "../../../keys/age/identities.ts";
import { scryptIdentity } from "../../../keys/age/scrypt.ts";
import { SottoError } from "../../../src/model/error.ts";
import { DEFAULT_FILE, failureOf, fakeContext, fakePrompt, recipientIn } from "../context.ts";

interface Vector {
  readonly name: string;
  readonly expect: keyof typeof OUTCOMES;
  /** SHA-256 of the payload, in hexadecimal digits. */
  readonly payload?: string;
  readonly compressed?: "zlib";
  readonly armored?: "yes";
  readonly identity?: readonly string[];
  readonly passphrase?: readonly string[];
  readonly comment?: string;
  readonly file: string;
}

/** What this program says of each expectation. */
const OUTCOMES = {
  success: /^opened$/,
  "no match": /^unmatched$/,
  "HMAC failure": /^bad header MAC$/,
  // A stanza that is not well formed inside is found by the identity that it is for.
  "header failure":
    /^failed to read header: (?!invalid armor)|^invalid (?:X25519|scrypt|mlkem768x25519) (?:recipient block|stanza)|^scrypt work factor too large|^an scrypt recipient must be the only one$/,
  "payload failure": /^failed to decrypt and authenticate payload chunk/,
  "armor failure": /^failed to read header: invalid armor: /,
} as const;

/** Refused, at another step than the vectors have in mind; nothing is released in any of them. */
const ELSEWHERE: Readonly<Record<string, RegExp>> = {
  // Where sotto meets age files an empty text is no armor, let alone a header.
  empty: /^failed to read header: invalid armor: /,
  armor_empty: /^failed to read header: invalid armor: /,
  // `age-encryption` takes the line apart later than age.
  hmac_garbage: /^bad header MAC$/,
  hmac_missing: /^bad header MAC$/,
  hmac_truncated: /^bad header MAC$/,
  // It reads the nonce when the header is done.
  stream_no_nonce: /^stream ended before reading 16 bytes$/,
  stream_short_nonce: /^stream ended before reading 16 bytes$/,
  // The words of the curves.
  hybrid_identity: /^invalid private or public key received$/,
  hybrid_low_order: /^invalid private or public key received$/,
  hybrid_not_canonical_enc: /^Non-zero padding: 16$/,
};

const vectors: readonly Vector[] = readFileSync(join(import.meta.dirname, "cctv", "vectors.jsonl"), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Vector);

function contentOf(vector: Vector): Uint8Array {
  const bytes = Buffer.from(vector.file, "base64");
  return Uint8Array.from(vector.compressed === "zlib" ? inflateSync(bytes) : bytes);
}

/** sotto meets age files as armor only. */
function textOf(vector: Vector): string {
  const content = contentOf(vector);
  return vector.armored === "yes" ? Buffer.from(content).toString("latin1") : armor.encode(content);
}

function identitiesOf(vector: Vector): readonly HeldIdentity[] {
  const text = new TextEncoder().encode((vector.identity ?? []).join("\n"));
  return parseIdentities(text, { source: "vector", words: false, context: fakeContext() });
}

test("all vectors are here", () => {
  expect(vectors).toHaveLength(147);
  const counts = Object.groupBy(vectors, (vector) => vector.expect);
  expect(
    Object.entries(counts)
      .map(([kind, of]) => `${kind}: ${of?.length}`)
      .toSorted(),
  ).toEqual(["HMAC failure: 1", "armor failure: 26", "header failure: 62", "no match: 13", "payload failure: 19", "success: 26"]);
});

describe("a wrapped key, with our own identities", () => {
  test.each(vectors.map((vector) => [vector.name, vector] as const))("%s", async (_, vector) => {
    const identities = identitiesOf(vector).map(({ use }) => use);
    const passphrases = (vector.passphrase ?? []).map((passphrase) => scryptIdentity(async () => new TextEncoder().encode(passphrase)));
    const result = await decryptFile(textOf(vector), [...identities, ...passphrases]);
    expect(result.state === "broken" ? result.reason : result.state).toMatch(ELSEWHERE[vector.name] ?? OUTCOMES[vector.expect]);
    const hash = result.state === "opened" ? createHash("sha256").update(result.payload).digest("hex") : undefined;
    expect(hash).toBe(vector.expect === "success" ? vector.payload : undefined);
  });
});

test("the short way opens what it should of them, and nothing else", async () => {
  const opened: string[] = [];
  for (const vector of vectors) {
    const payload = await openQuickly(textOf(vector), identitiesOf(vector));
    if (payload === undefined) continue;
    opened.push(vector.name);
    expect(createHash("sha256").update(payload).digest("hex")).toBe(vector.payload);
  }
  expect(opened.filter((name) => vectors.find((vector) => vector.name === name)?.expect !== "success")).toEqual([]);
  expect(opened).toContain("x25519");
});

describe("the key provider, which takes data keys and shares only", () => {
  const unlocked = vectors.filter((vector) => vector.passphrase === undefined);

  test.each(unlocked.map((vector) => [vector.name, vector] as const))("%s", async (_, vector) => {
    const context = fakeContext({ env: { SOPS_AGE_KEY: (vector.identity ?? []).join(" ") } });
    const key = { provider: "age", label: recipientIn("ana.txt"), wrapped: textOf(vector), stored: {} };
    const error = await failureOf(age.unwrap(key, context));
    expect(SottoError.is(error) && error.code).toMatch(/^(?:DATA_KEY_UNAVAILABLE|IDENTITY_INVALID)$/);
    const isSize = /^the wrapped data key has \d+ bytes, expected 32/.test(error.message);
    expect(isSize).toBe(vector.expect === "success");
  });
});

describe("an identity file that is locked", () => {
  const plain = vectors.find((vector) => vector.name === "x25519");
  if (plain === undefined) throw new Error("the vector is gone");
  const locked = vectors.filter((vector) => vector.passphrase?.length === 1);

  test.each(locked.map((vector) => [vector.name, vector] as const))("%s", async (_, vector) => {
    const prompt = fakePrompt(vector.passphrase?.[0] ?? "");
    const content = contentOf(vector);
    const context = { ...fakeContext({ prompt }), readFile: async (path: string) => (path === DEFAULT_FILE ? content : undefined) };
    const key = { provider: "age", label: recipientIn("ana.txt"), wrapped: textOf(plain), stored: {} };
    const error = await failureOf(age.unwrap(key, context));
    // What comes out is no identity, except where nothing comes out.
    const opened = /age identities: unknown identity type|did not match any of the recipients/.test(error.message);
    expect(opened).toBe(vector.expect === "success");
    expect(prompt.asked.length).toBeLessThanOrEqual(1);
  });
});
