/** The messages of sops's key service (sops: §5.11). A key travels as the fields of its entry in the metadata block. */
import { findProviderRule, storedContext, storedText } from "../metadata/providers.ts";
import type { StoredFields } from "../metadata/providers.ts";
import type { MasterKey } from "../model/keys.ts";
import { bytesField, join, lastBytes, lastText, mapField, readFields, readMap, textField, WireError } from "./wire.ts";

/** The service has no package. */
export const METHODS = { encrypt: "/KeyService/Encrypt", decrypt: "/KeyService/Decrypt" } as const;

export type Method = keyof typeof METHODS;

interface KeyMessage {
  readonly provider: string;
  /** In `Key`, where only one of them is set. */
  readonly number: number;
  /** By field number, from 1: the names that the fields have in the metadata block. */
  readonly fields: readonly string[];
}

const CONTEXT = "context";

const KEY_MESSAGES: readonly KeyMessage[] = [
  { provider: "kms", number: 1, fields: ["arn", "role", CONTEXT, "aws_profile"] },
  { provider: "pgp", number: 2, fields: ["fp"] },
  { provider: "gcp_kms", number: 3, fields: ["resource_id"] },
  { provider: "azure_kv", number: 4, fields: ["vault_url", "name", "version"] },
  { provider: "hc_vault", number: 5, fields: ["vault_address", "engine_path", "key_name"] },
  { provider: "age", number: 6, fields: ["recipient"] },
  { provider: "hckms", number: 7, fields: ["key_id"] },
];

/** What both requests look like: a key, and the bytes to wrap or to unwrap. */
export interface KeyRequest {
  /** Undefined when there is none, or one of a kind that came after sops 3.13. */
  readonly key: MasterKey | undefined;
  /** A copy, which the caller wipes. */
  readonly body: Uint8Array;
}

/** @returns undefined for a kind of key that the protocol does not know */
export function encodeRequest(key: MasterKey, body: Uint8Array): Uint8Array | undefined {
  const message = KEY_MESSAGES.find((one) => one.provider === key.provider);
  if (message === undefined) return undefined;
  const fields = message.fields.flatMap((name, index) =>
    name === CONTEXT ? mapField(index + 1, storedContext(key.stored)) : textField(index + 1, storedText(key.stored, name)),
  );
  const oneOf = join(bytesField(message.number, join(fields), true));
  return join([...bytesField(1, oneOf), ...bytesField(2, body)]);
}

/** @throws WireError */
export function decodeRequest(request: Uint8Array): KeyRequest {
  const fields = readFields(request);
  return { key: decodeKey(lastBytes(fields, 1)), body: Uint8Array.from(lastBytes(fields, 2)) };
}

function decodeKey(bytes: Uint8Array): MasterKey | undefined {
  // Of several kinds the last one counts.
  const field = readFields(bytes).findLast((one) => KEY_MESSAGES.some((known) => known.number === one.number));
  const message = KEY_MESSAGES.find((known) => known.number === field?.number);
  if (message === undefined || field?.bytes === undefined) return undefined;
  const parts = readFields(field.bytes);
  const stored: StoredFields = Object.fromEntries(
    message.fields.map((name, index) => [
      name,
      name === CONTEXT ? Object.fromEntries(readMap(parts, index + 1)) : lastText(parts, index + 1),
    ]),
  );
  const { provider } = message;
  return { provider, label: findProviderRule(provider)?.label(stored) ?? "", stored };
}

export function encodeResponse(body: Uint8Array): Uint8Array {
  return join(bytesField(1, body));
}

/** @returns a copy, which the caller may wipe. @throws WireError */
export function decodeResponse(response: Uint8Array): Uint8Array {
  return Uint8Array.from(lastBytes(readFields(response), 1));
}

export { WireError };
