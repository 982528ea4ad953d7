/** Random documents of every format, and the six selectors that hit some of their keys and comments. */
import { constantFrom } from "fast-check";
import type { Arbitrary } from "fast-check";
import type { SelectorSetting } from "../../src/model/metadata.ts";
import type { FormatId } from "../../src/model/tree.ts";
import { binaryDocuments, dotenvDocuments, iniDocuments } from "./documents/flat.ts";
import { jsonDocuments } from "./documents/json.ts";
import { yamlDocuments } from "./documents/yaml.ts";

export const DOCUMENTS: Readonly<Record<FormatId, Arbitrary<string>>> = {
  yaml: yamlDocuments(),
  json: jsonDocuments,
  dotenv: dotenvDocuments,
  ini: iniDocuments,
  binary: binaryDocuments,
};

/** Undefined stands for none, which gives sops's default. */
export const SELECTORS: readonly (SelectorSetting | undefined)[] = [
  undefined,
  { kind: "unencrypted_suffix", pattern: "_host" },
  { kind: "encrypted_suffix", pattern: "_key" },
  { kind: "unencrypted_regex", pattern: "^(k\\d+_host|s_.*|K1.*)$" },
  { kind: "encrypted_regex", pattern: "password|data|^f1" },
  { kind: "unencrypted_comment_regex", pattern: "plain:" },
  { kind: "encrypted_comment_regex", pattern: "trig:" },
];

export const selectors: Arbitrary<SelectorSetting | undefined> = constantFrom(...SELECTORS);
