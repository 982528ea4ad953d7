/** Base64 as Go's standard encoding reads it: padded, `+/`, CR ignored. Node's own decoder takes nearly anything. */

/** @returns the bytes, or undefined if the text is not padded standard Base64 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const source = text.includes("\r") ? text.replaceAll("\r", "") : text;
  const { length } = source;
  if (length % 4 !== 0) return undefined;
  if (source.includes("-") || source.includes("_")) return undefined;
  const padding = source.endsWith("==") ? 2 : Number(source.endsWith("="));
  // Node skips what it does not know, so that every foreign character makes the result shorter than this.
  const expected = (length / 4) * 3 - padding;
  const bytes = Buffer.from(source, "base64");
  return bytes.length === expected ? bytes : undefined;
}

/** Padded standard Base64 without line breaks. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
