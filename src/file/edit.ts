/**
 * Changing an encrypted document in place. A change first puts placeholders into the encrypted text; then `settle` walks the
 * new text, seals what is selected, re-seals what moved under another AAD, and leaves every other byte alone.
 */
import { drawName } from "../crypto/bytes.ts";
import type { DataKey } from "../crypto/data-key.ts";
import { openResidue, PLAIN_RESIDUE, sealResidue } from "../crypto/residue.ts";
import { SottoError, positionAt } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import { type Branch, type Document, type Leaf, type Node, type Scalar, type Splice, splice } from "../model/tree.ts";
import type { Selector } from "../policy/selector.ts";
import { type Opened, openDocument, type Sealed } from "./open.ts";
import { formatPath, type PathPart } from "./path.ts";
import { sealLeaf } from "./seal.ts";
import { locate, wrapInPath } from "./tree-path.ts";
import { isFilled, leafText, pathOf, walk } from "./walk.ts";

/** An encrypted document with everything in it opened. */
export interface OpenDocument {
  readonly format: Format;
  readonly document: Document;
  readonly opened: Opened;
  readonly selector: Selector;
  readonly macOnlyEncrypted: boolean;
}

export type Placeholders = Map<string, Scalar>;

const PLACEHOLDER_PREFIX = "sotto-";
/** In the text of its leaf a line feed or a carriage return may follow, as behind a token. */
const PLACEHOLDER_LENGTH = PLACEHOLDER_PREFIX.length + 32;

/**
 * Sets the value at a path; what is missing is made, a scalar in the way is replaced (sops: §7.6).
 * @returns the same object when the value was there already
 * @throws SottoError `PATH_NOT_FOUND`, `BAD_SET_VALUE`, `VALUE_UNSUPPORTED`
 */
export function setValue(open: OpenDocument, key: DataKey, path: readonly PathPart[], value: Node): OpenDocument {
  const root = open.document.roots[0];
  if (root === undefined) throw new SottoError("FILE_EMPTY", "the file has no document to set a value in");
  if (path.length === 0) throw new SottoError("BAD_PATH", "cannot set the whole document", { hints: ["name a key"] });
  guardTarget(open.format, root, path, value);
  const placeholders: Placeholders = new Map();
  const stored = (node: Node): Node => hide(node, placeholders);
  const found = locate(root, path);
  let splices: Splice[];
  if (found.kind === "entry") {
    if (sameNode(found.node, value, valuesOf(open.opened))) return open;
    splices =
      found.node.kind === "scalar" && isFilled(found.node) && value.kind === "scalar" && isFilled(value)
        ? open.format.cover(open.document, found.node, (stored(value) as Scalar).canonical)
        : open.format.replace(open.document, found.parent, found.index, stored(value));
  } else if (found.kind === "missing") {
    splices = insertMissing(open, found.parent, found.rest, stored(value));
  } else if (found.kind === "blocked") {
    splices = open.format.replace(open.document, found.parent, found.index, wrapInPath(found.rest, stored(value)));
  } else return open;
  return settle(open, key, splice(open.document.text, splices), placeholders);
}

/**
 * Metadata must not be overwritten, and a binary file has one value (sops writes what it then cannot decrypt).
 * @throws SottoError `RESERVED_KEY`, `EMIT_FAILED`
 */
export function guardTarget(format: Format, root: Branch, path: readonly PathPart[], value: Node): void {
  guardReserved(format, path);
  const top = String(path[0]);
  // Files of other formats can be opened as binary ones, since the container is JSON.
  const [entry, second] = root.entries;
  if (format.id !== "binary" || second !== undefined || entry?.kind !== "pair" || entry.key !== "data") return;
  if (path.length > 1 || top !== "data" || value.kind !== "scalar" || value.type !== "str") {
    throw new SottoError("EMIT_FAILED", "a binary file holds one text and nothing else", {
      hints: [`set it as a whole: sotto set FILE '["data"]' '"text"'`],
    });
  }
}

