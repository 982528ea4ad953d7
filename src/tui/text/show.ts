/**
 * Untrusted text on one line of a terminal: key names, comments, paths, names and values come from files that somebody else may
 * have written. What could move the cursor, reorder, hide or stack up is replaced by something visible.
 */

/** Printable ASCII stands for itself, one cell a character. */
export const PRINTABLE_ASCII: RegExp = /^[ -~]*$/;

/**
 * Controls, format characters, lone surrogates, private and unassigned characters (`C`), invisible ones, line separators, all
 * blanks but the two ordinary ones, and the letters that join to whatever follows them.
 */
const UNSAFE =
  "\\p{C}\\p{Default_Ignorable_Code_Point}\\p{Zl}\\p{Zp}\\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u2800" +
  "\\u0D4E\\u{111C2}\\u{111C3}\\u{113D1}\\u{1193F}\\u{11941}\\u{11A84}-\\u{11A89}\\u{11D46}\\u{11F02}";
const UNSAFE_CHARACTER = new RegExp(`[${UNSAFE}]`, "u");
const UNSAFE_BUT_LINES = new RegExp(`(?![\\t\\n])[${UNSAFE}]`, "u");
const NEEDS_CARE = new RegExp(`[${UNSAFE}\\p{M}]`, "u");
const MARK = /\p{M}/u;

/** Accents that one letter may carry; more are a way to draw over the neighbouring lines. */
const MOST_MARKS = 3;

/**
 * The text made harmless: `␛` and its like for ASCII controls, `⟨202E⟩` for everything else that has no honest look. Applying it
 * again changes nothing. The result can only get longer.
 */
export function show(text: string): string {
  if (PRINTABLE_ASCII.test(text) || !NEEDS_CARE.test(text)) return text;
  const parts: string[] = [];
  let room = 0;
  for (const char of text) {
    const isMark = MARK.test(char);
    if (UNSAFE_CHARACTER.test(char) || (isMark && room === 0)) {
      parts.push(picture(char.codePointAt(0) ?? 0));
      room = 0;
    } else {
      parts.push(char);
      room = isMark ? room - 1 : char === " " ? 0 : MOST_MARKS;
    }
  }
  return parts.join("");
}

/** True if a reader of the text, shown line by line, would see all of it: nothing invisible, no controls but tab and newline. */
export function isHonest(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || !UNSAFE_BUT_LINES.test(text);
}

function picture(code: number): string {
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `⟨${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
}
