/** Changing .sops.yaml: only what names the recipient changes, in every form in which a rule may be written. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Config, loadConfig } from "../../src/policy/config.ts";
import { addToRules, removeFromRules } from "../../src/policy/edit-rules.ts";
import { vectorRecipient } from "../support/vectors.ts";

const [ana, ben, cara] = [vectorRecipient("ana"), vectorRecipient("ben"), vectorRecipient("cara")];
const ARN = "arn:aws:kms:eu-west-1:111122223333:key/example";
const load = (text: string): Promise<Config> => loadConfig("/project/.sops.yaml", text);
/** A, B and C for the recipients. */
const written = (text: string): string => text.replaceAll(/\b[ABC]\b/g, (letter) => ({ A: ana, B: ben, C: cara })[letter] ?? letter);
const brief = (text: string): string => text.replaceAll(ana, "A").replaceAll(ben, "B").replaceAll(cara, "C");
const without = async (text: string, label = ben): Promise<string> => brief((await removeFromRules(await load(written(text)), label)).text);

const TEAM = `# who
keys:
  - &ana A # admin
  - &ben   B   # left in March
  - &ops
    C
creation_rules:
  # production
  - path_regex: ^prod/
    age: [*ana, *ben, *ops]
  - path_regex: '^dev/'
    age: >-
      A,
      B,
      C
    encrypted_regex: ^(a|b)$
  - age: *ana

sotto:
  people:
    ana: {keys: [*ana], email: ana@example.org}
    ben:
      # a laptop
      keys:
        - *ben
      machine: false
    ops: {keys: *ops, machine: true}
`;

