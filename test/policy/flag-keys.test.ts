import { expect, test } from "vitest";
import { parseMasterKeys } from "../../src/policy/flag-keys.ts";
import { refuseSecret, withoutDuplicates } from "../../src/policy/recipients.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { thrownBy } from "./thrown.ts";

const SETTINGS = { context: undefined, profile: "" };
const [ana, ben] = [vectorRecipient("ana"), vectorRecipient("ben")];

test("a list names a key for each of its parts", () => {
  expect(parseMasterKeys("age", `${ana},${ben}`, SETTINGS).map((key) => [key.provider, key.label])).toEqual([
    ["age", ana],
    ["age", ben],
  ]);
  expect(parseMasterKeys("age", "", SETTINGS)).toEqual([]);
  expect(parseMasterKeys("nothing", "", SETTINGS)).toEqual([]);
});

test("a kind that there is not, and a spelling that is no key, are refused with what would be one", () => {
  expect(thrownBy(() => parseMasterKeys("pigeon", "x", SETTINGS))).toMatchObject({
    code: "RECIPIENT_INVALID",
    message: "pigeon is no kind of key",
  });
  const wrong = thrownBy(() => parseMasterKeys("hc_vault", "x", SETTINGS));
  expect(wrong).toMatchObject({ code: "RECIPIENT_INVALID", hints: [expect.stringMatching(/\S/)] });
});

test.each(["AGE-SECRET-KEY-1QQQ", "age-secret-key-pq-1qqq", "AGE-PLUGIN-X-1QQQ", "-----BEGIN OPENSSH PRIVATE KEY-----"])(
  "a secret key in place of a recipient is not repeated: %s",
  (secret) => {
    expect(thrownBy(() => parseMasterKeys("age", secret, SETTINGS))).toMatchObject({
      code: "RECIPIENT_INVALID",
      message: "failed to parse input, this is a secret key where a recipient belongs",
      hints: [
        "a recipient is the public half, age1… or ssh-…: `age-keygen -y FILE` prints it",
        "if the secret key was written to a file or a log, replace it",
      ],
    });
    expect(() => refuseSecret(secret)).toThrow("this is a secret key where a recipient belongs");
  },
);

test("a recipient is no secret", () => {
  expect(() => refuseSecret(ana)).not.toThrow();
});

test("of equal keys the first stays", () => {
  const keys = parseMasterKeys("age", `${ana},${ben},${ana}`, SETTINGS);
  expect(withoutDuplicates(keys)).toEqual(keys.slice(0, 2));
});