/** @throws SottoError `RESERVED_KEY` */
export function guardReserved(format: Format, path: readonly PathPart[]): void {
  const top = String(path[0]);
  if (format.metadata === "flat" ? top.startsWith("sops_") : top === "sops") {
    throw new SottoError("RESERVED_KEY", `${formatPath(path)} is where the metadata of an encrypted file goes`);
  }
}

function insertMissing(open: OpenDocument, parent: Parameters<Format["append"]>[1], rest: readonly PathPart[], value: Node): Splice[] {
  const [first, ...below] = rest;
  if (first === undefined) return [];
  const key = parent.kind === "branch" ? String(first) : undefined;
  return open.format.append(open.document, parent, key, wrapInPath(below, value));
}

/**
 * Removes the entry at a path.
 * @throws SottoError `PATH_NOT_FOUND`
 */
export function unsetValue(open: OpenDocument, key: DataKey, path: readonly PathPart[]): OpenDocument {
  if (path.length === 0) throw new SottoError("BAD_PATH", "cannot remove the whole document", { hints: ["name a key"] });
  const root = open.document.roots[0];
  const found = root === undefined ? undefined : locate(root, path);
  if (found?.kind !== "entry") {
    throw new SottoError("PATH_NOT_FOUND", `there is no ${formatPath(path)}`, { hints: ["sotto get FILE lists what is there"] });
  }
  const splices = open.format.remove(open.document, found.parent, found.index);
  return settle(open, key, splice(open.document.text, splices), new Map());
}

/** Replaces filled scalars by placeholders, so that no plaintext enters the text and no value can pass for ciphertext. */
export function hide(node: Node, placeholders: Placeholders): Node {
  switch (node.kind) {
    case "null":
      return node;
    case "scalar": {
      if (!isFilled(node)) return node;
      const name = PLACEHOLDER_PREFIX + drawName();
      placeholders.set(name, node);
      return { kind: "scalar", type: "str", canonical: name };
    }
    case "sequence":
      return { kind: "sequence", items: node.items.map((item) => (item.kind === "comment" ? item : hide(item, placeholders))) };
    case "branch":
      return {
        kind: "branch",
        entries: node.entries.map((entry) => (entry.kind === "pair" ? { ...entry, value: hide(entry.value, placeholders) } : entry)),
      };
  }
}

/** Seals and re-seals what a change of the text asks for, and opens the result. */
export function settle(open: OpenDocument, key: DataKey, text: string, placeholders: Placeholders): OpenDocument {
  const { format, selector } = open;
  const known = knownTokens(open.opened);
  const draft = format.parse(text);
  const splices: Splice[] = [];
  const placed = new Map<number, Scalar>();
  for (const [index, one] of walk(draft.roots, selector).entries()) {
    const { leaf } = one;
    // What stands behind an alias changes with its anchor.
    if (!isFilled(leaf) || leaf.slot === undefined || leaf.slot.style === "alias") continue;
    const value = placeholders.get(leafText(leaf).slice(0, PLACEHOLDER_LENGTH));
    const before = known.get(leafText(leaf));
    if (value !== undefined) {
      placed.set(index, value);
      splices.push(...(one.selected ? format.cover(draft, leaf, sealLeaf(key, value, one.aad)) : format.spell(draft, leaf, value)));
    } else if (before !== undefined && !one.selected && leaf.kind === "scalar") {
      throw new SottoError("REFUSED", `this change would leave ${formatPath(pathOf(one.place))} unencrypted`, {
        position: positionAt(draft.text, leaf.slot.start),
        hints: [`${selector.setting.kind} would no longer select it; set it anew if that is meant`],
      });
    } else if (before !== undefined && before.aad !== one.aad) {
      splices.push(...format.cover(draft, leaf, reseal(key, key, before, one.aad)));
    }
  }
  const document = splices.length === 0 ? draft : format.parse(splice(text, splices));
  const opened = openDocument(document, key, { selector, macOnlyEncrypted: open.macOnlyEncrypted, known });
  checkPlaced(format, opened, placed, placeholders);
  return { ...open, document, opened };
}