describe("a recipient is removed", () => {
  test("from everywhere, and all other text stays", async () => {
    expect(await without(TEAM)).toBe(
      TEAM.replace("  - &ben   B   # left in March\n", "")
        .replace("*ana, *ben, *ops", "*ana, *ops")
        .replace("      B,\n", "")
        .replace("    ben:\n      # a laptop\n      keys:\n        - *ben\n      machine: false\n", ""),
    );
    expect(await without(TEAM, cara)).toBe(
      TEAM.replace("  - &ops\n    C\n", "")
        .replace(", *ops", "")
        .replace("B,\n      C", "B")
        .replace("    ops: {keys: *ops, machine: true}\n", ""),
    );
  });

  test.each([
    ["creation_rules:\n  - age: A,B\n", "creation_rules:\n  - age: A\n"],
    ["creation_rules:\n  - age: B,A\n", "creation_rules:\n  - age: A\n"],
    ['creation_rules:\n  - age: "B, A , C" # c\n', 'creation_rules:\n  - age: "A , C" # c\n'],
    ["creation_rules: [{age: [B, A]}]\n", "creation_rules: [{age: [A]}]\n"],
    ["creation_rules: [{age: [A, B, B]}]\n", "creation_rules: [{age: [A]}]\n"],
    ["creation_rules:\n- age:\n  - B\n  - A\n  path_regex: x", "creation_rules:\n- age:\n  - A\n  path_regex: x"],
    ["creation_rules:\n  - age: B\n    pgp: AAAA\n    path_regex: x\n", "creation_rules:\n  - pgp: AAAA\n    path_regex: x\n"],
    ["creation_rules:\n  - path_regex: x\n    age: B\n    pgp: AAAA\n", "creation_rules:\n  - path_regex: x\n    pgp: AAAA\n"],
    ["creation_rules:\n  - age: B\n    kms: K\n".replace("K", ARN), `creation_rules:\n  - kms: ${ARN}\n`],
    [
      "creation_rules:\n  - key_groups:\n      - age:\n          - A\n          - B\n      - age: [C]\n",
      "creation_rules:\n  - key_groups:\n      - age:\n          - A\n      - age: [C]\n",
    ],
    ["creation_rules:\r\n  - age:\r\n      - A\r\n      - B\r\n", "creation_rules:\r\n  - age:\r\n      - A\r\n"],
    ["x: &all [A, B]\ncreation_rules:\n  - age: A\n", "x: &all [A, B]\ncreation_rules:\n  - age: A\n"],
    ["keys: &all [A, B]\ncreation_rules:\n  - age: *all\n", "keys: &all [A]\ncreation_rules:\n  - age: *all\n"],
    ["creation_rules:\n  - age: [A, B]\nsotto:\n  # c\n  people:\n    ben: {keys: [B]}\n", "creation_rules:\n  - age: [A]\nsotto: {}\n"],
    ["keys: [&b B]\ncreation_rules:\n  - age: A\nsotto: {people: {ben: {keys: [*b]}}}\n", "creation_rules:\n  - age: A\nsotto: {}\n"],
  ])("from %j", async (before, after) => {
    expect(await without(before)).toBe(after);
  });

  test("in other spellings, and from mappings of key groups", async () => {
    const text = `creation_rules:\n  - key_groups:\n      - age: [A]\n        kms:\n          - arn: ${ARN}\n            role: arn:aws:iam::111122223333:role/example\n          - arn: ${ARN}2\n`;
    expect(await without(text, ARN)).toBe(`creation_rules:\n  - key_groups:\n      - age: [A]\n        kms:\n          - arn: ${ARN}2\n`);
    const azure =
      "creation_rules:\n  - key_groups:\n      - age: [A]\n        azure_keyvault:\n          - {vaultUrl: https://x.example.org, key: k, version: v1}\n";
    expect(await without(azure, "https://x.example.org/keys/k/v1")).toBe("creation_rules:\n  - key_groups:\n      - age: [A]\n");
    const ssh = "creation_rules:\n  - age: A,ssh-ed25519 AAAAC3Nza ben@laptop\n";
    expect(await without(ssh, "ssh-ed25519 AAAAC3Nza")).toBe("creation_rules:\n  - age: A\n");
  });

  test("never so that nobody is left, or that a key group is empty", async () => {
    const left = { code: "REFUSED", message: "nobody would be left who can read the files of the rule in line 2" };
    await expect(without("creation_rules:\n  - age: B\n")).rejects.toMatchObject(left);
    await expect(without("creation_rules:\n  - key_groups: [{age: [B]}, {age: [A]}]\n")).rejects.toMatchObject(left);
    const published = `creation_rules:\n  - age: A\ndestination_rules:\n  - s3_bucket: b\n    path_regex: x\n    recreation_rule: {age: B}\n`;
    await expect(without(published)).rejects.toMatchObject({ code: "REFUSED" });
  });

  test("and nothing happens when nobody names it", async () => {
    expect(await without(TEAM, "age1nobody")).toBe(TEAM);
  });
});

const withCara = async (text: string, rules: readonly number[], name?: string): Promise<string> => {
  const added = { provider: "age", recipient: cara, rules, ...(name === undefined ? {} : { name }) };
  return brief((await addToRules(await load(written(text)), added)).text);
};

