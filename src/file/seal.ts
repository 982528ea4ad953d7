/** Encrypting a plain document in place: tokens for what is selected, the MAC, the metadata block, then the read-back. */
import type { DataKey } from "../crypto/data-key.ts";
import { sealValue } from "../crypto/envelope.ts";
import { MacHasher, sealMac } from "../crypto/mac.ts";
import { PLAIN_RESIDUE, sealResidue } from "../crypto/residue.ts";
import { SottoError, positionAt } from "../model/error.ts";
import type { Format } from "../model/format.ts";
import type { Metadata } from "../model/metadata.ts";
import { type Document, type Leaf, type Scalar, type Splice, splice } from "../model/tree.ts";
import { metadataTree } from "../metadata/write.ts";
import type { Selector } from "../policy/selector.ts";
import { checkComplete } from "./complete.ts";
import { type Opened, openDocument, type OpenedLeaf, restoreText } from "./open.ts";
import { formatPath } from "./path.ts";
import { isFilled, leafText, pathOf, walk, type WalkedLeaf } from "./walk.ts";

export interface SealOptions {
  readonly selector: Selector;
  /** Without a MAC; it is computed here. */
  readonly metadata: Metadata;
  /** False leaves out what only restores looks. */
  readonly residue: boolean;
  readonly allowPlaintext: boolean;
  /** Tokens of an earlier version of the file, kept for values that did not change. */
  readonly stash?: Stash;
}

/** A document and its leaves. */
interface Walked {
  readonly document: Document;
  readonly leaves: readonly WalkedLeaf[];
}

/**
 * Tokens by AAD, type and value, each handed out once: an unchanged value keeps its ciphertext, and equal list items never
 * share one (sops's own stash gives equal items equal ciphertexts, which tells that they are equal: §1.6).
 */
export class Stash {
  readonly #queues = new Map<string, { readonly tokens: string[]; next: number }>();

  /** @param opened versions under the same data key, the one whose tokens are to be preferred first */
  constructor(...opened: readonly Opened[]) {
    const seen = new Set<string>();
    for (const one of opened.flatMap(({ leaves }) => leaves)) {
      // Only 32-byte nonces are written (sops: §1.6); the rest is sealed anew.
      if (one.sealed?.ivLength !== 32 || one.sealed.aad !== one.aad) continue;
      const key = stashKey(one.aad, one.value);
      const text = leafText(one.leaf);
      const token = text.slice(0, text.length - one.sealed.suffix.length);
      if (seen.has(token)) continue;
      seen.add(token);
      const queue = this.#queues.get(key);
      if (queue === undefined) this.#queues.set(key, { tokens: [token], next: 0 });
      else queue.tokens.push(token);
    }
  }

  take(aad: string, leaf: Leaf): string | undefined {
    const queue = this.#queues.get(stashKey(aad, leaf));
    if (queue === undefined) return undefined;
    const token = queue.tokens[queue.next];
    queue.next += 1;
    return token;
  }
}

function stashKey(aad: string, leaf: Leaf): string {
  return `${typeName(leaf)}\0${aad}\0${leafText(leaf)}`;
}

function typeName(leaf: Leaf): Scalar["type"] | "comment" {
  return leaf.kind === "comment" ? "comment" : leaf.type;
}

/** Seals one leaf's canonical text. */
export function sealLeaf(key: DataKey, leaf: Leaf, aad: string, stash?: Stash): string {
  return stash?.take(aad, leaf) ?? sealValue(key, typeName(leaf), leafText(leaf), aad);
}

/**
 * Encrypts a document. The result was parsed, decrypted and compared with the input before it is returned.
 * @throws SottoError `SELECTOR_INVALID`, `NOTHING_ENCRYPTED`, `LEFT_READABLE`, `ENCRYPT_FAILED`, `READ_BACK_FAILED`
 */
