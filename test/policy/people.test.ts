import { expect, test } from "vitest";
import { loadConfig } from "../../src/policy/config.ts";
import { findPerson, nameOfRecipient } from "../../src/policy/people.ts";
import { A, B, C } from "./rule-cases.ts";

const config = await loadConfig(
  "/p/.sops.yaml",
  `keys: [&ana ${A}, &spare ${B}]
sotto:
  people:
    Ana: {keys: [*ana, "ssh-ed25519 AAAAkey ana@laptop", "FBC7 B9E2 A4F9 289A C0C1 D484 3D16 CEE4 A27B 3C52"]}
    ci: {keys: ["arn:aws:kms:eu-west-1:1:key/k", "https://v.vault.azure.net/keys/n/"], machine: true}
`,
);

test.each([
  [A, "Ana"],
  [B, "spare"],
  [C, undefined],
  ["ssh-ed25519 AAAAkey", "Ana"],
  ["ssh-ed25519 AAAAkey other comment", "Ana"],
  ["ssh-ed25519 AAAAother ana@laptop", undefined],
  ["fbc7b9e2a4f9289ac0c1d4843d16cee4a27b3c52!", "Ana"],
  ["arn:aws:kms:eu-west-1:1:key/k", "ci"],
  ["arn:aws:kms:eu-west-1:1:key/k+arn:aws:iam::1:role/r|a:b|profile", "ci"],
  ["arn:aws:kms:eu-west-1:1:key/kk", undefined],
  ["https://v.vault.azure.net/keys/n/0123", "ci"],
  ["https://v.vault.azure.net/keys/nn/0123", undefined],
  ["https://v.vault.azure.net/keys/n/", "ci"],
])("%s is the key of %s", (label, name) => {
  expect(nameOfRecipient(config, label)).toBe(name);
});

test("without a config nobody is known", () => {
  expect(nameOfRecipient(undefined, A)).toBeUndefined();
  expect(findPerson(undefined, "Ana")).toBeUndefined();
});

test("a person is found by name", () => {
  expect(findPerson(config, "ci")).toMatchObject({ machine: true });
  expect(findPerson(config, "ana")).toBeUndefined();
});
