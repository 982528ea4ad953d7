/** Base64 as Go's standard encoding reads it: padded, `+/`, CR ignored. The decoders below take nearly anything. */
import { primitives } from "#primitives";

const FOREIGN = /[^A-Za-z0-9+/=]/;

/** @returns the bytes, or undefined if the text is not padded standard Base64 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const source = text.includes("\r") ? text.replaceAll("\r", "") : text;
  const { length } = source;
  if (length % 4 !== 0 || FOREIGN.test(source)) return undefined;
  const padding = source.endsWith("==") ? 2 : Number(source.endsWith("="));
  const bytes = primitives.decodeBase64(source);
  // A padding character in the middle gives fewer bytes than it should.
  return bytes.length === (length / 4) * 3 - padding ? bytes : undefined;
}

/** Padded standard Base64 without line breaks. */
export function encodeBase64(bytes: Uint8Array): string {
  return primitives.encodeBase64(bytes);
}
