/** One difference between two versions: what it is, where, and masked what it was and is. */
import type { Cell } from "../model/facts.ts";
import { type DiffLine, type HistoryScreen, oldSource, sameSource } from "../model/history.ts";
import { showPath } from "../model/edits.ts";
import { show } from "../text/show.ts";
import { fingerprint } from "../draw/cell.ts";
import type { Draw } from "../draw/frame.ts";
import { fitLine, type Line, type Role, span } from "../draw/line.ts";

const WORDS: Readonly<Record<DiffLine["kind"], string>> = {
  value: "value",
  added: "added",
  removed: "removed",
  moved: "rename",
  type: "type",
  comment: "comment",
};

const ROLES: Readonly<Record<DiffLine["kind"], Role>> = {
  value: "warning",
  added: "good",
  removed: "danger",
  moved: "focus",
  type: "warning",
  comment: "dim",
};

const KIND_WIDTH = 8;

export function drawDifference(draw: Draw, screen: HistoryScreen, line: DiffLine, current: boolean, width: number): Line {
  const { glyphs } = draw;
  const head: Line = [span(current ? glyphs.cursor : " "), span(signOf(draw, line), ROLES[line.kind]), span(" ")];
  const rest = width - 3;
  if (line.kind === "comment") {
    const where = line.path.length === 0 ? "at the top" : `under ${pathText(line.path)}`;
    return [...head, ...fitLine([span(`comment changed ${where}`)], rest, glyphs.ellipsis)];
  }
  const valueWidth = rest >= 90 ? 30 : 18;
  const factWidth = rest >= 90 ? 24 : 17;
  const pathWidth = Math.max(10, rest - valueWidth - factWidth - KIND_WIDTH);
  const shown = revealed(draw, screen, line);
  const word = fitLine([span(WORDS[line.kind], "dim")], KIND_WIDTH);
  if (line.kind === "moved" && shown === undefined) {
    const names = `${pathText(line.from ?? [])} ${glyphs.rename} ${pathText(line.path)}`;
    return [
      ...head,
      ...fitLine([span(names)], pathWidth + valueWidth - 1, glyphs.ellipsis),
      span(" "),
      ...fitLine(value(draw, line.after), factWidth, glyphs.ellipsis),
      ...word,
    ];
  }
  const path = [...fitLine([span(pathText(line.path))], pathWidth - 1, glyphs.ellipsis), span(" ")];
  if (shown !== undefined) return [...head, ...path, ...fitLine(shown, rest - pathWidth, glyphs.ellipsis)];
  return [
    ...head,
    ...path,
    ...fitLine(values(draw, line), valueWidth - 1, glyphs.ellipsis),
    span(" "),
    ...fitLine([span(factsText(draw, line), "dim")], factWidth - 1, glyphs.ellipsis),
    span(" "),
    ...word,
  ];
}

function signOf({ glyphs, state }: Draw, { kind }: DiffLine): string {
  switch (kind) {
    case "value":
      return "~";
    case "added":
      return "+";
    case "removed":
      return glyphs.minus;
    case "moved":
      return state.look.ascii ? ">" : glyphs.rename;
    case "type":
      return glyphs.type;
    case "comment":
      return "#";
  }
}

function pathText(path: DiffLine["path"]): string {
  return show(showPath(path.map(String)));
}

/** What both sides are, or the one that is there. */
function values(draw: Draw, { before, after, kind }: DiffLine): Line {
  if (before.kind === "absent" && after.kind === "absent") return [span(`${draw.glyphs.refused} encrypted`, "dim")];
  if (kind === "removed") return value(draw, before);
  if (kind === "added") return value(draw, after);
  return [...value(draw, before), span(` ${draw.glyphs.rename} `, "dim"), ...value(draw, after)];
}

function value(draw: Draw, cell: Cell): Line {
  const { glyphs } = draw;
  switch (cell.kind) {
    case "secret":
      return [span(fingerprint(draw, cell.facts))];
    case "plain":
      if (cell.text === "") return [span(glyphs.empty, "dim")];
      return [span(cell.type === "str" ? `"${show(cell.text)}"` : show(cell.text), "plain")];
    case "null":
      return [span("null", "dim")];
    case "map":
    case "list":
      return [span(`empty ${cell.kind}`, "dim")];
    case "absent":
    case "sealed":
    case "comment":
      return [span(glyphs.refused, "dim")];
  }
}

/** `32 → 32 chars`, `int → string`. */
function factsText({ glyphs }: Draw, { kind, before, after }: DiffLine): string {
  const arrow = ` ${glyphs.rename} `;
  if (kind === "type") return [typeOf(before), typeOf(after)].join(arrow);
  if (kind === "added") return describe(after);
  if (kind === "removed") return describe(before);
  const [left, right] = [lengthOf(before), lengthOf(after)];
  return left === undefined || right === undefined ? "" : `${left}${arrow}${right} char${right === 1 ? "" : "s"}`;
}

function describe(cell: Cell): string {
  const length = lengthOf(cell);
  return length === undefined ? typeOf(cell) : `${typeOf(cell)}, ${length} char${length === 1 ? "" : "s"}`;
}

function typeOf(cell: Cell): string {
  const type = cell.kind === "secret" ? cell.facts.type : cell.kind === "plain" ? cell.type : cell.kind === "absent" ? "" : cell.kind;
  return type === "str" ? "string" : type;
}

function lengthOf(cell: Cell): number | undefined {
  return cell.kind === "secret" ? cell.facts.length : cell.kind === "plain" ? Array.from(cell.text).length : undefined;
}

function revealed({ state }: Draw, screen: HistoryScreen, line: DiffLine): Line | undefined {
  const { reveal } = state;
  if (reveal?.source.kind !== "old") return undefined;
  for (const side of ["after", "before"] as const) {
    const source = oldSource(screen, line, side);
    if (source === undefined || !sameSource(source, reveal.source)) continue;
    const seconds = Math.max(0, Math.ceil((reveal.until - state.now) / 1000));
    return [span(side === "after" ? "new " : "old ", "dim"), span(show(reveal.text), "warning"), span(`  hides in ${seconds} s`, "dim")];
  }
  return undefined;
}
