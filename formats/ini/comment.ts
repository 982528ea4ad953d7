/** INI comments: what sops reads of their lines, and how they are written back. */
import type { CommentSlot } from "./slots.ts";
import { lineEnd, skipSpace, trim } from "./text.ts";

const MARKS = "#;";

/**
 * The text that sops makes of joined comment lines: trimmed, and stripped of the first mark with its repetitions and blanks.
 * sops crashes when it prints a comment whose first line is empty then (`#`, `# title`, `#`), so that there the marks stay.
 */
export function commentText(raw: string): string {
  const text = trim(raw);
  return text.slice(markLength(text));
}

/** Length of the marks that are not part of the text. */
export function markLength(text: string): number {
  const mark = text.charAt(0);
  if (mark === "" || !MARKS.includes(mark)) return 0;
  let at = 1;
  while (at < text.length && (text.charAt(at) === mark || text.charAt(at) === " ")) at += 1;
  return text.charAt(at) === "\n" ? 0 : at;
}

/** The comment lines of a stretch of text without indentation and blank lines; undefined if other lines are among them. */
export function rawLines(region: string): string | undefined {
  const parts: string[] = [];
  for (let at = 0; at < region.length;) {
    const end = lineEnd(region, at);
    const start = skipSpace(region, at, end);
    if (start < end) {
      if (!MARKS.includes(region.charAt(start))) return undefined;
      parts.push(region.slice(start, end));
    }
    at = end;
  }
  return parts.join("");
}

/** The pieces of a comment in the file: its lines, and the part behind a value with the white space in front of it. */
export interface Pieces {
  readonly region: string;
  readonly behind: string;
}

export function piecesOf(text: string, slot: CommentSlot): Pieces {
  const { behind } = slot;
  return { region: text.slice(slot.start, slot.end), behind: behind ? text.slice(behind.start, behind.end) : "" };
}

/**
 * One text for both pieces. Without a part behind the value it is the lines as they are; else the number of UTF-16 code units
 * of the lines, a colon, the lines, and the part behind, for example `5:; two ; three`. A comment cannot begin with a digit,
 * so that the two forms cannot be mistaken for each other.
 */
export function joinPieces(pieces: Pieces): string {
  return pieces.behind === "" ? pieces.region : `${pieces.region.length}:${pieces.region}${pieces.behind}`;
}

/** The reverse of {@link joinPieces}; undefined for what it did not make. */
export function splitPieces(joined: string): Pieces | undefined {
  const match = /^(\d+):/.exec(joined);
  if (!match) return { region: joined, behind: "" };
  const start = match[0].length;
  const end = start + Number(match[1]);
  return end < joined.length ? { region: joined.slice(start, end), behind: joined.slice(end) } : undefined;
}

/**
 * The text that sops would read in these pieces; undefined if they are not a comment.
 * @param end what follows the lines in the file, white space included
 */
export function readPieces(pieces: Pieces, end: string): string | undefined {
  const lines = rawLines(pieces.region);
  const behind = trim(pieces.behind);
  if (lines === undefined || behind.includes("\n") || (behind !== "" && !MARKS.includes(behind.charAt(0)))) return undefined;
  return commentText(lines === "" ? behind : lines + end + behind);
}

/** The marks in front of the text; for a comment that keeps its marks as text, its first one and a blank; sops's own if it has no lines. */
export function prefixOf(text: string, slot: CommentSlot): string {
  if (slot.end === slot.start) return "; ";
  return slot.text > slot.start ? text.slice(slot.start, slot.text) : `${text.charAt(slot.start)} `;
}

/** Whose comment it is; sops trims the lines of a key's comment only. */
export type CommentOwner = "key" | "section";

/**
 * Comment lines as sops prints them: a line keeps a mark that it begins with, followed by one blank; other lines get `; `.
 * @param prefix the marks of the first line
 */
export function printComment(text: string, prefix: string, owner: CommentOwner): string[] {
  return text.split("\n").map((line, index) => {
    if (isMark(line.charAt(0))) return `${line.charAt(0)} ${trim(line.slice(1))}`;
    // sops crashes on an empty line.
    if (line === "") return index > 0 ? ";" : prefix;
    return (index === 0 ? prefix : "; ") + (owner === "key" ? trim(line) : line);
  });
}

/** The same in a file with these line ends. */
export function commentBlock(text: string, prefix: string, owner: CommentOwner, end: string): string {
  return printComment(text, prefix, owner)
    .map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line))
    .join(end);
}

export function isMark(char: string): boolean {
  return char !== "" && MARKS.includes(char);
}
