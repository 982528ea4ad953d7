/** Offsets of lines in a text. A line ends at LF; a CR in front of it belongs to the line end. */

/** Offset of the first character of the line that holds `at`; a BOM is not part of the first line. */
export function lineStart(text: string, at: number): number {
  const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  return start === 0 && text.startsWith("\uFEFF") ? 1 : start;
}

/** Offset of the line end behind `at`, or the end of the text. */
export function lineStop(text: string, at: number): number {
  const feed = text.indexOf("\n", at);
  if (feed === -1) return text.length;
  return feed > at && text[feed - 1] === "\r" ? feed - 1 : feed;
}

/** Offset behind the line end of the line that holds `at`, or the end of the text. */
export function nextLine(text: string, at: number): number {
  const feed = text.indexOf("\n", at);
  return feed === -1 ? text.length : feed + 1;
}

/** Offset of the line end in front of the line that starts at `start`. */
export function previousStop(text: string, start: number): number {
  if (start === 0 || text[start - 1] !== "\n") return start;
  return text[start - 2] === "\r" ? start - 2 : start - 1;
}

/** True if nothing but blanks stands between the start of the line and `at`. */
export function isFirstOnLine(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === " " || text[before] === "\t") before -= 1;
  return before < 0 || text[before] === "\n" || (before === 0 && text[before] === "\uFEFF");
}

/** The run of blanks and line ends that starts at `at`. */
export function skipSpace(text: string, at: number): number {
  const space = /[ \t\r\n]*/y;
  space.lastIndex = at;
  space.exec(text);
  return space.lastIndex;
}

/** Indents every line that is not empty. */
export function indentLines(lines: readonly string[], by: number): string[] {
  const blanks = " ".repeat(by);
  return lines.map((line) => (line === "" ? line : blanks + line));
}
