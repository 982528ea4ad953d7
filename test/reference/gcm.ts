/** The value envelope once more, slow and obvious: sops's pattern as a RegExp, and AES-GCM from another library. */
import { gcm } from "@noble/ciphers/aes.js";
import { decodeText, encodeText } from "../../src/model/text.ts";

const PATTERN = /^ENC\[AES256_GCM,data:([^\n]+),iv:([^\n]+),tag:([^\n]+),type:([^\n]+)\]/;

export interface ReferenceToken {
  readonly data: string;
  readonly iv: string;
  readonly tag: string;
  readonly type: string;
  readonly suffix: string;
}

export function referenceParse(text: string): ReferenceToken | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [whole, data = "", iv = "", tag = "", type = ""] = match;
  return { data, iv, tag, type, suffix: text.slice(whole.length) };
}

export function referenceSeal(key: Uint8Array, type: string, text: string, aad: string, iv: Uint8Array): string {
  const sealed = gcm(key, iv, encodeText(aad)).encrypt(encodeText(text));
  const end = sealed.length - 16;
  return `ENC[AES256_GCM,data:${base64(sealed.slice(0, end))},iv:${base64(iv)},tag:${base64(sealed.slice(end))},type:${type}]`;
}

/** @returns the plaintext, or undefined if it does not verify */
export function referenceOpen(key: Uint8Array, token: ReferenceToken, aad: string): string | undefined {
  const [data, iv, tag] = [token.data, token.iv, token.tag].map((part) => Buffer.from(part, "base64"));
  if (!data || !iv || !tag) return undefined;
  try {
    return decodeText(gcm(key, iv, encodeText(aad)).decrypt(Buffer.concat([data, tag])));
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
