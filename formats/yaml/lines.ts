/** Offsets of lines in a text. Lines end where go-yaml ends them: at LF, CR LF, CR, U+0085, U+2028 and U+2029. */

const BREAKS = "\n\r\u0085\u2028\u2029";
const NEXT_BREAK = /\r\n|[\n\r\u0085\u2028\u2029]/g;

/** True if a character ends a line. */
function isBreak(char: string | undefined): boolean {
  return char !== undefined && BREAKS.includes(char);
}

/** True if the text ends with a line end. */
export function endsLine(text: string): boolean {
  return isBreak(text[text.length - 1]);
}

/** The lines of a text, without their line ends. */
export function splitLines(text: string): string[] {
  return text.split(/\r\n|[\n\r\u0085\u2028\u2029]/);
}

/** Offset of the first character of the line that holds `at`; a BOM is not part of the first line. */
export function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && !isBreak(text[start - 1])) start -= 1;
  return start === 0 && text.startsWith("\uFEFF") ? 1 : start;
}

/** Offset of the line end behind `at`, or the end of the text. */
export function lineStop(text: string, at: number): number {
  NEXT_BREAK.lastIndex = at;
  return NEXT_BREAK.exec(text)?.index ?? text.length;
}

/** Offset behind the line end of the line that holds `at`, or the end of the text. */
export function nextLine(text: string, at: number): number {
  NEXT_BREAK.lastIndex = at;
  return NEXT_BREAK.test(text) ? NEXT_BREAK.lastIndex : text.length;
}

/** Offset of the line end in front of the line that starts at `start`. */
export function previousStop(text: string, start: number): number {
  if (!isBreak(text[start - 1])) return start;
  return text[start - 2] === "\r" && text[start - 1] === "\n" ? start - 2 : start - 1;
}

/** True if nothing but blanks stands between the start of the line and `at`. */
export function isFirstOnLine(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === " " || text[before] === "\t") before -= 1;
  return before < 0 || isBreak(text[before]) || (before === 0 && text[before] === "\uFEFF");
}

/** The end of the run of blanks and line ends that starts at `at`. */
export function skipSpace(text: string, at: number): number {
  const space = /[ \t\r\n\u0085\u2028\u2029]*/y;
  space.lastIndex = at;
  space.exec(text);
  return space.lastIndex;
}

/** Indents every line that is not empty. */
export function indentLines(lines: readonly string[], by: number): string[] {
  const blanks = " ".repeat(by);
  return lines.map((line) => (line === "" ? line : blanks + line));
}

/** The last of some spans, in the order of the text, that starts at an offset or before. */
export function lastStarting<T extends { readonly start: number }>(sorted: readonly T[], at: number): T | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.start ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1];
}
