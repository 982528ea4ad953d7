/** Edits of the screens, which know values by ids alone, as edits of the core with the values of the vault in them; and back. */
import { randomUUID } from "node:crypto";
import { formatOfPath } from "../../../formats/index.ts";
import type { Node } from "../../model/tree.ts";
import type { EditedFile } from "../../workspace/session/save-session.ts";
import type { SessionEdit } from "../../workspace/session/session-edits.ts";
import { SottoError } from "../../model/error.ts";
import { type Edit, type Edits, editsByFile } from "../model/edits.ts";
import type { Facts, ValueRef } from "../model/facts.ts";
import type { Edge } from "./edge.ts";
import type { Vault } from "./vault.ts";

/** One for each edit, in their order. @throws RangeError for a value that is not in the vault */
export function toSessionEdits(vault: Vault, edits: readonly Edit[]): readonly SessionEdit[] {
  return edits.map(({ path, change }): SessionEdit => {
    switch (change.kind) {
      case "set":
        return { kind: "set", path, node: vault.node(change.value.id) };
      case "remove":
        return { kind: "remove", path };
      case "rename":
        return { kind: "rename", path, to: change.to };
    }
  });
}

/** What a save works on. @throws SottoError `FILE_MISSING` for a file that is not held */
export function editedFiles(edge: Edge, edits: Edits, paths?: readonly string[]): readonly EditedFile[] {
  return [...editsByFile(edits)].filter(([path]) => paths?.includes(path) !== false).map(([path, own]) => editedFile(edge, path, own));
}

export function editedFile(edge: Edge, path: string, edits: readonly Edit[]): EditedFile {
  const held = edge.held.get(path);
  if (held === undefined) throw new SottoError("FILE_MISSING", `${path} is not open any more`, { file: path });
  return { path, format: formatOfPath(path), base: held.bytes, edits: toSessionEdits(edge.vault, edits), session: held.session };
}

/** A value that is no edit yet, in the vault. */
export function keepNode(vault: Vault, node: Node, encrypted: boolean): ValueRef {
  const id = randomUUID();
  vault.keep(id, node);
  const facts = factsOfNode(vault, node);
  return { id, facts, ...(encrypted || node.kind !== "scalar" ? {} : { plain: node.canonical }) };
}

/** A list or a map counts as the text of its contents. */
export function factsOfNode(vault: Vault, node: Node): Facts {
  if (node.kind !== "branch" && node.kind !== "sequence") return vault.factsOf(node);
  return vault.factsOf({ kind: "scalar", type: "str", canonical: JSON.stringify(node) });
}

export interface Destination {
  readonly file: string;
  readonly isEncrypted: (path: readonly string[]) => boolean;
  /** True where something stands already. */
  readonly has: (path: readonly string[]) => boolean;
}

/** Values go into the vault; a map is set leaf by leaf, so that each of them can be seen. */
export function fromSessionEdits(vault: Vault, edits: readonly SessionEdit[], to: Destination): readonly Edit[] {
  return edits.flatMap((edit): readonly Edit[] => {
    const { file } = to;
    const { path } = edit;
    if (edit.kind === "remove") return [{ file, path, change: { kind: "remove" } }];
    if (edit.kind === "rename") return [{ file, path, change: { kind: "rename", to: edit.to } }];
    const isMap = edit.node.kind === "branch" && edit.node.entries.some((entry) => entry.kind === "pair");
    const first: readonly Edit[] = isMap && to.has(path) ? [{ file, path, change: { kind: "remove" } }] : [];
    return [...first, ...setLeaves(vault, edit.node, path, to)];
  });
}

function setLeaves(vault: Vault, node: Node, path: readonly string[], to: Destination): readonly Edit[] {
  const pairs = node.kind === "branch" ? node.entries.filter((entry) => entry.kind === "pair") : [];
  if (pairs.length > 0) return pairs.flatMap((pair) => setLeaves(vault, pair.value, [...path, pair.key], to));
  return [{ file: to.file, path, change: { kind: "set", value: keepNode(vault, node, to.isEncrypted(path)) } }];
}

/** Ids of all values of some edits. */
export function valueIds(edits: readonly Edit[]): readonly string[] {
  return edits.flatMap(({ change }) => (change.kind === "set" ? [change.value.id] : []));
}
