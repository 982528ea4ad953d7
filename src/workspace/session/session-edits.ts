/** Edits that wait to be saved, as data, and how they are made on an open file. */
import { leafText } from "../../file/walk.ts";
import { openDocument, type OpenedLeaf } from "../../file/open.ts";
import { knownTokens, type OpenDocument } from "../../file/edit.ts";
import { rename } from "../../file/rename.ts";
import { type Change, setAll } from "../../file/set-values.ts";
import type { OpenFile } from "../../file/encrypted-file.ts";
import { type Branch, type Node, type Splice, splice } from "../../model/tree.ts";
import { sameRoots } from "./same-tree.ts";

/** Paths are of the first document: keys, and list positions as texts. Each edit sees what those before it have made. */
export type SessionEdit =
  | { readonly kind: "set"; readonly path: readonly string[]; readonly node: Node }
  | { readonly kind: "remove"; readonly path: readonly string[] }
  /** `to` is the new last key. */
  | { readonly kind: "rename"; readonly path: readonly string[]; readonly to: string };

/**
 * Makes edits in their order. What has its old value again in the end has its old ciphertext again, and a file that says what it said
 * before is not changed at all. Comments inside of a node that is set are left out: nothing would encrypt them.
 * @throws SottoError as `OpenFile.set` and `unset`, and `rename`; the file is then somewhere in the middle
 */
export function applyEdits(open: OpenFile, edits: readonly SessionEdit[]): void {
  const before = open.current;
  const roots = open.roots();
  let sets: Change[] = [];
  const finishSets = (): void => {
    if (sets.length > 0) setAll(open, sets);
    sets = [];
  };
  for (const edit of edits) {
    switch (edit.kind) {
      case "set":
        sets.push({ path: edit.path, value: withoutComments(edit.node) });
        break;
      case "remove":
        finishSets();
        open.unset(edit.path);
        break;
      case "rename":
        finishSets();
        rename(open, edit.path, edit.to);
        break;
    }
  }
  finishSets();
  if (open.current === before) return;
  if (sameRoots(roots, open.roots())) open.assume(before, open.metadata);
  else open.assume(withOldTokens(open, before), open.metadata);
}

function withoutComments(node: Node): Node {
  if (node.kind === "branch") {
    const pairs = node.entries.filter((entry) => entry.kind === "pair");
    return {
      kind: "branch",
      entries: pairs.map(({ key, value }) => ({ kind: "pair", key, value: withoutComments(value) })),
    } satisfies Branch;
  }
  if (node.kind !== "sequence") return node;
  return { kind: "sequence", items: node.items.flatMap((item) => (item.kind === "comment" ? [] : [withoutComments(item)])) };
}

/** A value that was sealed anew on the way, and is what it was under the same AAD, gets back the ciphertext that it had. */
function withOldTokens(open: OpenFile, before: OpenDocument): OpenDocument {
  const now = open.current;
  const present = new Set(now.opened.leaves.flatMap((one) => (one.sealed === undefined ? [] : [leafText(one.leaf)])));
  const free = new Map<string, string[]>();
  for (const one of before.opened.leaves) {
    const token = leafText(one.leaf);
    if (one.sealed === undefined || present.has(token)) continue;
    const tokens = free.get(nameOf(one));
    if (tokens === undefined) free.set(nameOf(one), [token]);
    else tokens.push(token);
  }
  const old = knownTokens(before.opened);
  const splices: Splice[] = [];
  for (const one of now.opened.leaves) {
    if (one.sealed === undefined || old.has(leafText(one.leaf)) || one.leaf.slot === undefined || one.leaf.slot.style === "alias") continue;
    const token = free.get(nameOf(one))?.shift();
    // In a block scalar a line feed follows, which belongs to the layout.
    if (token !== undefined) splices.push(...now.format.cover(now.document, one.leaf, token.replace(/[\r\n]+$/, "")));
  }
  if (splices.length === 0) return now;
  const document = now.format.parse(splice(now.document.text, splices));
  return { ...now, document, opened: openDocument(document, open.dataKey, { ...now, known: old }) };
}

function nameOf({ aad, value }: OpenedLeaf): string {
  return JSON.stringify([aad, value.kind === "scalar" ? value.type : "comment", leafText(value)]);
}
