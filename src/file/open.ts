/** Decrypting a parsed document: every selected leaf opened, the MAC computed, the plaintext put back in place. */
import { looksSealed, openValue } from "../crypto/envelope.ts";
import { MacHasher } from "../crypto/mac.ts";
import { openResidue } from "../crypto/residue.ts";
import type { DataKey } from "../crypto/data-key.ts";
import { SottoError, positionAt } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import { type Comment, type Document, type Leaf, type Scalar, type Splice, splice } from "../model/tree.ts";
import type { Selector } from "../policy/selector.ts";
import { aadsAround } from "./comment-place.ts";
import { isFilled, isSealedComment, leafText, pathOf, walk, type WalkedLeaf } from "./walk.ts";
import { formatPath } from "./path.ts";

/** What a token held. */
export interface Sealed {
  readonly value: Scalar | Comment;
  /** In bytes; only a value with one of 32 may be kept as it is. */
  readonly ivLength: number;
  /** What stands behind the closing bracket: nothing, `~p` or a sealed residue. */
  readonly suffix: string;
  /** The AAD that it verified under. */
  readonly aad: string;
}

export interface OpenedLeaf extends WalkedLeaf {
  readonly value: Scalar | Comment;
  /** Present when the leaf was encrypted. */
  readonly sealed?: Sealed;
}

export interface Opened {
  readonly leaves: readonly OpenedLeaf[];
  /** The MAC of what was read, 128 upper-case hexadecimal digits. */
  readonly mac: string;
  /** Comments that should have been encrypted and are not, or do not verify: sops keeps them as they are. */
  readonly suspects: readonly WalkedLeaf[];
}

/** Tokens that were opened before, so that nothing is decrypted twice. The key is the token's text. */
export type KnownTokens = ReadonlyMap<string, Sealed>;

export interface OpenOptions {
  readonly selector: Selector;
  readonly macOnlyEncrypted: boolean;
  readonly known?: KnownTokens;
  /** What `walk` found in this document with this selector, if that was asked before. */
  readonly walked?: readonly WalkedLeaf[];
}

/**
 * Opens all leaves of an encrypted document.
 * @throws SottoError `DECRYPT_FAILED` with the path and position of the first value that does not open
 */
export function openDocument(document: Document, key: DataKey, options: OpenOptions): Opened {
  const mac = new MacHasher(options.macOnlyEncrypted);
  const suspects: WalkedLeaf[] = [];
  const walked = options.walked ?? walk(document.roots, options.selector);
  const leaves = walked.map((one): OpenedLeaf => {
    const sealed = isSealed(one) ? openLeaf(document, key, one, options.known) : undefined;
    const value = withPlace(sealed?.value ?? one.leaf, one.leaf);
    if (one.selected && value.kind === "comment" && sealed === undefined && isFilled(one.leaf)) suspects.push(one);
    if (value.kind === "scalar" && (one.selected || !options.macOnlyEncrypted)) mac.add(value.canonical);
    return sealed === undefined ? { ...one, value } : { ...one, value, sealed };
  });
  return { leaves, mac: mac.digest(), suspects };
}

/** A comment stays where it stands; sops forgets that an encrypted one was inline, we do not. */
function withPlace(value: Scalar | Comment, leaf: Leaf): Scalar | Comment {
  return value.kind === "comment" && leaf.kind === "comment" && value !== leaf ? { ...leaf, text: value.text } : value;
}

/**
 * A comment may have moved out of what is selected, see `settleComments` in `seal.ts`; sops shows its ciphertext then, we open it.
 */
function isSealed({ leaf, selected }: WalkedLeaf): boolean {
  return selected ? isFilled(leaf) : leaf.kind === "comment" && isSealedComment(leaf.text);
}

function openLeaf(document: Document, key: DataKey, one: WalkedLeaf, known: KnownTokens | undefined): Sealed | undefined {
  const text = leafText(one.leaf);
  const before = known?.get(text);
  if (before?.aad === one.aad) return before;
  if (one.leaf.kind === "comment") return openComment(key, one, text);
  if (one.leaf.type !== "str") {
    throw failed(document, one, `expected an encrypted value as string, but got ${one.leaf.type}`);
  }
  try {
    return openToken(key, text, one.aad);
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    throw failed(document, one, error.message, error);
  }
}

function openToken(key: DataKey, text: string, aad: string): Sealed {
  const { type, canonical, iv, suffix } = openValue(key, text, aad);
  const value: Scalar | Comment =
    type === "comment" ? { kind: "comment", text: canonical, inline: false } : { kind: "scalar", type, canonical };
  return { value, ivLength: iv.length, suffix, aad };
}

/**
 * A comment's AAD is that of the collection that holds it, and re-parsing may move it into a neighbouring one (sops: §4.1.6),
 * so the collections around are tried too. Undefined when none fits: then sops shows the comment as it stands.
 */
function openComment(key: DataKey, one: WalkedLeaf, text: string): Sealed | undefined {
  if (!looksSealed(text)) return undefined;
  for (const aad of aadsAround(one)) {
    try {
      return openToken(key, text, aad);
    } catch (error) {
      if (!SottoError.is(error)) throw error;
    }
  }
  return undefined;
}

function failed(document: Document, one: WalkedLeaf, reason: string, cause?: unknown): SottoError {
  const { slot } = one.leaf;
  return new SottoError("DECRYPT_FAILED", `cannot decrypt ${formatPath(pathOf(one.place))}: ${reason}`, {
    ...(slot === undefined ? {} : { position: positionAt(document.text, slot.start) }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The plaintext file: every value back in its place and style, the metadata block gone. */
export function restoreText(format: Format, document: Document, opened: Opened, key: DataKey): string {
  return splice(document.text, [...format.detach(document), ...restoreValues(format, document, opened, key)]);
}

/** The splices that put every value back and leave the metadata block where it is. */
export function restoreValues(format: Format, document: Document, opened: Opened, key: DataKey): readonly Splice[] {
  const splices: Splice[] = [];
  const aliases = restoreAliases(format, document, opened);
  for (const change of aliases.splices) splices.push(change);
  for (const one of opened.leaves) {
    if (one.sealed === undefined || aliases.leaves.has(one.leaf)) continue;
    for (const change of format.spell(document, one.leaf, one.value, residueOf(key, one.sealed))) splices.push(change);
  }
  return splices;
}

function restoreAliases(format: Format, document: Document, opened: Opened): ReturnType<NonNullable<Format["restoreAliases"]>> {
  if (format.restoreAliases === undefined) return { splices: [], leaves: new Set() };
  let values: ReadonlyMap<Leaf, Scalar | Comment> | undefined;
  return format.restoreAliases(document, (leaf) => {
    values ??= new Map(opened.leaves.map((one) => [one.leaf, one.value]));
    return values.get(leaf) ?? leaf;
  });
}

/** The former source text of a leaf, if the file remembers it. */
function residueOf(key: DataKey, sealed: Sealed): string | undefined {
  const residue = openResidue(key, sealed.suffix, sealed.aad);
  if (residue.kind === "source") return residue.text;
  return residue.kind === "plain" && sealed.value.kind === "scalar" ? sealed.value.canonical : undefined;
}
