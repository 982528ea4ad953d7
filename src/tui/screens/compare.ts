/** Two cells side by side, masked: whether they are equal, and in what they differ. */
import { type ComparedSide, comparedSides, isEqual, linesOf } from "../model/compare-view.ts";
import { showPath } from "../model/edits.ts";
import { layoutOf } from "../model/layout.ts";
import type { CompareScreen } from "../model/review.ts";
import { treeOf } from "../model/tree.ts";
import { show } from "../text/show.ts";
import { mask } from "../draw/cell.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { beside, fill, fitLine, type Line, span } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";
import { isProduction } from "./matrix.ts";
import { describeCell, lengthOf, plural, typeOf } from "./review.ts";

/** Of the verdict below the sides. */
const VERDICT = 5;

/** @param height of the body */
export function drawCompare(draw: Draw, screen: CompareScreen, height: number): Part {
  const { state, glyphs } = draw;
  const { columns } = state.size;
  const sides = comparedSides(state, screen);
  const below = Math.min(VERDICT, Math.max(3, height - 8));
  const above = height - below;
  const isNarrow = layoutOf(state.size).kind === "small";
  const [left, right] = sides.map((side, at) => {
    const half = isNarrow ? columns : at === 0 ? Math.floor(columns / 2) : columns - Math.floor(columns / 2);
    const rows = isNarrow ? (at === 0 ? Math.ceil(above / 2) : Math.floor(above / 2)) : above;
    return drawSide(draw, side, at === 0 ? "r" : "R", half, rows);
  });
  const top = isNarrow ? [...(left ?? []), ...(right ?? [])] : beside(left ?? [], right ?? []);
  const verdict = pane(verdictLines(draw, screen, sides), { title: show(showPath(screen.path)), width: columns, height: below }, glyphs);
  return { lines: fill([...top, ...verdict], height, columns) };
}

function drawSide(draw: Draw, side: ComparedSide, key: string, width: number, height: number): readonly Line[] {
  const { state, glyphs } = draw;
  const name = side.environment?.name ?? "";
  const text = shownText(draw, side);
  const lines: Line[] = [[...(isProduction(name) ? [span(" PROD ", "prod")] : []), span(whereOf(draw, side), "dim")]];
  if (text === undefined) lines.push(...maskedLines(draw, side));
  else {
    const left = Math.max(0, Math.ceil(((state.reveal?.until ?? 0) - state.now) / 1000));
    lines.push([span(` hides in ${left} s`, "dim")], ...text.split("\n").map((line): Line => [span(` ${show(line)}`, "warning")]));
  }
  const marks = [...(side.environment?.isolated === true ? ["isolated"] : []), ...(side.inherited ? ["inherited"] : [])].join(", ");
  const isMasked = side.cell.kind === "secret" || side.cell.kind === "sealed";
  const foot =
    state.shared || !isMasked || side.source === undefined ? "" : text === undefined ? `${key} reveals it for 15 s` : `${key} hides it`;
  return pane(lines, { title: show(name), note: marks, foot, width, height, focused: text !== undefined }, glyphs);
}

function whereOf({ state }: Draw, { file, row: at }: ComparedSide): string {
  if (file === undefined) return " nothing in any file of this environment";
  const view = state.files.get(file);
  const source = view === undefined || at === undefined ? undefined : treeOf(view, state.edits).source(at);
  const line = source === undefined ? undefined : view?.lineOf(source);
  return ` ${show(file)}${line === undefined ? "" : `:${line}`}`;
}

function row(name: string, ...value: Line): Line {
  return [span(` ${name.padEnd(10)}`, "dim"), ...value];
}

