/** The bytes of the messages, by the rules of Protocol Buffers (sops: §5.11). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeRequest, decodeResponse, encodeRequest, encodeResponse, WireError } from "../../src/keyservice/messages.ts";
import { awsKms } from "../../keys/aws-kms.ts";
import type { MasterKey } from "../../src/model/keys.ts";
import { makeKey } from "../../src/model/provider.ts";
import { keyOf } from "../keys/context.ts";

const SHARE = Uint8Array.from([1, 2, 3]);

function toHex(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Buffer.from(bytes).toString("hex");
}

function text(value: string): string {
  return Buffer.from(value).toString("hex");
}

const kmsKey = (arn: string, role: string, context: Readonly<Record<string, string>> | undefined, aws_profile: string): MasterKey =>
  makeKey(awsKms, awsKms.fromStruct?.({ arn, role, context, aws_profile }) ?? {});

const KMS = kmsKey("a", "r", { z: "1", b: "" }, "p");

/** A key, and what stands between the tag of `key` and that of the bytes. */
const KEYS: readonly (readonly [string, MasterKey, string])[] = [
  ["age", keyOf("age", "age1x"), `32070a05${text("age1x")}`],
  ["pgp", keyOf("pgp", "AB CD"), `12060a04${text("ABCD")}`],
  ["gcp_kms", keyOf("gcp_kms", "p/q"), `1a050a03${text("p/q")}`],
  ["hckms", keyOf("hckms", "eu:1"), `3a060a04${text("eu:1")}`],
  ["azure_kv", keyOf("azure_kv", "https://v/keys/n/w"), `22110a09${text("https://v")}12016e1a0177`],
  ["hc_vault", keyOf("hc_vault", "http://v/v1/e/keys/k"), `2a100a08${text("http://v")}1201651a016b`],
  // An empty value is left out, the empty rest of an entry is not.
  ["kms", KMS, `0a160a01611201721a030a01621a060a017a120131220170`],
];

describe("a request", () => {
  test.each(KEYS)("with a key of %s is what protobuf makes of it", (_, key, middle) => {
    const length = (middle.length / 2).toString(16).padStart(2, "0");
    expect(toHex(encodeRequest(key, SHARE))).toBe(`0a${length}${middle}1203010203`);
  });

  test.each(KEYS)("with a key of %s comes back", (_, key) => {
    const read = decodeRequest(encodeRequest(key, SHARE) ?? new Uint8Array(0));
    expect(read.key).toMatchObject({ provider: key.provider, label: key.label });
    expect(read.key?.stored).toMatchObject(key.stored);
    expect(read.body).toEqual(SHARE);
  });

  test("cannot be made for a kind of key that the protocol lacks", () => {
    expect(encodeRequest({ provider: "tpm", label: "x", stored: {} }, SHARE)).toBeUndefined();
  });

  test.each([
    ["nothing", "", undefined],
    ["a key that is empty", "0a00", undefined],
    ["a kind of key that came later", "0a0442020a00", undefined],
    [
      "fields that nobody knows, of every type",
      "0a0832060a0461676531f80105f901" + "00".repeat(8) + "fd01" + "00".repeat(4) + "fa0101ff",
      "age1",
    ],
    ["two kinds of keys, of which the last counts", "0a0c12020a0032060a0461676531", "age1"],
  ])("may hold %s", (_, hex, label) => {
    expect(decodeRequest(Buffer.from(hex, "hex")).key?.label).toBe(label);
  });

  test.each([
    ["a field longer than the message", "0a0532"],
    ["a length without an end", "0aff"],
    ["a length of eleven bytes", "0a" + "ff".repeat(11)],
    ["a length beyond what can be", "0a" + "ff".repeat(9) + "01"],
    ["a group", "0b0c"],
    ["field number 0", "0200"],
    ["a text that is not UTF-8", "0a0532030a01ff"],
  ])("with %s is refused", (_, hex) => {
    expect(() => decodeRequest(Buffer.from(hex, "hex"))).toThrow(WireError);
  });
});

test("any bytes are a message or a WireError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect([failureOf(() => decodeRequest(bytes)), failureOf(() => decodeResponse(bytes))]).toSatisfy((failures: unknown[]) =>
        failures.every((one) => one === undefined || one instanceof WireError),
      );
    }),
  );
});

function failureOf(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

test("what is read is a copy, so that it can be wiped", () => {
  const response = encodeResponse(SHARE);
  const body = decodeResponse(response);
  response.fill(0);
  expect(body).toEqual(SHARE);
});

test("any request and response come back as they were", () => {
  const words = fc.string({ unit: "grapheme", maxLength: 300 });
  fc.assert(
    fc.property(
      words,
      words,
      words,
      fc.dictionary(words, words),
      fc.uint8Array({ maxLength: 400 }),
      (arn, role, profile, context, body) => {
        const key = kmsKey(arn, role, context, profile);
        const read = decodeRequest(encodeRequest(key, body) ?? new Uint8Array(0));
        expect(read.body).toEqual(body);
        expect(read.key?.stored).toEqual({ arn, role, aws_profile: profile, context });
        expect(decodeResponse(encodeResponse(body))).toEqual(body);
      },
    ),
    { numRuns: 50 },
  );
});
