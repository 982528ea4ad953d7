/**
 * One walk over a tree in document order: which leaves there are, under which AAD, and which are selected for encryption.
 * Encryption, decryption, the MAC, diff and explain all stand on this list; nothing else decides what is selected.
 */
import type { Branch, Item, Leaf, Pair, Sequence } from "../model/tree.ts";
import type { Selector } from "../policy/selector.ts";

/** Where a node hangs in the tree. */
export interface Place {
  readonly parent: Branch | Sequence;
  /** Position in `entries` or `items`. */
  readonly index: number;
  readonly up: Place | undefined;
}

export interface WalkedLeaf {
  readonly leaf: Leaf;
  readonly place: Place;
  /** Mapping keys from the root joined and ended by `:`; `:` at the top (sops: §1.4). */
  readonly aad: string;
  readonly selected: boolean;
  /** Index of the root, which is the document of a stream. */
  readonly root: number;
}

interface Frame {
  readonly node: Branch | Sequence;
  readonly up: Place | undefined;
  readonly prefix: string;
  /** A key of the path, or a comment further out, hits the selector. */
  readonly outer: boolean;
  /** A comment directly in front hits it; cleared behind each child that is no comment (sops: §3.3). */
  own: boolean;
  index: number;
}

/**
 * Lists all leaves. Nulls and empty collections are no leaves.
 * Iterative, since a file may nest deeper than the call stack is high.
 */
export function walk(roots: readonly Branch[], selector: Selector): WalkedLeaf[] {
  const leaves: WalkedLeaf[] = [];
  for (const [root, branch] of roots.entries()) walkRoot(branch, root, selector, leaves);
  return leaves;
}

function walkRoot(branch: Branch, root: number, selector: Selector, leaves: WalkedLeaf[]): void {
  const seen = new Map<string, boolean>();
  const keyHits = (key: string): boolean => {
    let hit = seen.get(key);
    if (hit === undefined) seen.set(key, (hit = selector.hits(key)));
    return hit;
  };
  const decide = (governed: boolean): boolean => governed !== selector.keepsPlain;
  const frames: Frame[] = [{ node: branch, up: undefined, prefix: "", outer: false, own: false, index: 0 }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const children = frame.node.kind === "branch" ? frame.node.entries : frame.node.items;
    const child = children[frame.index];
    if (child === undefined) {
      frames.pop();
      continue;
    }
    const place: Place = { parent: frame.node, index: frame.index, up: frame.up };
    frame.index += 1;
    let prefix = frame.prefix;
    const comment = child.kind === "comment" || isCommentElement(frame.node, child) ? (child as Leaf) : undefined;
    if (comment !== undefined) {
      const hit = selector.byComment && !(comment.kind === "comment" && comment.unseen) && selector.hits(leafText(comment));
      // The comment that triggers `encrypted_comment_regex` stays plain itself, so its own hit does not count (sops: §3.3).
      const governed = frame.outer || frame.own || (hit && selector.keepsPlain);
      leaves.push({ leaf: comment, place, aad: prefix || ":", selected: decide(governed), root });
      frame.own ||= hit;
      continue;
    }
    let governed = frame.outer || frame.own;
    let value: Item | Pair = child;
    if (child.kind === "pair") {
      prefix = `${prefix}${child.key}:`;
      value = child.value;
      if (!selector.byComment) governed ||= keyHits(child.key);
    }
    frame.own = false;
    if (value.kind === "scalar") {
      leaves.push({ leaf: value, place, aad: prefix || ":", selected: decide(governed), root });
    } else if (value.kind === "branch" || value.kind === "sequence") {
      frames.push({ node: value, up: place, prefix, outer: governed, own: false, index: 0 });
    }
  }
}

/**
 * sops stores an encrypted comment of a sequence as a list element. It must go on governing what follows, or the file that
 * sops wrote cannot be decrypted (sops: §3.4, the known data-loss bug).
 */
function isCommentElement(parent: Branch | Sequence, child: Item | Pair): boolean {
  return parent.kind === "sequence" && child.kind === "scalar" && isSealedComment(child.canonical);
}

/** True for the text of an encrypted comment. */
export function isSealedComment(text: string): boolean {
  return text.startsWith("ENC[AES256_GCM,") && text.includes(",type:comment]");
}

/** The text of a leaf: what is encrypted, or the token that stands in its place. */
export function leafText(leaf: Leaf): string {
  return leaf.kind === "comment" ? leaf.text : leaf.canonical;
}

/** The path to an entry as people write it: keys, and numbers for list items with comments not counted. */
export function pathOf(place: Place): readonly (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.up) {
    if (at.parent.kind === "branch") {
      const entry = at.parent.entries[at.index];
      if (entry?.kind === "pair") path.push(entry.key);
    } else {
      let position = 0;
      for (const item of at.parent.items.slice(0, at.index)) if (item.kind !== "comment") position += 1;
      path.push(position);
    }
  }
  return path.toReversed();
}

/** True for a leaf that holds text to encrypt: the empty string and the empty comment are never encrypted (sops: §1.3). */
export function isFilled(leaf: Leaf): boolean {
  return leafText(leaf) !== "";
}

/** Texts of the comments that govern what hangs at a place, outermost first (sops: §3.3). */
export function governingComments(place: Place): readonly string[] {
  const texts: string[] = [];
  for (let at: Place | undefined = place; at !== undefined; at = at.up) {
    const siblings = at.parent.kind === "branch" ? at.parent.entries : at.parent.items;
    for (let index = at.index - 1; index >= 0; index -= 1) {
      const sibling = siblings[index];
      if (sibling?.kind !== "comment") break;
      texts.push(sibling.text);
    }
  }
  return texts.toReversed();
}