export function sealDocument(format: Format, document: Document, key: DataKey, options: SealOptions): string {
  const leaves = walk(document.roots, options.selector);
  guardPlaintext(leaves, options);
  checkComplete(format, document, leaves);
  const mac = new MacHasher(options.metadata.macOnlyEncrypted);
  const splices: Splice[] = [];
  const tokens = new Map<Leaf, string>();
  for (const one of leaves) {
    const { leaf } = one;
    if (leaf.kind === "scalar" && (one.selected || !options.metadata.macOnlyEncrypted)) mac.add(leaf.canonical);
    if (!one.selected || !isFilled(leaf)) continue;
    const token = sealLeaf(key, leaf, one.aad, options.stash);
    guardComment(token, one, document, options.selector);
    tokens.set(leaf, token);
    if (leaf.slot === undefined) continue;
    const suffix = options.residue ? suffixFor(format, document, key, one) : "";
    for (const change of format.cover(document, leaf, token + suffix)) splices.push(change);
  }
  for (const change of expandAliases(format, document, tokens)) splices.push(change);
  const digest = mac.digest();
  const metadata = { ...options.metadata, mac: sealMac(key, digest, options.metadata.lastModified) };
  for (const change of format.attach(document, metadataTree(metadata, format.metadata))) splices.push(change);
  const built = settleComments(format, document, leaves, tokens, splice(document.text, splices), key, options);
  readBack(format, { document, leaves }, built, digest, key, options);
  return built.document.text;
}

function expandAliases(format: Format, document: Document, tokens: ReadonlyMap<Leaf, string>): readonly Splice[] {
  if (format.expandAliases !== undefined) return format.expandAliases(document, (leaf) => tokens.get(leaf));
  for (const leaf of tokens.keys()) {
    if (leaf.slot === undefined) throw new SottoError("ENCRYPT_FAILED", "a selected value has no place in the text");
  }
  return [];
}

/** What has to travel behind the token so that decryption gives the source text back. */
export function suffixFor(format: Format, document: Document, key: DataKey, one: WalkedLeaf): string {
  const source = format.source(document, one.leaf);
  if (source === format.bare(document, one.leaf)) return "";
  if (one.leaf.kind === "scalar" && source === one.leaf.canonical) return PLAIN_RESIDUE;
  return sealResidue(key, source, one.aad);
}

/** Nothing may be written in plaintext by mistake (product rule 3). */
export function guardPlaintext(leaves: readonly WalkedLeaf[], options: Pick<SealOptions, "selector" | "allowPlaintext">): void {
  const { setting, valid } = options.selector;
  if (options.allowPlaintext) return;
  if (!valid) {
    throw new SottoError("SELECTOR_INVALID", `${setting.kind} is not a pattern that sops can read, so nothing would be encrypted`, {
      hints: ["patterns are RE2: no look-around, no back-references", "--allow-plaintext writes the file all the same"],
    });
  }
  const filled = leaves.filter((one) => one.leaf.kind === "scalar" && isFilled(one.leaf));
  if (filled.length > 0 && !filled.some((one) => one.selected)) {
    throw new SottoError("NOTHING_ENCRYPTED", `no value would be encrypted: ${setting.kind} selects none of ${filled.length}`, {
      hints: [`check ${setting.kind} in .sops.yaml or on the command line`, "--allow-plaintext writes the file all the same"],
    });
  }
}

/** sops refuses what it could not decrypt: a pattern for plain comments that matches ciphertext (sops: §3.3). */
function guardComment(token: string, one: WalkedLeaf, document: Document, selector: Selector): void {
  if (one.leaf.kind !== "comment" || selector.setting.kind !== "unencrypted_comment_regex" || !selector.hits(token)) return;
  throw new SottoError("ENCRYPT_FAILED", "unencrypted_comment_regex matches an encrypted comment, so the file could not be decrypted", {
    position: positionAt(document.text, one.leaf.slot?.start ?? 0),
    hints: ["make the pattern longer, for example with a word and a colon"],
  });
}

