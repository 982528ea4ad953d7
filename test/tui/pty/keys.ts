/** What a terminal sends for a key, by the name that help texts use: `j`, `enter`, `ctrl+s`, `shift+tab`, `alt+left`, `g g`. */

const PLAIN: Readonly<Record<string, string>> = {
  enter: "\r",
  tab: "\t",
  esc: "\u001B",
  escape: "\u001B",
  space: " ",
  backspace: "\u007F",
};

/** Final letters of `CSI 1 ; modifiers X`. */
const LETTERS: Readonly<Record<string, string>> = { up: "A", down: "B", right: "C", left: "D", end: "F", home: "H" };

/** First letters after `ESC O`, with the same finals when modified. */
const FUNCTION_LETTERS: Readonly<Record<string, string>> = { f1: "P", f2: "Q", f3: "R", f4: "S" };

/** Numbers of `CSI N ~`. */
const NUMBERS: Readonly<Record<string, number>> = {
  insert: 2,
  delete: 3,
  pageup: 5,
  pagedown: 6,
  f5: 15,
  f6: 17,
  f7: 18,
  f8: 19,
  f9: 20,
  f10: 21,
  f11: 23,
  f12: 24,
};

const MODIFIERS: Readonly<Record<string, number>> = { shift: 1, alt: 2, ctrl: 4 };

/** One key after the other: what is parted by spaces in a name is pressed in turn. */
export function splitKeys(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => (name === " " ? ["space"] : name.split(" ").filter((part) => part !== "")));
}

/**
 * @param applicationCursor DECCKM: arrows are sent as `ESC O A` then
 * @throws Error for a name that no key has
 */
export function bytesOfKey(name: string, applicationCursor: boolean = false): string {
  const { key, modifiers } = splitModifiers(name);
  const named = bytesOfNamed(key.toLowerCase(), modifiers, applicationCursor);
  if (named !== undefined) return named;
  if (Array.from(new Intl.Segmenter().segment(key)).length !== 1)
    throw new Error(`there is no key "${name}"; keys in turn are parted by spaces`);
  return `${(modifiers & 2) === 0 ? "" : "\u001B"}${(modifiers & 4) === 0 ? shifted(key, modifiers) : controlled(key)}`;
}

function splitModifiers(name: string): { readonly key: string; readonly modifiers: number } {
  let key = name;
  let modifiers = 0;
  for (;;) {
    const [, word = ""] = /^(shift|alt|ctrl)\+./.exec(key) ?? [];
    if (word === "") return { key, modifiers };
    modifiers |= MODIFIERS[word] ?? 0;
    key = key.slice(word.length + 1);
  }
}

function bytesOfNamed(key: string, modifiers: number, applicationCursor: boolean): string | undefined {
  if (key === "tab" && (modifiers & 1) !== 0) return "\u001B[Z";
  if (key === "space" && (modifiers & 4) !== 0) return "\0";
  const plain = PLAIN[key];
  if (plain !== undefined) return `${(modifiers & 2) === 0 ? "" : "\u001B"}${plain}`;
  const number = NUMBERS[key];
  if (number !== undefined) return `\u001B[${number}${modifiers === 0 ? "" : `;${modifiers + 1}`}~`;
  const letter = LETTERS[key] ?? FUNCTION_LETTERS[key];
  if (letter === undefined) return undefined;
  if (modifiers !== 0) return `\u001B[1;${modifiers + 1}${letter}`;
  return `\u001B${applicationCursor || key in FUNCTION_LETTERS ? "O" : "["}${letter}`;
}

function shifted(key: string, modifiers: number): string {
  return (modifiers & 1) === 0 ? key : key.toUpperCase();
}

/** @throws Error for a key that has no control character */
function controlled(key: string): string {
  const code = key.toUpperCase().codePointAt(0) ?? 0;
  if (code < 0x3f || code > 0x5f) throw new Error(`there is no key "ctrl+${key}"`);
  return String.fromCodePoint(code === 0x3f ? 0x7f : code & 0x1f);
}
