/** What go-yaml refuses in the first document, since sops decodes that one into a map before it looks at nodes (sops: §4.1.1). */
import type { Built } from "./built.ts";
import { refuse } from "./tokens.ts";

/** @param content keys and values by turns */
export function checkMapping(source: string, content: readonly Built[]): void {
  const scalars = new Set<string>();
  const aliases = new Set<string>();
  for (let index = 0; index + 1 < content.length; index += 2) {
    const key = content[index] as Built;
    if (key.merge) checkMerge(source, content[index + 1] as Built);
    if (key.isCollection) throw refuse(source, key.start, "a key that is a mapping or a sequence");
    const seen = key.kind === "alias" ? aliases : scalars;
    if (seen.has(key.identity)) throw refuse(source, key.start, "a duplicate key");
    seen.add(key.identity);
  }
}

/** Whether a key with the text `<<` is a merge key: it is unless quotes or a tag make it a string. */
export function isMergeKey(tag: string, plain: boolean): boolean {
  return tag === "!!merge" || (tag === "" && plain);
}

/** sops keeps a merge key as an ordinary key, but go-yaml has checked its value before: a mapping, or a sequence of mappings. */
function checkMerge(source: string, value: Built): void {
  for (const item of value.items ?? [value]) {
    const { kind } = item.target ?? item;
    if (kind !== "mapping") throw refuse(source, item.start, "the value of << is not a mapping");
  }
}
