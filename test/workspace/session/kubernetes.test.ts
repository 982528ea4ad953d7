import { expect, test } from "vitest";
import { encodeText } from "../../../src/model/text.ts";
import { decodeData, encodeData, isSecretData } from "../../../src/workspace/session/kubernetes.ts";
import { SessionFile } from "../../../src/workspace/session/session-file.ts";
import { BARE, sealText, type SealSettings } from "../../support/sotto.ts";

const SECRET = "apiVersion: v1\nkind: Secret\nmetadata:\n    name: example\ndata:\n    word: Y2FuYXJ5\nstringData:\n    other: text\n";
const BY_DATA: SealSettings = { selector: { kind: "encrypted_regex", pattern: "^(data|stringData)$" } };

async function read(plain: string, settings: SealSettings = {}): Promise<SessionFile> {
  return SessionFile.read(encodeText(await sealText(plain, "yaml", settings)), "secret.yaml", "yaml");
}

test("entries under data of a Secret are base64, others are not", async () => {
  const file = await read(SECRET, BY_DATA);
  expect(isSecretData(file, ["data", "word"])).toBe(true);
  expect(isSecretData(file, ["data", "new"])).toBe(true);
  expect(isSecretData(file, ["stringData", "other"])).toBe(false);
  expect(isSecretData(file, ["metadata", "name"])).toBe(false);
  expect(isSecretData(file, ["data"])).toBe(false);
  expect(isSecretData(file, ["data", "word", "x"])).toBe(false);
});

test("where the kind is encrypted too, the key is needed first", async () => {
  const file = await read(SECRET);
  expect(isSecretData(file, ["data", "word"])).toBe(false);
  await file.unlock(BARE);
  expect(isSecretData(file, ["data", "word"])).toBe(true);
});

test.each([
  ["another kind", SECRET.replace("Secret", "ConfigMap")],
  ["another version", SECRET.replace("v1", "v2")],
  ["no kind", SECRET.replace("kind: Secret\n", "")],
])("%s is no Secret", async (_, plain) => {
  expect(isSecretData(await read(plain, BY_DATA), ["data", "word"])).toBe(false);
});

test("in a list and in a stream each Secret is one", async () => {
  const items = SECRET.split("\n")
    .map((line, at) => (line === "" ? "" : `${at === 0 ? "    - " : "      "}${line}`))
    .join("\n");
  const list = await read(`apiVersion: v1\nkind: List\nitems:\n    - kind: Other\n      data:\n          word: x\n${items}`, BY_DATA);
  expect(isSecretData(list, ["items", "1", "data", "word"])).toBe(true);
  expect(isSecretData(list, ["items", "0", "data", "word"])).toBe(false);
  const implied = await read("apiVersion: v1\nkind: SecretList\nitems:\n    - data:\n          word: x\n", BY_DATA);
  expect(isSecretData(implied, ["items", "0", "data", "word"])).toBe(true);
  const stream = await read(`kind: Other\n---\n${SECRET}`, BY_DATA);
  expect(isSecretData(stream, ["data", "word"], 1)).toBe(true);
  expect(isSecretData(stream, ["data", "word"])).toBe(false);
});

test.each(["", "canary", "line one\nline two\n", "\uFEFFmarked", "ü 日本 \u0000"])("text goes through base64 and back: %j", (text) => {
  expect(decodeData(encodeData(text))).toEqual({ kind: "text", text });
});

test.each([
  ["Y2FuYXJ5", "text"],
  ["/w==", "binary"],
  ["Y2FuYXJ", "invalid"],
  ["YQ", "invalid"],
  ["YR==", "invalid"],
  ["Y2Fu\nYXJ5", "invalid"],
  ["Y2FuYXJ5\n", "invalid"],
  ["Y2F-YXJ5", "invalid"],
  ["Y2Fu YXJ5", "invalid"],
])("%j is %s", (base64, kind) => {
  expect(decodeData(base64).kind).toBe(kind);
});
