/** Keys × environments. */
import { matrixColumns, matrixRows, detailHeight, layoutOf } from "../model/layout.ts";
import { cellsOf, countGaps, currentMatrix, currentRow, matrixLines } from "../model/matrix-view.ts";
import { type MatrixCell, type MatrixRow, placeCell } from "../model/matrix.ts";
import type { MatrixScreen } from "../model/screens.ts";
import { markOf } from "../model/selection.ts";
import { show } from "../text/show.ts";
import { drawMatrixCell } from "../draw/cell.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fitLine, inverted, type Line, type Role, span } from "../draw/line.ts";
import { keyFor } from "../draw/key-note.ts";
import { pane } from "../draw/pane.ts";
import { drawMatrixDetail } from "./matrix-detail.ts";

const VIEWS: Readonly<Record<MatrixScreen["view"], string>> = { all: "all", gaps: "gaps", differs: "differs", edited: "edited" };

/** @param height of the whole body */
export function drawMatrix(draw: Draw, screen: MatrixScreen, height: number): Part {
  const { state, glyphs } = draw;
  const { columns } = state.size;
  const below = Math.min(detailHeight(state.size), Math.max(0, height - 6));
  const lines = matrixLines(state, screen);
  const rows = matrixRows(state.size, state.size.rows - (state.size.rows - below));
  const visible = lines.slice(screen.list.top, screen.list.top + rows);
  const matrix = currentMatrix(state);
  const body = visible.map((index, line) => {
    const row = matrix.rows[index];
    return row === undefined ? [] : drawRow(draw, screen, row, screen.list.top + line === screen.list.cursor);
  });
  if (lines.length === 0) body.push([span(` ${emptyWords(draw, screen)}`, "dim")]);
  const position = lines.length === 0 ? "nothing to show" : `row ${screen.list.cursor + 1}/${lines.length}`;
  const foot =
    columns >= 100 ? `${position}   ${glyphs.masked}xxxx = masked fingerprint, same code = same value in this session` : position;
  const note = [...(screen.filter === "" ? [] : [`filter: ${show(screen.filter)}`]), `view: ${VIEWS[screen.view]}`].join("  ");
  const box = pane(
    [drawHeading(draw, screen), ...body],
    { title: "Matrix", note, foot, width: columns, height: height - below, focused: true },
    glyphs,
  );
  return { lines: [...box, ...drawMatrixDetail(draw, screen, columns, below)] };
}

function emptyWords(draw: Draw, screen: MatrixScreen): string {
  const { state } = draw;
  if (!state.loaded) return "Reading files.";
  if (screen.filter !== "") return `No key for this filter. ${keyFor(draw, "back")} ends it.`;
  if (screen.view !== "all" && currentMatrix(state).rows.length > 0) {
    const none = { gaps: "No gaps: every environment has every key.", differs: "Nothing differs.", edited: "Nothing is edited." }[
      screen.view
    ];
    return `${none} ${keyFor(draw, "matrix.view")} shows more.`;
  }
  return `There are no keys in these environments yet: ${keyFor(draw, "value.add")} adds one.`;
}

function drawHeading(draw: Draw, screen: MatrixScreen): Line {
  const { state, glyphs } = draw;
  const { environments } = state.project;
  const { key, cell, count } = matrixColumns(state.size, environments.length);
  const [previous, next] = state.look.ascii ? ["<", ">"] : ["‹", "›"];
  const heads = environments.slice(screen.firstColumn, screen.firstColumn + count).map((environment, index): Line => {
    const column = screen.firstColumn + index;
    const role: Role = isProduction(environment.name) ? "prod" : "strong";
    const name = isProduction(environment.name) ? environment.name.toUpperCase() : environment.name;
    const marks = `${state.closed.has(environment.name) ? ` ${glyphs.refused}` : ""}${column === screen.reference && environments.length > 1 ? " =" : ""}${environment.guessed ? " ?" : ""}`;
    const head = [span(show(name), role), span(marks, "dim")];
    const goesOn = index === count - 1 && column < environments.length - 1;
    return goesOn ? [...fitLine(head, cell - 1, glyphs.ellipsis), span(next, "focus")] : fitLine(head, cell, glyphs.ellipsis);
  });
  return [
    ...fitLine([span(" KEY", "strong")], key - 2),
    span(screen.firstColumn > 0 ? previous : " ", "focus"),
    span(" "),
    ...heads.flat(),
  ];
}

export function isProduction(name: string): boolean {
  return /^(prod|production|prd|live)$/i.test(name);
}

