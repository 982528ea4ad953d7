/** Giving an entry another name in place: its text, its position and its comments stay, what is sealed below it gets its new AAD. */
import type { DataKey } from "../crypto/data-key.ts";
import { SottoError, positionAt } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import { type Branch, type Document, type Entry, type Item, type Node, type Pair, type Splice, splice } from "../model/tree.ts";
import { guardReserved, knownTokens, type OpenDocument, reseal } from "./edit.ts";
import type { OpenFile } from "./encrypted-file.ts";
import { openDocument } from "./open.ts";
import { formatPath, type PathPart } from "./path.ts";
import { sealLeaf } from "./seal.ts";
import { locate } from "./tree-path.ts";
import { isFilled, leafText, pathOf, walk } from "./walk.ts";

/** Gives an entry of a mapping another name. @throws SottoError as {@link renameEntry} */
export function rename(file: OpenFile, path: readonly PathPart[], to: string): void {
  const next = renameEntry(file.current, file.dataKey, path, to);
  if (next !== file.current) file.assume(next, file.metadata);
}

/**
 * @returns the same object when the entry has that name already
 * @throws SottoError `PATH_NOT_FOUND`, `BAD_PATH` for a name that is taken or an item of a list, `VALUE_UNSUPPORTED` for a name that
 * cannot stand there, `REFUSED` where a value would be left unencrypted
 */
function renameEntry(open: OpenDocument, key: DataKey, path: readonly PathPart[], to: string): OpenDocument {
  const root = open.document.roots[0];
  const found = root === undefined || path.length === 0 ? undefined : locate(root, path);
  if (found?.kind !== "entry") throw new SottoError("PATH_NOT_FOUND", `there is no ${formatPath(path)}`);
  const entry = found.parent.kind === "branch" ? found.parent.entries[found.index] : undefined;
  if (found.parent.kind !== "branch" || entry?.kind !== "pair") {
    throw new SottoError("BAD_PATH", `${formatPath(path)} is an item of a list, which has no name`);
  }
  if (entry.key === to) return open;
  const target = [...path.slice(0, -1), to];
  if (open.format.id === "binary") throw new SottoError("BAD_PATH", "the one value of a binary file has no other name");
  guardReserved(open.format, target);
  if (found.parent.entries.some((one) => one.kind === "pair" && one.key === to)) {
    throw new SottoError("BAD_PATH", `there is a ${formatPath(target)} already`, {
      hints: ["choose another name, or remove that one first"],
    });
  }
  return resealAll(open, key, renamed(open, entry, path, to));
}

/** The document with the new name in it, before anything is sealed anew. */
function renamed({ format, document }: OpenDocument, entry: Pair, path: readonly PathPart[], to: string): Document {
  const { slot } = entry;
  if (slot !== undefined) {
    for (const name of spellings(format, document, entry, path, to)) {
      const draft = tryParse(format, splice(document.text, [{ start: slot.start, end: slot.end, text: name }]));
      if (draft !== undefined && sameButName(document, draft, entry, to)) return draft;
    }
  }
  throw new SottoError("VALUE_UNSUPPORTED", `${formatPath(path)} cannot be given that name where it stands`, {
    hints: ["choose a name of letters, digits, - and _"],
  });
}

/** How the name may be written, what fits the old one first. */
function spellings(format: Format, document: Document, entry: Pair, path: readonly PathPart[], to: string): readonly string[] {
  const leaf: Node = { kind: "scalar", type: "str", canonical: "x" };
  const value = entry.value.kind === "branch" ? wrap("k", leaf) : leaf;
  const isInSection = format.metadata === "section" && path.length > 1;
  const text = format.emit([isInSection ? wrap("k", wrap(to, value)) : wrap(to, value)]);
  const top = pairNamed(format.parse(text).roots[0], isInSection ? "k" : to);
  const pair = isInSection && top?.value.kind === "branch" ? pairNamed(top.value, to) : top;
  const printed = pair?.slot === undefined ? [] : [text.slice(pair.slot.start, pair.slot.end)];
  if (format.metadata !== "nested") return printed;
  const isQuoted = entry.slot !== undefined && document.text[entry.slot.start] === '"';
  return isQuoted ? [JSON.stringify(to), ...printed] : [...printed, JSON.stringify(to)];
}

function pairNamed(branch: Branch | undefined, key: string): Pair | undefined {
  return branch?.entries.find((one): one is Pair => one.kind === "pair" && one.key === key);
}

function wrap(key: string, value: Node): Branch {
  return { kind: "branch", entries: [{ kind: "pair", key, value }] };
}

function tryParse(format: Format, text: string): Document | undefined {
  try {
    return format.parse(text);
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

/** Iterative, since a file may nest deeper than the call stack is high. */
function sameButName(before: Document, after: Document, entry: Pair, to: string): boolean {
  if (before.roots.length !== after.roots.length || (before.metadata === undefined) !== (after.metadata === undefined)) return false;
  const pending: [Entry | Item, Entry | Item | undefined][] = before.roots.map((root, index) => [root, after.roots[index]]);
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [left, right] = pair;
    if (right?.kind !== left.kind) return false;
    if (left.kind === "pair" && right.kind === "pair") {
      if (right.key !== (left === entry ? to : left.key)) return false;
      pending.push([left.value, right.value]);
    } else if (left.kind === "scalar" && right.kind === "scalar") {
      if (left.type !== right.type || left.canonical !== right.canonical) return false;
    } else if (left.kind === "comment" && right.kind === "comment") {
      if (left.text !== right.text) return false;
    } else {
      const [mine, theirs] = [childrenOf(left), childrenOf(right)];
      if (mine.length !== theirs.length) return false;
      for (const [index, child] of mine.entries()) pending.push([child, theirs[index]]);
    }
  }
  return true;
}

function childrenOf(node: Entry | Item): readonly (Entry | Item)[] {
  return node.kind === "branch" ? node.entries : node.kind === "sequence" ? node.items : [];
}

/** The leaves of both documents are the same, one for one. */
function resealAll(open: OpenDocument, key: DataKey, draft: Document): OpenDocument {
  const { format, selector } = open;
  const splices: Splice[] = [];
  for (const [index, one] of walk(draft.roots, selector).entries()) {
    const { leaf } = one;
    const before = open.opened.leaves[index];
    if (!isFilled(leaf) || leaf.slot === undefined || leaf.slot.style === "alias") continue;
    if (before === undefined || leafText(before.leaf) !== leafText(leaf)) throw new RangeError("the leaves moved");
    const { sealed } = before;
    if (sealed === undefined) {
      if (one.selected && !before.selected) splices.push(...format.cover(draft, leaf, sealLeaf(key, leaf, one.aad)));
    } else if (!one.selected && leaf.kind === "scalar") {
      throw new SottoError("REFUSED", `this name would leave ${formatPath(pathOf(one.place))} unencrypted`, {
        position: positionAt(draft.text, leaf.slot.start),
        hints: [`${selector.setting.kind} would no longer select it; set it anew if that is meant`],
      });
    } else if (sealed.aad !== one.aad) splices.push(...format.cover(draft, leaf, reseal(key, key, sealed, one.aad)));
  }
  const document = splices.length === 0 ? draft : format.parse(splice(draft.text, splices));
  const { macOnlyEncrypted } = open;
  return { ...open, document, opened: openDocument(document, key, { selector, macOnlyEncrypted, known: knownTokens(open.opened) }) };
}
