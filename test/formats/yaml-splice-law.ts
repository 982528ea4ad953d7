/** The laws of splicing, for any document: cover and attach, read again, spell and detach. */
import { yaml } from "../../formats/yaml.ts";
import type { Branch, Comment, Document, Entry, Item, Leaf, Node, Scalar } from "../../src/model/tree.ts";
import { splice } from "../../src/model/tree.ts";

export function str(canonical: string): Scalar {
  return { kind: "scalar", type: "str", canonical };
}

export function mapping(...pairs: readonly (readonly [string, Node])[]): Branch {
  return { kind: "branch", entries: pairs.map(([key, value]): Entry => ({ kind: "pair", key, value })) };
}

export function list(...items: readonly Item[]): Node {
  return { kind: "sequence", items };
}

/** A metadata block as sops writes it, with a MAC to tell it by. */
export function block(mac: string): Branch {
  return mapping(
    [
      "age",
      list(
        mapping(
          ["enc", str("-----BEGIN AGE ENCRYPTED FILE-----\nYWJj\n-----END AGE ENCRYPTED FILE-----\n")],
          ["recipient", str("age1xyz")],
        ),
      ),
    ],
    ["lastmodified", str("2024-01-02T03:04:05Z")],
    ["mac", str(`ENC[AES256_GCM,data:${mac},iv:aXY=,tag:dGFn,type:str]`)],
    ["version", str("3.13.3")],
  );
}

export interface Found {
  readonly leaf: Leaf;
  /** Keys and positions; comments are not counted, since splicing may hand one to a neighbouring collection. */
  readonly path: string;
}

/** All leaves of a document in order. */
export function leavesOf(document: Document): Found[] {
  const found: Found[] = [];
  const visit = (node: Entry | Item, path: string): void => {
    switch (node.kind) {
      case "pair":
        return visit(node.value, `${path}.${node.key}`);
      case "branch":
        return node.entries.forEach((entry) => visit(entry, path));
      case "sequence": {
        let position = 0;
        for (const item of node.items) {
          visit(item, `${path}[${position}]`);
          if (item.kind !== "comment") position += 1;
        }
        return;
      }
      case "scalar":
      case "comment":
        found.push({ leaf: node, path });
        return;
      case "null":
        return;
    }
  };
  document.roots.forEach((root, index) => visit(root, `#${index}`));
  return found;
}

export function textOf(leaf: Leaf): string {
  return leaf.kind === "comment" ? leaf.text : leaf.canonical;
}

/** The leaves as text: path, type and value, comments without their path. */
export function signature(document: Document, options: { readonly wholeFloats?: "int" } = {}): string[] {
  return leavesOf(document).map(({ leaf, path }) => {
    if (leaf.kind === "comment") return `# ${leaf.text}`;
    // sops prints the float 2.0 as `2`, which is an integer from then on (sops: §4.1.2).
    const type = options.wholeFloats === "int" && leaf.type === "float" && /^-?\d+$/.test(leaf.canonical) ? "int" : leaf.type;
    return `${path} ${type} ${leaf.canonical}`;
  });
}

/** What a leaf's token stands for. */
interface Hidden {
  readonly leaf: Leaf;
  readonly source: string | undefined;
  readonly bare: string | undefined;
  readonly suffix: string;
}

export interface Covered {
  readonly plain: Document;
  readonly text: string;
  readonly document: Document;
  readonly hidden: ReadonlyMap<string, Hidden>;
}

/** Covers every leaf that is not empty and attaches a block, as encryption does. */
export function coverAll(text: string): Covered {
  const plain = yaml.parse(text);
  const hidden = new Map<string, Hidden>();
  const tokens = new Map<Leaf, string>();
  const splices = [...yaml.attach(plain, block("bWFj"))];
  for (const { leaf } of leavesOf(plain)) {
    if (textOf(leaf) === "") continue;
    const source = leaf.slot === undefined ? undefined : yaml.source(plain, leaf);
    const bare = leaf.slot === undefined ? undefined : yaml.bare(plain, leaf);
    const suffix = source === bare ? "" : source === textOf(leaf) ? "~p" : "~cmVzaWR1ZQ==";
    const type = leaf.kind === "comment" ? "comment" : leaf.type;
    const token = `ENC[AES256_GCM,data:${btoa(String(tokens.size))},iv:aXY=,tag:dGFn,type:${type}]${suffix}`;
    tokens.set(leaf, token);
    hidden.set(token, { leaf, source, bare, suffix });
    if (leaf.slot !== undefined) splices.push(...yaml.cover(plain, leaf, token));
  }
  splices.push(...(yaml.expandAliases?.(plain, (leaf) => tokens.get(leaf)) ?? []));
  const covered = splice(text, splices);
  return { plain, text: covered, document: yaml.parse(covered), hidden };
}

/** What stands behind a leaf's token. Block scalars have line feeds behind it. */
export function hiddenBehind(covered: Covered, leaf: Leaf): Hidden | undefined {
  return covered.hidden.get(textOf(leaf).trimEnd());
}

/** Puts all values back, as decryption does. */
export function spellAll(covered: Covered, residues: boolean): string {
  const { document } = covered;
  const value = (leaf: Leaf): Scalar | Comment => hiddenBehind(covered, leaf)?.leaf ?? leaf;
  const aliases = yaml.restoreAliases?.(document, value) ?? { splices: [], leaves: new Set<Leaf>() };
  const splices = [...yaml.detach(document), ...aliases.splices];
  for (const { leaf } of leavesOf(document)) {
    const hidden = hiddenBehind(covered, leaf);
    if (hidden === undefined || leaf.slot === undefined || aliases.leaves.has(leaf)) continue;
    const residue = hidden.suffix === "~p" ? textOf(hidden.leaf) : hidden.source;
    const plain = withoutSlot(hidden.leaf);
    splices.push(
      ...(residues && hidden.suffix !== "" && residue !== undefined
        ? yaml.spell(document, leaf, plain, residue)
        : yaml.spell(document, leaf, plain)),
    );
  }
  return splice(covered.text, splices);
}

export function withoutSlot(leaf: Leaf): Leaf {
  return leaf.kind === "comment"
    ? { kind: "comment", text: leaf.text, inline: leaf.inline }
    : { kind: "scalar", type: leaf.type, canonical: leaf.canonical };
}
