/** Places that two sides changed: one line each, and below it more about both sides. */
import { showPath } from "../model/edits.ts";
import type { Cell, ValueSource } from "../model/facts.ts";
import { conflictsBelow } from "../model/layout.ts";
import type { Conflict, ConflictsScreen } from "../model/review.ts";
import { nameOfFile } from "../model/selection.ts";
import { show } from "../text/show.ts";
import { fit, widthOf } from "../text/width.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fitLine, inverted, type Line, span, widthOfLine } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";
import { describeCell, lengthOf, plural, typeOf } from "./review.ts";

/** @param height of the body */
export function drawConflicts(draw: Draw, screen: ConflictsScreen, height: number): Part {
  const { state, glyphs } = draw;
  const { columns } = state.size;
  const below = Math.min(conflictsBelow(state.size, screen.detail), Math.max(0, height - 5));
  const open = screen.conflicts.filter((one) => one.answer === undefined).length;
  const path = Math.min(Math.max(12, ...screen.conflicts.map((one) => widthOf(labelOf(draw, one)))), Math.floor((columns - 2) * 0.42));
  const rows = height - below - 2;
  const lines = screen.conflicts.slice(screen.list.top, screen.list.top + rows).map((one, at): Line => {
    const current = screen.list.top + at === screen.list.cursor;
    const line = fitLine(drawConflict(draw, one, columns - 2, path, current), columns - 2, glyphs.ellipsis);
    return current ? inverted(line) : line;
  });
  const title = screen.origin === "markers" ? "Both sides of the merge changed these" : "You and somebody else both changed these";
  const note = open === 0 ? "all answered" : `${open} of ${screen.conflicts.length} to answer`;
  const foot =
    screen.origin === "markers"
      ? "everything else is merged; nothing is written before ⏎"
      : "nothing is written; esc leaves your edits as they were";
  const box = pane(
    lines,
    { title, note, foot: state.look.ascii ? foot.replace("⏎", "enter") : foot, width: columns, height: height - below, focused: true },
    glyphs,
  );
  const current = screen.conflicts[screen.list.cursor];
  return { lines: below === 0 || current === undefined ? box : [...box, ...drawDetail(draw, current, below)] };
}

function labelOf(draw: Draw, { path, file }: Conflict): string {
  return `${show(showPath(path))} @ ${show(nameOfFile(draw.state, file))}`;
}

function drawConflict(draw: Draw, one: Conflict, width: number, path: number, current: boolean): Line {
  const { glyphs } = draw;
  const answer = one.answer === undefined ? span("?      ", "warning") : span(one.answer.padEnd(7), "good");
  const side = (name: "ours" | "theirs"): Line => {
    const isTaken = one.answer === name;
    const lost = one.answer !== undefined && !isTaken;
    return [
      span(`  ${name} `, lost ? "dim" : "text"),
      ...describeCell(draw, one[name]).map((part) => (lost ? { ...part, role: "dim" as const } : part)),
      span(amount(one[name]), "dim"),
    ];
  };
  const left: Line = [span(current ? glyphs.cursor : " "), answer, span(fit(labelOf(draw, one), path, { ellipsis: glyphs.ellipsis }))];
  const room = Math.floor((width - widthOfLine(left)) / 2);
  return [...left, ...fitLine(side("ours"), room, glyphs.ellipsis), ...fitLine(side("theirs"), room, glyphs.ellipsis)];
}

/** What is readable says itself how long it is. */
function amount(cell: Cell): string {
  if (cell.kind === "absent") return " removed";
  return cell.kind === "secret" ? ` ${plural(cell.facts.length, "char")}` : "";
}

function drawDetail(draw: Draw, one: Conflict, height: number): readonly Line[] {
  const { glyphs, state } = draw;
  const lines = [...sideLines(draw, "ours", one.ours, one.sources.ours), ...sideLines(draw, "theirs", one.theirs, one.sources.theirs)];
  const options = { title: labelOf(draw, one), note: "r ours · R theirs: shown for 15 s", width: state.size.columns, height };
  return pane(lines, { ...options, note: state.shared ? "shared: nothing is shown" : options.note.replace("·", glyphs.dot) }, glyphs);
}

function sideLines(draw: Draw, name: string, cell: Cell, source: ValueSource | undefined): readonly Line[] {
  const { reveal, now } = draw.state;
  const isShown = reveal?.source.kind === "kept" && source?.kind === "kept" && reveal.source.id === source.id;
  const head = span(` ${name.padEnd(7)}`, "strong");
  if (isShown) {
    const left = Math.max(0, Math.ceil((reveal.until - now) / 1000));
    return [[head, span(show(reveal.text), "warning")], [span(`         hides in ${left} s`, "dim")]];
  }
  return [[head, ...describeCell(draw, cell)], [span(`         ${facts(draw, cell)}`, "dim")]];
}

function facts({ glyphs }: Draw, cell: Cell): string {
  if (cell.kind === "absent") return "this side removed it";
  const parts = [typeOf(cell)];
  const length = lengthOf(cell);
  if (length !== undefined) parts.push(plural(length, "char"));
  if (cell.kind === "secret") {
    if (cell.facts.lines > 1) parts.push(`${cell.facts.lines} lines`);
    if (cell.facts.looks !== undefined) parts.push(cell.facts.looks);
    parts.push(`strength ${cell.facts.strength}`, "encrypted");
  }
  return parts.join(` ${glyphs.dot} `);
}
