import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Metadata, SelectorKind } from "../../src/model/metadata.ts";
import { loadConfig } from "../../src/policy/config.ts";
import { explainFile, explainLeaf } from "../../src/policy/explain.ts";
import { compileSelector, decideByComments, decideByKeys } from "../../src/policy/selector.ts";
import { A, B } from "./rule-cases.ts";

const config = await loadConfig(
  "/p/.sops.yaml",
  `keys: [&ana ${A}]
creation_rules:
  - path_regex: ^x/
  - {path_regex: yaml$, age: [*ana, ${B}], encrypted_regex: ^data$}
  - {}
`,
);
const metadata: Metadata = {
  groups: [[{ provider: "age", label: B, stored: {} }]],
  threshold: 0,
  lastModified: "",
  mac: "",
  macOnlyEncrypted: false,
  selector: { kind: "encrypted_suffix", pattern: "_x" },
  version: "3.13.3",
  unknown: {},
};

test("a plain file is explained by its rule", async () => {
  const explanation = await explainFile(config, "/p/a.yaml", undefined);
  expect(explanation).toMatchObject({
    config: "/p/.sops.yaml",
    path: "a.yaml",
    matched: 1,
    problem: undefined,
    groups: [
      [
        { provider: "age", label: A, name: "ana" },
        { provider: "age", label: B, name: undefined },
      ],
    ],
    groupsFrom: "rule",
    selector: { kind: "encrypted_regex", pattern: "^data$", from: "rule", valid: true },
    ruleSelector: undefined,
  });
  expect(explanation.rules.map((rule) => rule.because)).toEqual([
    'path_regex ^x/ does not match "a.yaml"',
    'path_regex yaml$ matches "a.yaml"',
    "an earlier rule decided",
  ]);
});

test("an encrypted file keeps its own selector, and the rule's is named where it differs", async () => {
  expect(await explainFile(config, "/p/a.yaml", metadata)).toMatchObject({
    selector: { kind: "encrypted_suffix", pattern: "_x", from: "file" },
    ruleSelector: { kind: "encrypted_regex", pattern: "^data$" },
  });
  expect(await explainFile(config, "/p/a.json", { ...metadata, selector: undefined })).toMatchObject({
    matched: 2,
    selector: { kind: "unencrypted_suffix", pattern: "_unencrypted", from: "default" },
    ruleSelector: undefined,
  });
});

test("without a config, or without a matching rule, the file speaks for itself", async () => {
  expect(await explainFile(undefined, "/p/a.yaml", metadata)).toMatchObject({
    config: undefined,
    rules: [],
    groups: [[{ label: B }]],
    groupsFrom: "file",
  });
  const none = await explainFile(await loadConfig("/p/.sops.yaml", "creation_rules: []"), "/p/a.yaml", undefined);
  expect(none).toMatchObject({ matched: undefined, groups: [], groupsFrom: "nowhere", problem: { code: "NO_MATCHING_RULE" } });
});

const explain = async (
  kind: SelectorKind,
  pattern: string,
  keys: readonly string[],
  comments: readonly string[] = [],
  comment = false,
): Promise<unknown> => Object.values(explainLeaf(await compileSelector({ kind, pattern }), keys, comments, comment));

describe("one leaf", () => {
  test("by its keys", async () => {
    expect(await explain("encrypted_regex", "^s", ["a", "sec"])).toEqual([true, 'the key "sec" is hit by encrypted_regex ^s']);
    expect(await explain("encrypted_regex", "^s", ["a"])).toEqual([false, "no key on its path is hit by encrypted_regex ^s"]);
    expect(await explain("unencrypted_suffix", "_u", ["a_u"])).toEqual([false, 'the key "a_u" is hit by unencrypted_suffix _u']);
    expect(await explain("encrypted_regex", "(", ["a"])).toEqual([false, "encrypted_regex ( is not valid RE2 and hits nothing"]);
  });

  test("by its comments, whose text stays untold", async () => {
    expect(await explain("encrypted_comment_regex", "cx", ["a"], [" cx"])).toEqual([
      true,
      "a comment above it is hit by encrypted_comment_regex cx",
    ]);
    expect(await explain("encrypted_comment_regex", "cx", ["a"], [" cx"], true)).toEqual([
      false,
      "it is the comment that encrypted_comment_regex cx waits for, and stays readable",
    ]);
    expect(await explain("unencrypted_comment_regex", "cx", ["a"], [" cx"], true)).toEqual([
      false,
      "the comment itself is hit by unencrypted_comment_regex cx",
    ]);
    expect(await explain("unencrypted_comment_regex", "cx", ["a"], [" secret"])).toEqual([
      true,
      "no comment above it is hit by unencrypted_comment_regex cx",
    ]);
  });

  test("is explained as it is decided", async () => {
    const kinds: readonly SelectorKind[] = [
      "encrypted_suffix",
      "unencrypted_suffix",
      "encrypted_regex",
      "unencrypted_regex",
      "encrypted_comment_regex",
      "unencrypted_comment_regex",
    ];
    const words = fc.array(fc.constantFrom("a", "b", "ab", "ba", ""), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...kinds),
        fc.constantFrom("a", "^a", "b$", "("),
        words,
        words,
        fc.boolean(),
        async (kind, pattern, keys, comments, own) => {
          const selector = await compileSelector({ kind, pattern });
          const leafIsComment = own && comments.length > 0;
          const decided = selector.byComment ? decideByComments(selector, comments, leafIsComment) : decideByKeys(selector, keys);
          expect(explainLeaf(selector, keys, comments, leafIsComment).encrypted).toBe(decided);
        },
      ),
    );
  });
});
