/** Secrets of Kubernetes: what stands under `data` is base64, and people want to see and to edit what it says. */
import { decodeBase64, encodeBase64 } from "../../crypto/base64.ts";
import { encodeText } from "../../model/text.ts";
import type { SessionFile } from "./session-file.ts";

/** `binary` is valid base64 of what is no UTF-8; `invalid` is no base64. Both are shown as they stand. */
export type DecodedData = { readonly kind: "text"; readonly text: string } | { readonly kind: "binary" | "invalid" };

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * True for the path of an entry under `data` of a Secret, be it there or not: at the top of a document, or an item of a List.
 * While the file is locked this is known only where `kind` and `apiVersion` are in plaintext.
 */
export function isSecretData(file: SessionFile, path: readonly string[], document: number = 0): boolean {
  const [top, position = ""] = path;
  if (path.length === 2) return top === "data" && isSecret(file, [], document);
  if (path.length !== 4 || top !== "items" || path[2] !== "data") return false;
  const list = textAt(file, ["kind"], document);
  return (list === "List" || list === "SecretList") && isSecret(file, ["items", position], document, list === "SecretList");
}

/** In a SecretList the items need not say what they are. */
function isSecret(file: SessionFile, path: readonly string[], document: number, isImplied: boolean = false): boolean {
  const kind = textAt(file, [...path, "kind"], document);
  const version = textAt(file, [...path, "apiVersion"], document);
  if (isImplied && kind === undefined && version === undefined) return textAt(file, ["apiVersion"], document) === "v1";
  return kind === "Secret" && version === "v1";
}

function textAt(file: SessionFile, path: readonly string[], document: number): string | undefined {
  const row = file.find(path, document);
  const outline = row === undefined ? undefined : file.rows[row];
  if (row === undefined || outline?.kind !== "value") return undefined;
  if (!outline.sealed) return outline.text;
  if (file.locked) return undefined;
  const value = file.open(row);
  return value.kind === "scalar" ? value.canonical : undefined;
}

/** Strictly as RFC 4648: padded, without line breaks, and no bits that mean nothing, so that {@link encodeData} gives the same text again. */
export function decodeData(text: string): DecodedData {
  const bytes = decodeBase64(text);
  if (bytes === undefined) return { kind: "invalid" };
  try {
    if (encodeBase64(bytes) !== text) return { kind: "invalid" };
    return { kind: "text", text: strict.decode(bytes) };
  } catch {
    return { kind: "binary" };
  } finally {
    bytes.fill(0);
  }
}

export function encodeData(text: string): string {
  const bytes = encodeText(text);
  try {
    return encodeBase64(bytes);
  } finally {
    bytes.fill(0);
  }
}
