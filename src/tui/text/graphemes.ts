/**
 * Borders between the characters that a user sees. A newline is always one of its own, so that no character goes over the end of
 * a line. Only the neighbourhood of a place is looked at, however long the text is.
 */

/** Made on first use: it takes longer than anything else here. */
let segmenter: Intl.Segmenter | undefined;

function segment(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return segmenter.segment(text);
}

const WINDOW = 64;
/** Code units that are looked back for a place that is certainly a border. No honest character is as long. */
const LOOK_BACK = 1024;

/** One by one, as far as the caller reads. */
export function* graphemes(text: string): Generator<string, void> {
  for (const { segment: one } of segment(text)) yield one;
}

/** The border behind the character that begins at `at`; the end of the text stays where it is. */
export function nextBorder(text: string, at: number): number {
  if (at >= text.length) return text.length;
  if (isNewline(text, at)) return at + 1;
  if (isAscii(text, at) && (at + 1 === text.length || isAscii(text, at + 1))) return at + 1;
  for (let size = WINDOW; ; size *= 2) {
    const whole = text.slice(at, at + size);
    const newline = whole.indexOf("\n");
    const window = newline === -1 ? whole : whole.slice(0, newline);
    const [first] = graphemes(window);
    const length = first?.length ?? 1;
    const mayGoOn = length === window.length && newline === -1 && at + size < text.length;
    if (!mayGoOn || size >= LOOK_BACK) return at + length;
  }
}

/** The border before the character that ends at `at`. */
export function previousBorder(text: string, at: number): number {
  if (at <= 1) return 0;
  if (isNewline(text, at - 1) || (isAscii(text, at - 1) && isAscii(text, at - 2))) return at - 1;
  return lastBorderBefore(text, at);
}

/** The first border at `at` or behind it. */
export function snapToBorder(text: string, at: number): number {
  if (at <= 0) return 0;
  if (at >= text.length) return text.length;
  if (isNewline(text, at - 1) || (isAscii(text, at - 1) && isAscii(text, at))) return at;
  return nextBorder(text, lastBorderBefore(text, at));
}

/** Where the next word ends. */
export function wordEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && !isWord(text, end)) end += sizeAt(text, end);
  while (end < text.length && isWord(text, end)) end += sizeAt(text, end);
  return snapToBorder(text, end);
}

/** Where the word before begins. */
export function wordStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && !isWord(text, before(text, start))) start = before(text, start);
  while (start > 0 && isWord(text, before(text, start))) start = before(text, start);
  return snapToBorder(text, start);
}

function lastBorderBefore(text: string, at: number): number {
  const from = certainBorder(text, at - 1);
  let last = from;
  for (const { index } of segment(text.slice(from, at))) last = from + index;
  return last;
}

/** Between two ASCII characters there always is a border, and behind a newline. */
function certainBorder(text: string, at: number): number {
  const limit = Math.max(0, at - LOOK_BACK);
  let place = at;
  while (place > limit && !isNewline(text, place - 1) && !(isAscii(text, place - 1) && isAscii(text, place))) place -= 1;
  return place > 0 && isLowSurrogate(text, place) ? place - 1 : place;
}

function isAscii(text: string, at: number): boolean {
  return text.charCodeAt(at) < 0x80;
}

function isNewline(text: string, at: number): boolean {
  return text.charCodeAt(at) === 10;
}

function isLowSurrogate(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
}

function before(text: string, at: number): number {
  return at > 1 && isLowSurrogate(text, at - 1) ? at - 2 : at - 1;
}

function sizeAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function isWord(text: string, at: number): boolean {
  return /[\p{L}\p{N}\p{M}_]/u.test(String.fromCodePoint(text.codePointAt(at) ?? 0));
}
