/** One value, masked, as lists show it. Lengths are not given away: every mask is eight dots. */
import type { Cell, Facts } from "../model/facts.ts";
import type { MatrixCell } from "../model/matrix.ts";
import { show } from "../text/show.ts";
import { type Line, span } from "./line.ts";
import type { Draw } from "./frame.ts";

type PlainCell = Extract<Cell, { readonly kind: "plain" }>;

export const MASK_LENGTH = 8;

export function mask(draw: Draw): string {
  return draw.glyphs.masked.repeat(MASK_LENGTH);
}

/** `●a91f`; while the screen is shared, without what could be compared. */
export function fingerprint(draw: Draw, facts: Facts): string {
  return draw.state.shared ? `${draw.glyphs.masked}${draw.glyphs.dot.repeat(4)}` : `${draw.glyphs.masked}${facts.fingerprint}`;
}

export function lineCount(draw: Draw, facts: Facts): string {
  return facts.lines > 1 ? ` ${draw.glyphs.lines}${facts.lines}` : "";
}

/** A cell of the matrix. @param shown the value itself while it is revealed */
export function drawMatrixCell(
  draw: Draw,
  cell: MatrixCell,
  missing: { readonly children: number; readonly differing: number },
  shown: string | undefined,
): Line {
  const { glyphs } = draw;
  if (shown !== undefined) return drawShown(draw, shown);
  const line = drawState(draw, cell, missing);
  const marks = [
    ...(cell.shared ? [span(` ${glyphs.warning}`, "warning")] : []),
    ...(cell.inherited ? [span(` ${glyphs.inherited}`, "dim")] : []),
  ];
  return cell.edited ? [span(`${glyphs.edited} `, "edited"), ...line, ...marks] : [...line, ...marks];
}

function drawState(
  draw: Draw,
  { state, cell, facts, edited }: MatrixCell,
  { children, differing }: { readonly children: number; readonly differing: number },
): Line {
  const { glyphs } = draw;
  switch (state) {
    case "branch":
      if (cell.kind !== "map" && cell.kind !== "list") return [];
      return [
        span(`${glyphs.dot}${cell.count}`, "dim"),
        ...(children > 0 ? [span(` ${glyphs.minus}${children}`, "danger")] : []),
        ...(differing > 0 ? [span(` ${glyphs.differs}${differing}`, "warning")] : []),
      ];
    case "missing":
      return [span(edited ? `${glyphs.minus} deleted` : `${glyphs.missing} missing`, "danger")];
    case "empty":
      return [span(`${glyphs.empty} empty`, "warning")];
    case "unreadable":
      return [span(glyphs.refused, "dim")];
    case "unread":
      return [span(glyphs.unread, "dim")];
    case "same":
    case "differs":
    case "clash":
    case "only": {
      const only = state === "only" ? [span(" only", "warning")] : [];
      const clash = state === "clash" ? [span(` ${glyphs.clash}`, "danger")] : [];
      if (facts !== undefined) return [span(`${fingerprint(draw, facts)}${lineCount(draw, facts)}`), ...clash, ...only];
      if (cell.kind !== "plain") return [...clash, ...only];
      if (state === "clash") return [span(quoted(cell)), ...clash];
      return [
        span(state === "differs" ? `${glyphs.differs} ` : `${glyphs.same} `, state === "differs" ? "warning" : "dim"),
        span(describePlain(cell), "plain"),
        ...only,
      ];
    }
  }
}

function quoted(cell: PlainCell): string {
  return cell.type === "str" ? `"${show(cell.text)}"` : `${plainText(cell)} ${cell.type}`;
}

function describePlain(cell: PlainCell): string {
  return cell.type === "str" ? show(cell.text) : `${plainText(cell)} ${cell.type}`;
}

/** sops calls them True and False; the files do not. */
function plainText({ type, text }: PlainCell): string {
  return type === "bool" ? text.toLowerCase() : show(text);
}

/** Of several lines the first: the detail has all of them. */
function drawShown({ glyphs }: Draw, text: string): Line {
  const lines = text.replace(/\n$/, "").split("\n");
  const first = span(show(lines[0] ?? ""), "warning");
  return lines.length === 1 ? [first] : [first, span(` ${glyphs.lines}${lines.length}`, "dim")];
}

/** The value column of a document. */
export function drawValue(draw: Draw, cell: Cell, shown: string | undefined): Line {
  const { glyphs } = draw;
  if (shown !== undefined) return drawShown(draw, shown);
  switch (cell.kind) {
    case "secret":
      if (cell.facts.length === 0) return [span(glyphs.empty, "dim")];
      return [span(mask(draw), "dim"), span(lineCount(draw, cell.facts), "dim")];
    case "sealed":
      return [cell.readable ? span(glyphs.unread, "dim") : span(`${glyphs.refused} encrypted`, "dim")];
    case "plain":
      return cell.text === "" ? [span(glyphs.empty, "dim")] : [span(plainText(cell), "plain")];
    case "null":
      return [span("null", "dim")];
    case "absent":
      return [span(`${glyphs.minus} deleted`, "danger")];
    case "map":
    case "list":
    case "comment":
      return [];
  }
}

/** What kind of thing it is, at the right. */
export function drawType(cell: Cell): string {
  switch (cell.kind) {
    case "map":
    case "list":
      return `${cell.kind} ${cell.count}`;
    case "secret":
      return cell.facts.type;
    case "sealed":
      return cell.type;
    case "plain":
      return `plain ${cell.type}`;
    case "null":
    case "absent":
    case "comment":
      return "";
  }
}