/**
 * The metadata block may make a comment belong to another collection, as go-yaml sees it. Such a comment is sealed for that one,
 * and one that is selected there is sealed, too.
 */
function settleComments(
  format: Format,
  source: Document,
  leaves: readonly WalkedLeaf[],
  tokens: ReadonlyMap<Leaf, string>,
  text: string,
  key: DataKey,
  options: SealOptions,
): Walked {
  const document = format.parse(text);
  const sealed = new Map<string, WalkedLeaf>();
  for (const one of leaves) {
    const token = one.leaf.kind === "comment" ? tokens.get(one.leaf) : undefined;
    if (token !== undefined) sealed.set(token, one);
  }
  const moved: Splice[] = [];
  const walked = walk(document.roots, options.selector);
  for (const one of walked) {
    const { leaf, aad } = one;
    if (leaf.kind !== "comment" || !isFilled(leaf)) continue;
    const plain = sealed.get(leaf.text.slice(0, leaf.text.lastIndexOf("]") + 1));
    if (plain === undefined ? !one.selected : plain.aad === aad) continue;
    const suffix = options.residue ? suffixFor(format, plain === undefined ? document : source, key, { ...(plain ?? one), aad }) : "";
    const token = sealLeaf(key, plain?.leaf ?? leaf, aad, options.stash) + suffix;
    for (const change of format.cover(document, leaf, token)) moved.push(change);
  }
  if (moved.length === 0) return { document, leaves: walked };
  const settled = format.parse(splice(text, moved));
  return { document: settled, leaves: walk(settled.roots, options.selector) };
}

/** Opens what was built and compares it with the input. */
function readBack(format: Format, plain: Walked, sealed: Walked, mac: string, key: DataKey, options: SealOptions): void {
  const settings = { selector: options.selector, macOnlyEncrypted: options.metadata.macOnlyEncrypted };
  const opened = openDocument(sealed.document, key, { ...settings, walked: sealed.leaves });
  const suspect = opened.suspects[0];
  if (suspect !== undefined) throw readBackFailed(`the comment at ${formatPath(pathOf(suspect.place))} could not be read back`);
  if (opened.mac !== mac) throw readBackFailed("a value that stays plain is not what it was");
  if (!sameLeaves(plain.leaves.filter(isScalar), opened.leaves.map(withValue).filter(isScalar)))
    throw readBackFailed("a value differs from the input");
  if (!options.residue) return;
  if (restoreText(format, sealed.document, opened, key) !== plain.document.text)
    throw readBackFailed("the decrypted text differs from the input");
}

function isScalar({ leaf }: WalkedLeaf): boolean {
  return leaf.kind === "scalar";
}

function withValue({ place, aad, selected, root, value }: OpenedLeaf): WalkedLeaf {
  return { leaf: value, place, aad, selected, root };
}

/**
 * True if two lists hold the same values under the same AADs, in the same order.
 * @param converted true between formats: a plain value may change its type there, a time become a text, as long as its bytes in the MAC stay
 */
export function sameLeaves(left: readonly WalkedLeaf[], right: readonly WalkedLeaf[], converted = false): boolean {
  return (
    left.length === right.length &&
    left.every((one, index) => {
      const other = right[index];
      if (other === undefined || one.aad !== other.aad || one.selected !== other.selected) return false;
      if (converted && !one.selected) return leafText(one.leaf) === leafText(other.leaf);
      return typeName(one.leaf) === typeName(other.leaf) && leafText(one.leaf) === leafText(other.leaf);
    })
  );
}

function readBackFailed(reason: string): SottoError {
  return new SottoError("READ_BACK_FAILED", `refusing to write a file that does not read back: ${reason}`, {
    hints: ["nothing was written; please report this with a document that shows it and holds no secret"],
  });
}
