/** Values go to the vault, one for each place, in the form that its file stores them in. */
import { SottoError } from "../../model/error.ts";
import type { FormatId, Node } from "../../model/tree.ts";
import { decodeData, encodeData, isSecretData } from "../../workspace/session/kubernetes.ts";
import { type EditorEffect, type EditorTarget, parseAs } from "../model/editor.ts";
import type { Path } from "../model/edits.ts";
import type { ValueRef, ValueSource } from "../model/facts.ts";
import { type Edge, explainShort } from "./edge.ts";

type EffectOf<K extends EditorEffect["kind"]> = Extract<EditorEffect, { readonly kind: K }>;

export function keep(edge: Edge, { ids, label, targets, type, text, base64 }: EffectOf<"keep">): void {
  const parsed = parseAs(type, text);
  if (!parsed.ok) {
    edge.dispatch({ topic: "project", kind: "message", tone: "error", text: `not kept: ${parsed.problem}` });
    return;
  }
  const nodes = targets.map((target) => {
    const node = base64 && isBase64At(edge, target) ? encoded(parsed.node, text) : parsed.node;
    return asStored(node, text, edge.state().files.get(target.file)?.format);
  });
  put(edge, ids, label, targets, nodes);
}

/** A secret is not put where everybody who has the file could read it. */
export function copyOver(edge: Edge, { ids, label, from, targets }: EffectOf<"copy over">): void {
  try {
    const node = nodeOf(edge, from);
    const open = targets.find((target) => !isEncryptedAt(edge, target) && isSecretAt(edge, from));
    if (open !== undefined) {
      const text = `Not copied: the file of ${open.label} leaves this key readable, and the value is a secret. e types another one.`;
      edge.dispatch({ topic: "project", kind: "message", tone: "error", text });
      return;
    }
    const isData = from.kind === "row" && isBase64Row(edge, from);
    const nodes = targets.map((target) => {
      const text = node.kind === "scalar" ? node.canonical : "";
      if (from.kind !== "row" || isData === isBase64At(edge, target) || node.kind !== "scalar") {
        return asStored(node, text, edge.state().files.get(target.file)?.format);
      }
      const data = isData ? decodeData(text) : undefined;
      if (data === undefined) return encoded(node, text);
      return data.kind === "text" ? ({ kind: "scalar", type: "str", canonical: data.text } as const) : node;
    });
    put(edge, ids, label, targets, nodes);
  } catch (error) {
    edge.dispatch({ topic: "project", kind: "message", tone: "error", text: `not copied: ${explainShort(error)}` });
  }
}

function put(edge: Edge, ids: readonly string[], label: string, targets: readonly EditorTarget[], nodes: readonly Node[]): void {
  const values: ValueRef[] = [];
  const facts: EditorTarget[] = [];
  for (const [index, target] of targets.entries()) {
    const id = ids[index];
    const node = nodes[index];
    if (id === undefined || node === undefined) continue;
    const known = edge.vault.keep(id, node);
    // Nulls and empty texts are never encrypted.
    const text = node.kind === "scalar" ? node.canonical : node.kind === "null" ? "" : undefined;
    const encrypted = isEncryptedAt(edge, target);
    values.push({ id, facts: known, ...(text !== undefined && (text === "" || !encrypted) ? { plain: text } : {}) });
    facts.push({ ...target, encrypted });
  }
  edge.dispatch({ topic: "editor", kind: "kept", label, targets: facts, values });
}

/** The place is an entry of a Kubernetes Secret, which is base64. */
export function isBase64At(edge: Edge, { file, path }: { readonly file: string; readonly path: Path }): boolean {
  const session = edge.held.get(file)?.session;
  return session !== undefined && isSecretData(session, path);
}

function isBase64Row(edge: Edge, { file, row }: Extract<ValueSource, { readonly kind: "row" }>): boolean {
  const session = edge.held.get(file)?.session;
  return session !== undefined && isSecretData(session, session.pathOf(row).map(String), session.rows[row]?.document);
}

/** As {@link isBase64At}, of a value that may not be saved yet. Old versions are taken as they stand. */
export function isBase64(edge: Edge, source: ValueSource): boolean {
  if (source.kind === "row") return isBase64Row(edge, source);
  if (source.kind === "old") return false;
  const edit = edge
    .state()
    .edits.done.flatMap(({ edits }) => edits)
    .findLast(({ change }) => change.kind === "set" && change.value.id === source.id);
  return edit !== undefined && isBase64At(edge, edit);
}

function isEncryptedAt(edge: Edge, { file, path, encrypted }: EditorTarget): boolean {
  return edge.state().files.get(file)?.wouldEncrypt(path) ?? encrypted;
}

/** False for what a file leaves readable where it stands. Of an old version that is not known; its place will be as it was. */
function isSecretAt(edge: Edge, source: ValueSource): boolean {
  if (source.kind === "old") return false;
  const state = edge.state();
  if (source.kind === "row") return state.files.get(source.file)?.rows[source.row]?.sealed !== false;
  for (const { edits } of state.edits.done) {
    for (const { change } of edits) if (change.kind === "set" && change.value.id === source.id) return change.value.plain === undefined;
  }
  return true;
}

/** All of it, with its types, and with what a map holds. @throws SottoError what opening a value throws */
export function nodeOf(edge: Edge, source: ValueSource): Node {
  if (source.kind === "kept") return edge.vault.node(source.id);
  if (source.kind === "old") return pastNode(edge, source);
  const session = edge.held.get(source.file)?.session;
  if (session === undefined) throw new SottoError("FILE_UNREADABLE", `${source.file} is not open any more`);
  if (session.rows[source.row]?.kind !== "comment") return session.openNode(source.row);
  const value = session.open(source.row);
  return { kind: "scalar", type: "str", canonical: value.kind === "comment" ? value.text : value.canonical };
}

function pastNode(edge: Edge, source: Extract<ValueSource, { readonly kind: "old" }>): Node {
  const node = edge.past?.node(source);
  if (node === undefined) throw new SottoError("PATH_NOT_FOUND", "this old value is not open any more: choose the commit again");
  return node;
}

function encoded(node: Node, text: string): Node {
  return node.kind === "scalar" ? { kind: "scalar", type: "str", canonical: encodeData(text) } : node;
}

/** dotenv and INI know no types. */
function asStored(node: Node, text: string, format: FormatId | undefined): Node {
  const isText = format === "dotenv" || format === "ini" || format === "binary";
  return isText && (node.kind === "null" || (node.kind === "scalar" && node.type !== "str"))
    ? { kind: "scalar", type: "str", canonical: text }
    : node;
}
