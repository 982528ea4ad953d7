/**
 * Bytes to text and back, without loss. Text is UTF-8; a byte that is not part of valid UTF-8 becomes the lone
 * surrogate U+DC00 + byte (PEP 383), so that dotenv, INI and binary values survive as strings.
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
const ESCAPED = /[\uDC80-\uDCFF]/;

/** True if the text holds bytes that are not UTF-8. Half of a surrogate pair does not count. */
export function hasRawBytes(text: string): boolean {
  return ESCAPED.test(text) && !text.isWellFormed();
}

/** Decodes bytes; never throws and never loses a byte. A BOM is kept as U+FEFF. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeEscaped(bytes);
  }
}

/** Encodes text from {@link decodeText} to the same bytes. Lone surrogates outside U+DC80–DCFF become U+FFFD. */
export function encodeText(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts: number[] = [];
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00);
    else for (const byte of encoder.encode(char)) parts.push(byte);
  }
  return Uint8Array.from(parts);
}

function decodeEscaped(bytes: Uint8Array): string {
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      parts.push(String.fromCharCode(0xdc00 + (bytes[at] ?? 0)));
      at += 1;
      continue;
    }
    let end = at + length;
    while (end < bytes.length) {
      const next = sequenceLength(bytes, end);
      if (next === 0) break;
      end += next;
    }
    parts.push(strict.decode(bytes.subarray(at, end)));
    at = end;
  }
  return parts.join("");
}

/** Length of the valid UTF-8 sequence at `at` (RFC 3629), 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const tail = (index: number): boolean => ((bytes[at + index] ?? 0) & 0xc0) === 0x80;
  if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const low = lead === 0xe0 ? 0xa0 : 0x80;
    const high = lead === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && tail(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const low = lead === 0xf0 ? 0x90 : 0x80;
    const high = lead === 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}
