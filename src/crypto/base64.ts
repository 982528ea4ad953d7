/** Base64 as Go's standard encoding reads it: padded, `+/`, CR ignored. Node's own decoder takes nearly anything. */

const FOREIGN = /[^A-Za-z0-9+/=]/;

/** @returns the bytes, or undefined if the text is not padded standard Base64 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const source = text.includes("\r") ? text.replaceAll("\r", "") : text;
  const { length } = source;
  if (length % 4 !== 0 || FOREIGN.test(source)) return undefined;
  const padding = source.endsWith("==") ? 2 : Number(source.endsWith("="));
  const bytes = Buffer.from(source, "base64");
  // Node stops at a padding character in the middle, or skips it: the result is then shorter than it should be.
  return bytes.length === (length / 4) * 3 - padding ? bytes : undefined;
}

/** Padded standard Base64 without line breaks. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
