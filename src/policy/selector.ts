/** Which leaves are encrypted (sops: §3): a selector as data with one question, and the two rules that use it. */
import type { SelectorSetting } from "../model/metadata.ts";
import { compilePattern } from "./re2.ts";

/** In force when a file names none (sops: §3.1). */
export const DEFAULT_SELECTOR: SelectorSetting = { kind: "unencrypted_suffix", pattern: "_unencrypted" };

export interface Selector {
  readonly setting: SelectorSetting;
  /** True if comments are judged, not keys. */
  readonly byComment: boolean;
  /** True if what it hits stays plain (`unencrypted_*`). */
  readonly keepsPlain: boolean;
  /** False if the pattern is not RE2. Such a selector hits nothing (sops: §3.6); a writer must refuse it. */
  readonly valid: boolean;
  /** True if a key, or the text of a comment, is hit. */
  hits(text: string): boolean;
}

/** @param setting what the file, the rule or the command line says; undefined for sops's default */
export async function compileSelector(setting: SelectorSetting | undefined): Promise<Selector> {
  const { kind, pattern } = setting ?? DEFAULT_SELECTOR;
  const byComment = kind === "encrypted_comment_regex" || kind === "unencrypted_comment_regex";
  const keepsPlain = kind === "unencrypted_suffix" || kind === "unencrypted_regex" || kind === "unencrypted_comment_regex";
  const common = { setting: { kind, pattern }, byComment, keepsPlain };
  if (kind === "encrypted_suffix" || kind === "unencrypted_suffix") {
    return { ...common, valid: true, hits: (text) => text.endsWith(pattern) };
  }
  const compiled = await compilePattern(pattern);
  if (compiled === undefined) return { ...common, valid: false, hits: () => false };
  return { ...common, valid: true, hits: (text) => compiled.test(text) };
}

/**
 * The key rule (sops: §3.2): one hit anywhere on the path decides. For a comment, `keys` is the path of the collection that holds it.
 * @returns true if the leaf is to be encrypted
 */
export function decideByKeys(selector: Selector, keys: readonly string[]): boolean {
  return keys.some((key) => selector.hits(key)) !== selector.keepsPlain;
}

/**
 * The comment rule (sops: §3.3).
 * @param governing texts of the active comments of all open collections, outermost first; when the leaf is itself a comment, its text is the last
 * @param leafIsComment an `encrypted_comment_regex` does not count the comment itself, so that the trigger stays readable
 * @returns true if the leaf is to be encrypted
 */
export function decideByComments(selector: Selector, governing: readonly string[], leafIsComment: boolean): boolean {
  const counted = leafIsComment && !selector.keepsPlain ? governing.length - 1 : governing.length;
  for (let index = 0; index < counted; index += 1) {
    if (selector.hits(governing[index] ?? "")) return !selector.keepsPlain;
  }
  return selector.keepsPlain;
}
