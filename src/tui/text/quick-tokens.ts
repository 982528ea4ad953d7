/**
 * `@alcalzone/ansi-tokenize` for Ink in the bundle (see `.scripts/build-tui.mjs`): the same tokens. Lines whose characters have one
 * cell each, and styles in the form of `paintLine`, are cut without asking for grapheme borders.
 */
import { tokenize as tokenizeAny } from "@alcalzone/ansi-tokenize";
import { ONE_CELL_EACH } from "./width.ts";

export * from "@alcalzone/ansi-tokenize";

type Token = ReturnType<typeof tokenizeAny>[number];

// oxlint-disable-next-line no-control-regex
const STYLE = /\u001B\[(\d{1,2})m/y;
// oxlint-disable-next-line no-control-regex
const STYLES = /\u001B\[\d{1,2}m/g;

export function tokenize(text: string, endChar: number = Number.POSITIVE_INFINITY): Token[] {
  if (endChar !== Number.POSITIVE_INFINITY || !ONE_CELL_EACH.test(text.replaceAll(STYLES, ""))) return tokenizeAny(text, endChar);
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) === 0x1b) {
      STYLE.lastIndex = at;
      const [code = "", number = ""] = STYLE.exec(text) ?? [];
      const end = ENDS[number];
      if (end === undefined) return tokenizeAny(text, endChar);
      tokens.push({ type: "ansi", code, endCode: `\u001B[${end}m` });
      at += code.length - 1;
    } else tokens.push({ type: "char", value: text.charAt(at), fullWidth: false });
  }
  return tokens;
}

/** ECMA-48: what ends which style; an end ends itself. */
const ENDS: Readonly<Record<string, string>> = {
  "0": "0",
  "1": "22",
  "2": "22",
  "4": "24",
  "7": "27",
  "22": "22",
  "24": "24",
  "27": "27",
  "39": "39",
  ...Object.fromEntries([...range(30, 37), ...range(90, 97)].map((code) => [String(code), "39"])),
};

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
