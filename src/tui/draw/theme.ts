/** How meanings look: the 16 colours of the terminal on its own background. Whatever has a colour has a glyph, too. */
import type { Look } from "../model/state.ts";
import type { Line, Role, Span } from "./line.ts";

type Codes = Readonly<Record<Role, string>>;

const DARK: Codes = {
  text: "",
  dim: "2",
  strong: "1",
  good: "32",
  warning: "33",
  danger: "31",
  focus: "36",
  plain: "",
  edited: "33",
  prod: "1;31",
};
/** Yellow cannot be read on white. */
const LIGHT: Codes = { ...DARK, warning: "35", edited: "35", focus: "34" };
const CONTRAST: Codes = { ...DARK, dim: "", warning: "1;33", danger: "1;91", good: "1;92", focus: "1;96", edited: "1;93" };
const NONE: Codes = { ...DARK, good: "", warning: "1", danger: "1", focus: "1", edited: "1", prod: "1", dim: "" };

const THEMES: Readonly<Record<Look["color"], Codes>> = { dark: DARK, light: LIGHT, contrast: CONTRAST, none: NONE };

/**
 * In the form in which Ink writes it itself: each style alone, ended by its own code, and only what changes between two spans. A line
 * in any other form is read twice in each frame.
 */
export function paintLine(line: Line, color: Look["color"]): string {
  const theme = THEMES[color];
  let painted = "";
  let before: readonly string[] = PLAIN;
  for (const one of line) {
    if (one.text === "") continue;
    const codes = codesOf(one, theme);
    const { written, active } = change(before, codes);
    painted += written + one.text;
    before = active;
  }
  return painted + change(before, PLAIN).written;
}

const PLAIN: readonly string[] = [];
const combinations = new Map<string, readonly string[]>();

/** The same list for the same style. */
function codesOf({ role, inverse, underline }: Span, theme: Codes): readonly string[] {
  const own = role === undefined ? "" : theme[role];
  // Where the cursor is, is one even bar: a colour would become its background, and dim and inverse are hard to read together.
  const parts = [
    ...(inverse === true ? own.split(";").filter((code) => code === "1") : [own]),
    inverse === true ? "7" : "",
    underline === true ? "4" : "",
  ].filter((part) => part !== "");
  const key = parts.join(";");
  if (key === "") return PLAIN;
  let codes = combinations.get(key);
  if (codes === undefined) combinations.set(key, (codes = key.split(";")));
  return codes;
}

interface Change {
  readonly written: string;
  /** Styles that are on then, in the order in which they were begun. */
  readonly active: readonly string[];
}
const changes = new Map<string, Change>();

function change(from: readonly string[], to: readonly string[]): Change {
  const key = `${from.join(";")}>${to.join(";")}`;
  let known = changes.get(key);
  if (known === undefined) {
    const over = from.filter((code) => !(isIntensity(code) ? to.includes(code) : to.some((other) => endOf(other) === endOf(code))));
    const ends = [...new Set(over.toReversed().map(endOf))];
    const again = over.some(isIntensity);
    const begun = to.filter((code) => !from.includes(code) || (again && isIntensity(code)));
    const replaced = new Set(begun.filter((code) => !isIntensity(code)).map(endOf));
    const kept = from.filter((code) => !over.includes(code) && !(again && isIntensity(code)) && !replaced.has(endOf(code)));
    known = { written: [...ends, ...begun].map((code) => `\u001B[${code}m`).join(""), active: [...kept, ...begun] };
    changes.set(key, known);
  }
  return known;
}

function isIntensity(code: string): boolean {
  return code === "1" || code === "2";
}

/** ECMA-48: what ends bold and dim, inverse, underline, and a colour. */
function endOf(code: string): string {
  if (isIntensity(code)) return "22";
  return code === "7" ? "27" : code === "4" ? "24" : "39";
}

export function plainText(line: Line): string {
  return line.map((one) => one.text).join("");
}

export interface Glyphs {
  readonly masked: string;
  readonly unread: string;
  readonly missing: string;
  readonly empty: string;
  readonly same: string;
  readonly differs: string;
  readonly clash: string;
  readonly edited: string;
  readonly lines: string;
  readonly refused: string;
  readonly warning: string;
  readonly good: string;
  readonly bad: string;
  readonly cursor: string;
  readonly folded: string;
  readonly unfolded: string;
  readonly minus: string;
  readonly dot: string;
  readonly info: string;
  readonly rename: string;
  readonly type: string;
  readonly inherited: string;
  readonly arrow: string;
  readonly ellipsis: string;
  readonly border: { readonly top: string; readonly side: string; readonly corners: readonly [string, string, string, string] };
  readonly spinner: readonly string[];
  readonly bar: readonly [full: string, empty: string];
}

const UNICODE: Glyphs = {
  masked: "●",
  unread: "●····",
  missing: "○",
  empty: "∅",
  same: "≡",
  differs: "≠",
  clash: "!",
  edited: "✎",
  lines: "¶",
  refused: "⊘",
  warning: "⚠",
  good: "✓",
  bad: "!",
  cursor: "▸",
  folded: "▸",
  unfolded: "▾",
  minus: "−",
  dot: "·",
  info: "ℹ",
  rename: "→",
  type: "≈",
  inherited: "↑",
  arrow: "▸",
  ellipsis: "…",
  border: { top: "─", side: "│", corners: ["╭", "╮", "╰", "╯"] },
  spinner: ["⣾", "⣽", "⣻", "⢿", "⡿", "⣟", "⣯", "⣷"],
  bar: ["█", "░"],
};

const ASCII: Glyphs = {
  masked: "*",
  unread: "*....",
  missing: "o",
  empty: "0",
  same: "=",
  differs: "#",
  clash: "!",
  edited: "~",
  lines: "L",
  refused: "x",
  warning: "!",
  good: "+",
  bad: "!",
  cursor: ">",
  folded: ">",
  unfolded: "v",
  minus: "-",
  dot: ".",
  info: "i",
  rename: ">",
  type: "t",
  inherited: "^",
  arrow: ">",
  ellipsis: "~",
  border: { top: "-", side: "|", corners: ["+", "+", "+", "+"] },
  spinner: ["|", "/", "-", "\\"],
  bar: ["#", "."],
};

export function glyphsOf(look: Pick<Look, "ascii">): Glyphs {
  return look.ascii ? ASCII : UNICODE;
}
