/**
 * `sotto/core`: the library without files, environment and programs, for browsers and edge runtimes. Bytes go in and come out; what
 * finds files, rules and identities is in `sotto`. On Node the same import runs on node:crypto, elsewhere on the portable primitives
 * (see `crypto/primitives.ts`).
 *
 * It asks for ES2024, `TextDecoder`, `crypto.getRandomValues` and, for age, streams and `crypto.subtle`, which a page has when it comes by
 * https or from this machine; for keys of services `fetch`, `URL`, timers and `AbortSignal`. An engine without
 * `Symbol.dispose` has no `using`: call `dispose()` of a `DataKey` and an `OpenFile` there. Identities are those of age, not of SSH.
 *
 * @example
 * const file = await EncryptedFile.parse(bytes, "yaml");
 * const open = await file.unlock(accessFromIdentities("AGE-SECRET-KEY-1…"));
 * open.set(parsePath("database.password"), valueFromJson('"new"'));
 * const changed = open.encode(new Date());
 * open.dispose();
 */
import { loadIdentities } from "../keys/index.ts";

export { type Access, EncryptedFile, OpenFile, type PrintOptions, type UnlockOptions } from "./file/encrypted-file.ts";
export { encryptFile, type EncryptOptions, encryptOnto, type OntoOptions, type PlainInput } from "./file/encrypt-file.ts";
export { DataKey } from "./crypto/data-key.ts";
export { accessFromIdentities } from "./keyring/text-identities.ts";
export { parseMasterKeys } from "./policy/flag-keys.ts";
export { compileSelector, type Selector } from "./policy/selector.ts";
export type { LeafExplanation } from "./policy/explain.ts";
export { explainPath } from "./file/explain-path.ts";
export { type Change, type ChangeKind, diffTrees } from "./file/diff.ts";
export { toValue } from "./file/convert.ts";
export { formatPath, parsePath, type PathPart } from "./file/path.ts";
export { type SecretValue, valueFromJavaScript, valueFromJson } from "./file/value.ts";
export { formatOfPath, loadFormat } from "../formats/index.ts";
export { decodeText, encodeText } from "./model/text.ts";
export { type ErrorCode, type Position, SottoError } from "./model/error.ts";
export type { Format } from "./model/format.ts";
export type { KeyContext, KeyGroup, MasterKey } from "./model/keys.ts";
export type { KeyProvider } from "./model/provider.ts";
export type { Metadata, SelectorKind, SelectorSetting } from "./model/metadata.ts";
export type {
  Branch,
  Comment,
  Document,
  Entry,
  FormatId,
  Item,
  Leaf,
  Node,
  Null,
  Pair,
  Scalar,
  ScalarType,
  Sequence,
} from "./model/tree.ts";

/** Makes an age identity (`AGE-SECRET-KEY-…`) and its recipient. `pq` resists quantum computers, and has a recipient of 2,000 characters. */
export async function generateIdentity(kind: "x25519" | "pq"): Promise<{ readonly identity: string; readonly recipient: string }> {
  return (await loadIdentities()).generateIdentity(kind);
}
