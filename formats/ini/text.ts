/** White space and lines as Go's reader knows them. Offsets are absolute; an end is exclusive. */
import type { Span } from "../../src/model/tree.ts";

/** go unicode.IsSpace; JavaScript's own notion differs (U+0085, U+FEFF). */
export function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

export function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

export function skipSpaceBack(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isSpace(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

/** The stretch without white space around it; an empty one stands at `end`. */
export function trimSpan(text: string, start: number, end: number): Span {
  const from = skipSpace(text, start, end);
  return { start: from, end: skipSpaceBack(text, from, end) };
}

export function trim(text: string): string {
  const { start, end } = trimSpan(text, 0, text.length);
  return text.slice(start, end);
}

/** Where the line that `offset` is on begins; a byte order mark is not part of it. */
export function lineStart(text: string, offset: number): number {
  if (offset === 0) return 0;
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return start === 0 && text.startsWith("\uFEFF") ? 1 : start;
}

/** Where the line that holds `start` ends, its LF included. */
export function lineEnd(text: string, start: number): number {
  const feed = text.indexOf("\n", start);
  return feed === -1 ? text.length : feed + 1;
}

/** Offset of the first character of the stretch that `pattern` (sticky-free, without flags) matches, -1 if none does. */
export function findIn(text: string, start: number, end: number, pattern: RegExp): number {
  const found = text.slice(start, end).search(pattern);
  return found === -1 ? -1 : start + found;
}
