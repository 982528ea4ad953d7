/** The value editor: what the value is, the old one and the new one masked, and what speaks for and against it. */
import { fingerprint } from "../draw/cell.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fitLine, type Line, type Role, span, spread } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";
import { type EditorScreen, isShown } from "../model/editor.ts";
import { type FieldView, viewField } from "../text/field.ts";
import { show } from "../text/show.ts";
import { adviceOf, judge, noteOf, placeNote, typeName } from "./editor-notes.ts";
import { isProduction } from "./matrix.ts";
import { flow } from "./editor-lines.ts";

/** Cells of the label before a value: ` old   `. */
const LABEL = 7;
/** Of a mask that says nothing about the length. */
const MASKED = 12;
/** Lines that stand around a text of several lines: type, old, what it looks like, note, checks, keys. */
const AROUND = 6;

/** @param height of the body */
export function drawEditor(draw: Draw, screen: EditorScreen, height: number): Part {
  const { state, glyphs } = draw;
  const { columns } = state.size;
  const inner = columns - 2;
  const room = Math.max(1, height - 2);
  const text = screen.field.multiline ? drawLines(draw, screen, inner, Math.max(1, room - AROUND)) : drawOneLine(draw, screen, inner);
  const head = [typeLine(draw, screen, inner), oldLine(draw, screen, inner)];
  const note = noteOf(draw, screen);
  const place = placeNote(draw, screen);
  const least = head.length + text.lines.length + 1;
  const advice = flow(adviceOf(draw, screen), inner, Math.max(0, room - least - (place === undefined ? 0 : 1)));
  const below = [note, ...(place === undefined ? [] : [place]), ...advice];
  const lines = [...head, ...text.lines, ...below].slice(0, room);
  const box = pane(lines, { title: `Edit ${show(screen.title)}`, note: "", width: columns, height, focused: true }, glyphs);
  const cursor = { column: 1 + text.cursor.column, row: 1 + head.length + text.cursor.row };
  return { lines: box, cursor: cursor.row < height - 1 ? cursor : undefined };
}

function typeLine(draw: Draw, screen: EditorScreen, width: number): Line {
  const { glyphs } = draw;
  const { characters, strength } = judge(screen.field);
  const { lineCount, text } = screen.field;
  const lines = lineCount - (text.endsWith("\n") ? 1 : 0);
  const hidden = screen.targets.filter((target) => target.encrypted).length;
  const kind =
    hidden === screen.targets.length ? "encrypted" : hidden === 0 ? "plain" : `encrypted in ${hidden} of ${screen.targets.length}`;
  const size = text === "" ? "empty" : `${characters} char${characters === 1 ? "" : "s"}, ${lines} line${lines === 1 ? "" : "s"}`;
  const isSecret = screen.type === "str" && hidden > 0 && text !== "";
  return spread(
    [
      span(" type  ", "dim"),
      span(`[${typeName(screen.type)}]`, "strong"),
      span("   "),
      hidden === screen.targets.length ? span(kind) : span(`${glyphs.warning} ${kind}`, "warning"),
      ...(screen.targets.some((target) => target.label.split(", ").some((name) => isProduction(name)))
        ? [span("   "), span("PROD", "prod")]
        : []),
      span(`   ${size}`, "dim"),
    ],
    isSecret ? [span(`strength ${strength} `, strength === "low" || strength === "none" ? "warning" : "dim")] : [],
    width,
  );
}

function oldLine(draw: Draw, { old, oldType, own, waiting, problem }: EditorScreen, width: number): Line {
  const { glyphs } = draw;
  const label = span(" old   ", "dim");
  if (old === undefined) {
    const reading = problem === undefined ? "reading it" : "it cannot be read";
    const text = oldType === "null" ? "null" : waiting !== undefined || own ? reading : "nothing yet: this is new";
    return fitLine([label, span(text, "dim")], width, glyphs.ellipsis);
  }
  const facts = [
    `${old.length} char${old.length === 1 ? "" : "s"}`,
    ...(old.lines > 1 ? [`${old.lines} lines`] : []),
    ...(old.looks === undefined ? [] : [old.looks]),
  ];
  const value = old.length === 0 ? span(glyphs.empty, "dim") : span(glyphs.masked.repeat(MASKED), "dim");
  return spread([label, value, span(`  ${facts.join(` ${glyphs.dot} `)}`, "dim")], [span(`${fingerprint(draw, old)} `, "dim")], width);
}

interface Drawn {
  readonly lines: readonly Line[];
  readonly cursor: { readonly column: number; readonly row: number };
}

function view(draw: Draw, screen: EditorScreen, width: number, height: number): FieldView {
  const { state } = draw;
  return viewField(screen.field, width, height, { mask: !isShown(screen, state.now, state.shared), ascii: state.look.ascii });
}

function roleOf({ state }: Draw, screen: EditorScreen): Role {
  if (!isShown(screen, state.now, state.shared)) return screen.replaces ? "dim" : "text";
  return screen.targets.some((target) => target.encrypted) ? "warning" : "plain";
}

function drawOneLine(draw: Draw, screen: EditorScreen, width: number): Drawn {
  const right = comparison(draw, screen);
  const room = width - LABEL - 3 - (right === "" ? 0 : 16);
  const { rows, cursor, clippedLeft } = view(draw, screen, room, 1);
  const [row] = rows;
  const line: Line = [
    span(" new  ", "dim"),
    span(clippedLeft ? "<" : " ", "dim"),
    span(row?.text ?? "", roleOf(draw, screen)),
    span(row?.clipped === true ? ">" : " ", "dim"),
  ];
  return {
    lines: [spread(line, right === "" ? [] : [span(`${right} `, "dim")], width)],
    cursor: { column: LABEL + cursor.column, row: 0 },
  };
}

/** By the length alone: what the new value's fingerprint would say is not asked while it is typed. */
function comparison({ glyphs }: Draw, { changed, old, field }: EditorScreen): string {
  if (!changed || old === undefined) return "";
  return judge(field).characters === old.length ? "as long as old" : `${glyphs.differs} old`;
}

function drawLines(draw: Draw, screen: EditorScreen, width: number, height: number): Drawn {
  const { glyphs } = draw;
  const { field } = screen;
  const digits = Math.max(2, String(field.lineCount).length);
  const gutter = digits + 4;
  const { rows, firstLine, cursor, clippedLeft } = view(draw, screen, width - gutter - 1, height);
  const role = roleOf(draw, screen);
  const lines = rows.map((row, index): Line => {
    const number = firstLine + index;
    return [
      span(` ${String(number + 1).padStart(digits)} `, number === field.line ? "focus" : "dim"),
      span(glyphs.border.side, "dim"),
      span(clippedLeft ? "<" : " ", "dim"),
      span(row.text, role),
      span(row.clipped ? ">" : " ", "dim"),
    ];
  });
  const looks = judge(field).looks;
  const parts = [
    ...(looks === undefined ? [] : [looks]),
    `line ${field.line + 1}/${field.lineCount}`,
    `keeps final newline: ${field.text.endsWith("\n") ? "yes" : "no"}`,
  ];
  const info = fitLine([span(` ${parts.join(` ${glyphs.dot} `)}`, "dim")], width, glyphs.ellipsis);
  return { lines: [...lines, info], cursor: { column: gutter + cursor.column, row: cursor.row } };
}
