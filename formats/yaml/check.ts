/** What go-yaml refuses in the first document, since sops decodes that one into a map before it looks at nodes (sops: §4.1.1). */
import type { Built, Frame } from "./built.ts";
import { refuse } from "./tokens.ts";

/** Refuses a key that the open mapping has already, and one that is a collection. Keys are compared as text, aliases by name. */
export function checkKey(source: string, frame: Frame, key: Built): void {
  if (key.isCollection) throw refuse(source, key.start, "a key that is a mapping or a sequence");
  const seen = key.kind === "alias" ? (frame.aliasKeys ??= new Set()) : frame.keys;
  if (seen.has(key.identity)) throw refuse(source, key.start, "a duplicate key");
  seen.add(key.identity);
}

/** Whether a key with the text `<<` is a merge key: it is unless quotes or a tag make it a string. */
export function isMergeKey(tag: string, plain: boolean): boolean {
  return tag === "!!merge" || (tag === "" && plain);
}

/** sops keeps a merge key as an ordinary key, but go-yaml has checked its value before: a mapping, or a sequence of mappings. */
export function checkMerge(source: string, value: Built): void {
  for (const item of value.items ?? [value]) {
    const { kind } = item.target ?? item;
    if (kind !== "mapping") throw refuse(source, item.start, "the value of << is not a mapping");
  }
}