function maskedLines(draw: Draw, { cell }: ComparedSide): readonly Line[] {
  const { glyphs } = draw;
  switch (cell.kind) {
    case "secret":
      return [
        row("value", span(cell.facts.length === 0 ? glyphs.empty : mask(draw), "dim")),
        row("code", ...describeCell(draw, cell)),
        row("type", span(`${typeOf(cell)}, encrypted`)),
        row("length", span(`${plural(cell.facts.length, "char")}${cell.facts.lines > 1 ? `, ${cell.facts.lines} lines` : ""}`)),
        ...(cell.facts.looks === undefined ? [] : [row("looks like", span(cell.facts.looks))]),
        row("strength", span(cell.facts.strength)),
      ];
    case "plain":
      return [
        row("value", ...describeCell(draw, cell)),
        row("type", span(`${typeOf(cell)}, readable for everybody`)),
        row("length", span(plural(lengthOf(cell) ?? 0, "char"))),
      ];
    case "sealed":
      return [
        row("value", span(cell.readable ? "not opened yet" : "you cannot read this file", "warning")),
        row("type", span(typeOf(cell))),
      ];
    case "absent":
      return [row("value", span(`${glyphs.missing} missing`, "danger"))];
    case "null":
      return [row("value", span("null: never encrypted"))];
    case "map":
    case "list":
      return [row("value", span(`${cell.kind} of ${cell.count}`))];
    case "comment":
      return [];
  }
}

function verdictLines(draw: Draw, screen: CompareScreen, [left, right]: readonly [ComparedSide, ComparedSide]): readonly Line[] {
  const { glyphs } = draw;
  const equal = isEqual(left.cell, right.cell);
  if (equal === "unknown") return [[span(" Not both of them can be read here, so nothing is known.", "warning")]];
  const apart = left.environment?.isolated === true || right.environment?.isolated === true;
  if (equal) {
    const same: Line = [span(` ${glyphs.same} equal: the same type and the same value`, "good")];
    const isSecret = left.cell.kind === "secret" && left.file !== right.file;
    return apart && isSecret
      ? [same, [span(` ${glyphs.warning} one of them is meant to be isolated: it needs a value of its own`, "warning")]]
      : [same];
  }
  return [
    [span(` ${glyphs.differs} different`, "warning")],
    fitLine([span(` ${differences(draw, screen, left, right).join("; ")}`)], draw.state.size.columns - 2, glyphs.ellipsis),
  ];
}

function differences(draw: Draw, screen: CompareScreen, left: ComparedSide, right: ComparedSide): readonly string[] {
  const { glyphs } = draw;
  const versus = (one: string, two: string): string => `${one} ${glyphs.arrow} ${two}`;
  if (left.cell.kind === "absent" || right.cell.kind === "absent")
    return [`there is nothing in ${show((left.cell.kind === "absent" ? left : right).environment?.name ?? "")}`];
  const found: string[] = [];
  const [one, two] = [typeOf(left.cell), typeOf(right.cell)];
  found.push(one === two ? `both ${one}` : `type ${versus(one, two)}`);
  if ((left.cell.kind === "plain") !== (right.cell.kind === "plain")) found.push("only one of them is encrypted");
  const [short, long] = [lengthOf(left.cell), lengthOf(right.cell)];
  if (short !== undefined && long !== undefined) {
    found.push(short === long ? `both ${plural(short, "char")}` : `length ${versus(String(short), plural(long, "char"))}`);
  }
  if (linesOf(left.cell) > 1 || linesOf(right.cell) > 1) {
    const [first, second] = [linesOf(left.cell), linesOf(right.cell)];
    if (first !== second) found.push(`lines ${versus(String(first), String(second))}`);
    if (screen.lines !== undefined)
      found.push(`${plural(screen.lines.differing, "line")} differ${screen.lines.differing === 1 ? "s" : ""}`);
  }
  return found;
}

function shownText({ state }: Draw, side: ComparedSide): string | undefined {
  const { reveal } = state;
  const { source } = side;
  if (reveal === undefined || source === undefined) return undefined;
  const isSame =
    reveal.source.kind === "kept"
      ? source.kind === "kept" && source.id === reveal.source.id
      : source.kind === "row" && reveal.source.kind === "row" && source.file === reveal.source.file && source.row === reveal.source.row;
  return isSame ? reveal.text : undefined;
}
