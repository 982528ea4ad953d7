/** The value envelope `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]` (sops: §1). No error here holds a value. */
import { SottoError } from "../model/error.ts";
import { decodeText } from "../model/text.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { DataKey } from "./data-key.ts";
import { IV_LENGTH, TAG_LENGTH, drawIv, openBytes, sealText } from "./gcm.ts";
import { canonicalText } from "./plaintext.ts";
import type { ValueType } from "./plaintext.ts";

export type { ValueType } from "./plaintext.ts";

/** What ciphertext begins with, damaged or not. */
export const MARK = "ENC[AES256_GCM,";
const PREFIX = `${MARK}data:`;
const TYPES: ReadonlySet<string> = new Set<ValueType>(["str", "int", "float", "bool", "time", "comment"]);

/** The fields of an envelope, still encoded. */
export interface Token {
  /** Ciphertext without tag, Base64. */
  readonly data: string;
  readonly iv: string;
  readonly tag: string;
  /** As written, not checked. */
  readonly type: string;
  /** Offset behind the closing bracket; what follows is the suffix. */
  readonly end: number;
}

export interface OpenedValue {
  readonly type: ValueType;
  readonly canonical: string;
  /** Of any length from 1; only one of 32 bytes may be used again. */
  readonly iv: Uint8Array;
  /** What follows the closing bracket; sops ignores it, see `residue.ts`. */
  readonly suffix: string;
}

/**
 * Encrypts one value.
 * @param canonical the canonical text, never empty: sops leaves empty strings and comments alone
 * @param aad the path with a colon behind each key (sops: §1.4)
 * @param iv 32 bytes, only to repeat an unchanged value under the same AAD; drawn at random when absent
 */
export function sealValue(key: DataKey, type: ValueType, canonical: string, aad: string, iv?: Uint8Array): string {
  if (canonical === "") throw new RangeError("an empty value cannot be sealed");
  if (iv !== undefined && iv.length !== IV_LENGTH) throw new RangeError(`the iv must have ${IV_LENGTH} bytes`);
  const nonce = iv ?? drawIv();
  const { ciphertext, tag } = sealText(key, canonical, aad, nonce);
  return `${PREFIX}${encodeBase64(ciphertext)},iv:${encodeBase64(nonce)},tag:${encodeBase64(tag)},type:${type}]`;
}

/** A cheap look at the first bytes: true for every text that {@link openValue} could open, and for few others. */
export function looksSealed(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** Whether ciphertext stands anywhere in a file, without parsing it: also in one that was broken by a merge. */
export function holdsCiphertext(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(MARK);
}

/** @returns the parts of a text that sops would take for an encrypted value, undefined for any other text */
export function parseToken(text: string): Token | undefined {
  const token = scanToken(text);
  if (token === undefined) return undefined;
  const encoded = [token.data, token.iv, token.tag];
  return encoded.every((part) => decodeBase64(part) !== undefined) ? token : undefined;
}

/**
 * Decrypts one value and brings it to its canonical text.
 * @throws SottoError `DECRYPT_FAILED`
 */
export function openValue(key: DataKey, text: string, aad: string): OpenedValue {
  const token = scanToken(text);
  if (token === undefined) throw failed("it does not match the format of sops");
  const iv = decodePart(token.iv, "iv");
  const tag = decodePart(token.tag, "tag");
  if (iv.length === 0) throw failed("its iv is empty");
  if (tag.length !== TAG_LENGTH) throw failed(`its tag has ${tag.length} bytes, it must have ${TAG_LENGTH}`);
  const plaintext = openBytes(key, decodePart(token.data, "data"), aad, iv, tag);
  if (plaintext === undefined) throw failed("message authentication failed");
  const type = readType(token.type);
  const decoded = decodeText(plaintext);
  const canonical = canonicalText(type, decoded);
  if (canonical === undefined) throw failed(`its plaintext is no valid ${type}`);
  return { type, canonical, iv, suffix: text.slice(token.end) };
}

/**
 * Sops's pattern, `^ENC\[AES256_GCM,data:(.+),iv:(.+),tag:(.+),type:(.+)\]` with greedy runs that stop at a line feed.
 * Greedy runs mean that the last separator wins, so that searching from the right gives the same parts in linear time.
 */
function scanToken(text: string): Token | undefined {
  if (!text.startsWith(PREFIX)) return undefined;
  const newline = text.indexOf("\n", PREFIX.length);
  const close = text.lastIndexOf("]", newline === -1 ? text.length : newline);
  const type = lastBefore(text, ",type:", close);
  const tag = lastBefore(text, ",tag:", type);
  const iv = lastBefore(text, ",iv:", tag);
  if (iv <= PREFIX.length) return undefined;
  return {
    data: text.slice(PREFIX.length, iv),
    iv: text.slice(iv + 4, tag),
    tag: text.slice(tag + 5, type),
    type: text.slice(type + 6, close),
    end: close + 1,
  };
}

/** The last place of a separator that leaves at least one character between it and `end`; -1 if there is none. */
function lastBefore(text: string, separator: string, end: number): number {
  const from = end - separator.length - 1;
  return from < PREFIX.length ? -1 : text.lastIndexOf(separator, from);
}

function decodePart(text: string, name: string): Uint8Array {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw failed(`its ${name} is no valid base64`);
  return bytes;
}

/** `bytes` is a type of the first releases; sops crashes on it, here it reads as text. */
function readType(text: string): ValueType {
  if (text === "bytes") return "str";
  if (isValueType(text)) return text;
  throw failed(/^\w{1,20}$/.test(text) ? `unknown datatype ${text}` : "unknown datatype");
}

function isValueType(text: string): text is ValueType {
  return TYPES.has(text);
}

function failed(reason: string): SottoError {
  return new SottoError("DECRYPT_FAILED", `cannot decrypt the value: ${reason}`);
}