function drawRow(draw: Draw, screen: MatrixScreen, row: MatrixRow, current: boolean): Line {
  const { state, glyphs } = draw;
  const { environments } = state.project;
  const { key, cell, count } = matrixColumns(state.size, environments.length);
  const cells = cellsOf(state, screen, row);
  const isMarked = screen.marks.has(row.id);
  const gutter = current ? glyphs.cursor : isMarked ? "*" : " ";
  const fold = row.kind === "branch" ? (screen.folded.has(row.id) ? `${glyphs.folded} ` : `${glyphs.unfolded} `) : "  ";
  const counted = row.kind === "branch" && screen.folded.has(row.id) ? ` (${countBelow(draw, row)})` : "";
  const name = `${gutter}${"  ".repeat(row.depth)}${fold}${show(row.path.at(-1) ?? "")}${counted}`;
  const head = fitLine([span(name, row.kind === "branch" ? "strong" : "text")], key, glyphs.ellipsis);
  const drawn = environments.slice(screen.firstColumn, screen.firstColumn + count).map((environment, index): Line => {
    const column = screen.firstColumn + index;
    const one = cells[column];
    const marked = isMarked || screen.marks.has(markOf(row.id, environment.name));
    const content = one === undefined ? [] : drawMatrixCell(draw, one, missingBelow(draw, row, column), revealed(draw, one));
    const line = fitLine([...(marked ? [span("*", "focus")] : []), ...content], cell - 1, glyphs.ellipsis);
    const here = current && column === screen.column;
    // The cell has the cursor, the row only a gutter and its key: two things in inverse could not be told apart.
    return [...(here ? inverted(line) : line), span(" ")];
  });
  return [...(current ? inverted(head) : head), ...drawn.flat()];
}

function revealed(draw: Draw, cell: MatrixCell): string | undefined {
  const { reveal, files } = draw.state;
  if (reveal === undefined || cell.place === undefined) return undefined;
  const { source } = reveal;
  if (source.kind === "row")
    return source.file === cell.place.file && files.get(source.file) !== undefined && source.row === cell.place.row
      ? reveal.text
      : undefined;
  return undefined;
}

function countBelow(draw: Draw, row: MatrixRow): number {
  return currentMatrix(draw.state).rows.filter((one) => one.kind === "value" && isBelow(one, row)).length;
}

function isBelow(one: MatrixRow, branch: MatrixRow): boolean {
  return one.path.length > branch.path.length && branch.path.every((part, index) => one.path[index] === part);
}

/** How many children of a branch an environment lacks. */
function missingBelow(draw: Draw, row: MatrixRow, column: number): { readonly children: number; readonly differing: number } {
  if (row.kind !== "branch" || row.places[column] === undefined) return { children: 0, differing: 0 };
  const matrix = currentMatrix(draw.state);
  const at = matrix.byId.get(row.id) ?? 0;
  let children = 0;
  for (let index = at + 1; index < matrix.rows.length; index += 1) {
    const one = matrix.rows[index];
    if (one === undefined || one.depth <= row.depth) break;
    if (one.depth === row.depth + 1 && placeCell(draw.state.files, draw.state.edits, one.places[column]).kind === "absent") children += 1;
  }
  return { children, differing: 0 };
}

/** The line above the messages: what is worth doing here. */
export function matrixHint(draw: Draw, screen: MatrixScreen): Line {
  const { state, glyphs } = draw;
  if (layoutOf(state.size).messages < 3) return [];
  const gaps = countGaps(state);
  const parts = [
    ...(gaps.missing > 0 ? [`${gaps.missing} missing`] : []),
    ...(gaps.empty > 0 ? [`${gaps.empty} empty`] : []),
    ...(gaps.clash > 0 ? [`${gaps.clash} type`] : []),
    ...(gaps.only > 0 ? [`${gaps.only} only in one`] : []),
  ];
  if (parts.length > 0) {
    return [
      span(
        ` ${glyphs.warning} ${gaps.total} gap${gaps.total === 1 ? "" : "s"}: ${parts.join(", ")}.  ${keyFor(draw, "matrix.nextGap")} steps through, ${keyFor(draw, "matrix.fill")} fills.`,
        "warning",
      ),
    ];
  }
  if (state.project.environments.some((environment) => environment.guessed))
    return [
      span(` ${glyphs.info} Environments are guessed from file names; name them under sotto.environments in .sops.yaml to be sure.`, "dim"),
    ];
  return currentRow(state, screen) === undefined ? [] : [span(` ${glyphs.good} No gaps: every environment has every key.`, "good")];
}
