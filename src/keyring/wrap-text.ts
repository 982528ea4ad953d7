/** Breaks text at blanks, exactly as sops's reports are broken. */

/**
 * Breaks before a word that would pass `width`; a word that is as long as a line stays whole.
 * A line break in the text is kept; blanks before a break are dropped.
 * @param width in characters, at least 2
 */
export function wrapText(text: string, width: number): string {
  const out: string[] = [];
  for (const line of text.split("\n")) {
    if (out.length > 0) out.push("\n");
    pushLine(out, line, width);
  }
  return out.join("");
}

function pushLine(out: string[], line: string, width: number): void {
  let column = 0;
  for (const [, blanks = "", word = ""] of line.matchAll(/([^\S\u00A0]*)((?:\S|\u00A0)*)/g)) {
    const gap = lengthOf(blanks);
    const length = lengthOf(word);
    if (word === "") {
      if (column + gap <= width) out.push(blanks);
      continue;
    }
    // A long word counts as one less than a line: where it has to stick out, it at least begins one.
    if (column + gap + Math.min(length, width - 1) > width) {
      out.push("\n", word);
      column = length;
    } else {
      out.push(blanks, word);
      column += gap + length;
    }
  }
}

/** In characters. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
