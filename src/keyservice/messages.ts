/** The messages of sops's key service (sops: §5.11). A key travels as the fields of its entry in the metadata block. */
import { findProvider, providers } from "../../keys/index.ts";
import type { MasterKey } from "../model/keys.ts";
import type { KeyProvider } from "../model/provider.ts";
import { makeKey, storedPairs, storedText } from "../model/provider.ts";
import { bytesField, join, lastBytes, lastText, mapField, readFields, readMap, textField, WireError } from "./wire.ts";

/** The service has no package. */
export const METHODS = { encrypt: "/KeyService/Encrypt", decrypt: "/KeyService/Decrypt" } as const;

export type Method = keyof typeof METHODS;

/** What both requests look like: a key, and the bytes to wrap or to unwrap. */
export interface KeyRequest {
  /** Undefined when there is none, or one of a kind that came after sops 3.13. */
  readonly key: MasterKey | undefined;
  /** A copy, which the caller wipes. */
  readonly body: Uint8Array;
}

/** @returns undefined for a kind of key that the protocol does not know */
export function encodeRequest(key: MasterKey, body: Uint8Array): Uint8Array | undefined {
  const provider = findProvider(key.provider);
  if (provider === undefined) return undefined;
  const fields = provider.message.fields.flatMap((name, index) =>
    isMapping(provider, name) ? mapField(index + 1, storedPairs(key.stored, name)) : textField(index + 1, storedText(key.stored, name)),
  );
  const oneOf = join(bytesField(provider.message.number, join(fields), true));
  return join([...bytesField(1, oneOf), ...bytesField(2, body)]);
}

/** @throws WireError */
export function decodeRequest(request: Uint8Array): KeyRequest {
  const fields = readFields(request);
  return { key: decodeKey(lastBytes(fields, 1)), body: Uint8Array.from(lastBytes(fields, 2)) };
}

function decodeKey(bytes: Uint8Array): MasterKey | undefined {
  // Of several kinds the last one counts.
  const field = readFields(bytes).findLast((one) => byNumber(one.number) !== undefined);
  const provider = field === undefined ? undefined : byNumber(field.number);
  if (provider === undefined || field?.bytes === undefined) return undefined;
  const parts = readFields(field.bytes);
  const stored = provider.message.fields.map((name, index) => [
    name,
    isMapping(provider, name) ? Object.fromEntries(readMap(parts, index + 1)) : lastText(parts, index + 1),
  ]);
  return makeKey(provider, Object.fromEntries(stored));
}

function isMapping(provider: KeyProvider, name: string): boolean {
  return provider.stored.some((field) => field.name === name && field.mapping === true);
}

function byNumber(number: number): KeyProvider | undefined {
  return providers.find((one) => one.message.number === number);
}

export function encodeResponse(body: Uint8Array): Uint8Array {
  return join(bytesField(1, body));
}

/** @returns a copy, which the caller may wipe. @throws WireError */
export function decodeResponse(response: Uint8Array): Uint8Array {
  return Uint8Array.from(lastBytes(readFields(response), 1));
}

export { WireError };