describe("a recipient is added", () => {
  test("with a name, beside the others", async () => {
    const text =
      "keys:\n  - &ana A\ncreation_rules:\n  - path_regex: ^a\n    age: *ana # c\n  - age: A\nsotto:\n  people:\n    ana:\n      keys: [*ana]\n";
    expect(await withCara(text, [0], "cara")).toBe(
      "keys:\n  - &ana A\n  - &cara C\ncreation_rules:\n  - path_regex: ^a\n    age: [*ana, *cara] # c\n  - age: A\nsotto:\n  people:\n    ana:\n      keys: [*ana]\n    cara:\n      keys:\n        - *cara\n",
    );
  });

  test.each([
    ["creation_rules:\n  - age: A\n", "creation_rules:\n  - age: A,C\n"],
    ["creation_rules:\n  - age: 'A, B' # c\n", "creation_rules:\n  - age: 'A, B,C' # c\n"],
    [
      "creation_rules:\n  - age: >-\n      A,\n      B\n    pgp: AAAA\n",
      "creation_rules:\n  - age: >-\n      A,\n      B,C\n    pgp: AAAA\n",
    ],
    [
      "creation_rules:\n  - age:\n      - A # c\n      - B\n    # tail",
      "creation_rules:\n  - age:\n      - A # c\n      - B\n      - C\n    # tail",
    ],
    ["creation_rules:\n  - age: [A]", "creation_rules:\n  - age: [A, C]"],
    ["creation_rules:\n  - pgp: AAAA", "creation_rules:\n  - pgp: AAAA\n    age: C\n"],
    ["creation_rules:\n  - pgp: AAAA\n    age:\n    path_regex: x\n", "creation_rules:\n  - pgp: AAAA\n    age: C\n    path_regex: x\n"],
    ["creation_rules: [{pgp: AAAA}]\n", "creation_rules: [{pgp: AAAA, age: C}]\n"],
    [
      "keys:\n  - &all [A, B]\ncreation_rules:\n  - age: *all\n  - age: *all\n",
      "keys:\n  - &all [A, B]\ncreation_rules:\n  - age: [A, B, C]\n  - age: *all\n",
    ],
    ["creation_rules:\n  - age: &x A\n  - age: *x\n", "creation_rules:\n  - age: [&x A, C]\n  - age: *x\n"],
    [
      "creation_rules:\n  - key_groups:\n      - pgp: [AAAA]\n      - age: [A]\n",
      "creation_rules:\n  - key_groups:\n      - pgp: [AAAA]\n        age: [C]\n      - age: [A]\n",
    ],
    ["creation_rules:\n  - age: C\n", "creation_rules:\n  - age: C\n"],
  ])("to %j", async (before, after) => {
    expect(await withCara(before, [0])).toBe(after);
  });

  test("with a name where names have no place yet", async () => {
    expect(await withCara("# head\ncreation_rules:\n  - age: [A]\n", [0], "Cara")).toBe(
      "# head\nkeys:\n  - &cara C\ncreation_rules:\n  - age: [A, *cara]\n",
    );
    const taken = "keys: [&cara B]\ncreation_rules:\n  - age: A\nsotto: {schema: s.json}\n";
    expect(await withCara(taken, [0], "cara")).toBe(
      "keys: [&cara B, &cara-2 C]\ncreation_rules:\n  - age: [A, *cara-2]\nsotto: {schema: s.json, people: {cara: {keys: [*cara-2]}}}\n",
    );
  });

  test("never to more rules than those that were named", async () => {
    const shared = "creation_rules:\n  - age: &x\n      - A\n  - age: *x\n";
    await expect(withCara(shared, [0])).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("nothing was changed") as string,
    });
    const merged = "base: &base {age: A}\ncreation_rules:\n  - <<: *base\n    path_regex: ^a\n  - *base\n";
    await expect(withCara(merged, [1])).rejects.toMatchObject({ code: "REFUSED" });
  });

  test("as a KMS key of a key group, and not as a secret key", async () => {
    const text = "creation_rules:\n  - key_groups:\n      - age: [A]\n";
    const config = await load(written(text));
    expect(brief((await addToRules(config, { provider: "kms", recipient: ARN, rules: [0] })).text)).toBe(
      `${text}        kms: [{arn: ${ARN}}]\n`,
    );
    await expect(addToRules(config, { provider: "age", recipient: "AGE-SECRET-KEY-1EXAMPLE", rules: [0] })).rejects.toMatchObject({
      code: "REFUSED",
    });
  });
});

test("who is added and removed again leaves the rules as they were", async () => {
  const forms = fc.constantFrom("A", "A,B", "[A]", "[A, B]", '"A, B"', ">-\n      A,\n      B", "\n      - A\n      - B", "\n    - A");
  await fc.assert(
    fc.asyncProperty(fc.array(forms, { minLength: 1, maxLength: 4 }), fc.nat(3), async (values, chosen) => {
      const text = written(`creation_rules:\n${values.map((one, index) => `  - path_regex: ^r${index}/\n    age: ${one}\n`).join("")}`);
      const { config } = await addToRules(await load(text), { provider: "age", recipient: cara, rules: [chosen % values.length] });
      expect((await removeFromRules(config, cara)).text).toBe(text);
    }),
    { numRuns: 100 },
  );
});