/** @throws SottoError `VALUE_UNSUPPORTED` for a value that cannot stand there in plaintext, such as two lines in a dotenv file */
function checkPlaced(format: Format, opened: Opened, placed: ReadonlyMap<number, Scalar>, placeholders: Placeholders): void {
  let right = placed.size === placeholders.size;
  for (const [index, value] of placed) {
    const now = opened.leaves[index]?.value;
    // dotenv and INI hold texts only, so that a plain number or bool becomes one.
    const comparable = value.type === "str" || format.metadata === "nested";
    right &&= now?.kind === "scalar" && (!comparable || (now.type === value.type && now.canonical === value.canonical));
  }
  if (!right) throw new SottoError("VALUE_UNSUPPORTED", `${format.title} cannot hold this value in plaintext`);
}

/** A leaf's token and residue under another AAD or another data key. */
export function reseal(from: DataKey, to: DataKey, sealed: Sealed, aad: string): string {
  const token = sealLeaf(to, sealed.value, aad);
  const residue = openResidue(from, sealed.suffix, sealed.aad);
  switch (residue.kind) {
    case "none":
      return token;
    case "plain":
      return token + PLAIN_RESIDUE;
    case "source":
      return token + sealResidue(to, residue.text, aad);
  }
}

/** Seals everything under a new data key; layout, lines and unselected bytes stay. */
export function rekey(open: OpenDocument, from: DataKey, to: DataKey): OpenDocument {
  const splices: Splice[] = [];
  for (const one of open.opened.leaves) {
    if (one.sealed === undefined) continue;
    splices.push(...open.format.cover(open.document, one.leaf, reseal(from, to, one.sealed, one.aad)));
  }
  const document = open.format.parse(splice(open.document.text, splices));
  const opened = openDocument(document, to, open);
  return { ...open, document, opened };
}

export function knownTokens(opened: Opened): Map<string, Sealed> {
  const known = new Map<string, Sealed>();
  for (const one of opened.leaves) if (one.sealed !== undefined) known.set(leafText(one.leaf), one.sealed);
  return known;
}

/** The decrypted value of every leaf. */
export function valuesOf(opened: Opened): ReadonlyMap<Leaf, Leaf> {
  return new Map(opened.leaves.map((one) => [one.leaf, one.value]));
}

/** True if a stored node holds a given value. sops writes every number of `set` as a float, so `5` and `5` are the same number here. */
export function sameNode(stored: Node | Leaf, value: Node | Leaf, values: ReadonlyMap<Leaf, Leaf>): boolean {
  const left = stored.kind === "scalar" || stored.kind === "comment" ? (values.get(stored) ?? stored) : stored;
  if (left.kind === "comment" || value.kind === "comment")
    return left.kind === value.kind && leafText(left as Leaf) === leafText(value as Leaf);
  if (left.kind === "null" || value.kind === "null") return left.kind === value.kind;
  if (left.kind === "scalar" || value.kind === "scalar") {
    return left.kind === "scalar" && value.kind === "scalar" && left.canonical === value.canonical && kindOf(left) === kindOf(value);
  }
  if (left.kind === "sequence" || value.kind === "sequence") {
    if (left.kind !== "sequence" || value.kind !== "sequence" || left.items.length !== value.items.length) return false;
    return left.items.every((item, index) => sameNode(item, value.items[index] ?? item, values));
  }
  return (
    left.entries.length === value.entries.length &&
    left.entries.every((entry, index) => {
      const other = value.entries[index];
      if (entry.kind === "comment" || other?.kind !== "pair") return false;
      return entry.key === other.key && sameNode(entry.value, other.value, values);
    })
  );
}

function kindOf(scalar: Scalar): string {
  return scalar.type === "int" || scalar.type === "float" ? "number" : scalar.type;
}
