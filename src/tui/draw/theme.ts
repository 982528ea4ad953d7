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

export function paintLine(line: Line, color: Look["color"]): string {
  const codes = THEMES[color];
  let painted = "";
  for (const one of line) painted += paintSpan(one, codes);
  return painted;
}

function paintSpan({ text, role, inverse, underline }: Span, codes: Codes): string {
  const own = role === undefined ? "" : codes[role];
  // Dim and inverse together are hard to read in many terminals.
  const parts = [inverse === true && own === "2" ? "" : own, inverse === true ? "7" : "", underline === true ? "4" : ""].filter(
    (part) => part !== "",
  );
  return parts.length === 0 ? text : `\u001B[${parts.join(";")}m${text}\u001B[0m`;
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
