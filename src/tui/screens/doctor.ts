/** What is wrong or weak in the project, grouped; below, more about the one under the cursor. */
import { countFindings, currentFinding, type DoctorRow, doctorRows, type DoctorScreen, type FindingView } from "../model/doctor.ts";
import { showPath } from "../model/edits.ts";
import { belowHeight } from "../model/layout.ts";
import { show } from "../text/show.ts";
import { cutMiddle, fit } from "../text/width.ts";
import { wrap } from "../text/wrap.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fitLine, inverted, type Line, type Role, span } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";

/** @param height of the body */
export function drawDoctor(draw: Draw, screen: DoctorScreen, height: number): Part {
  const { columns } = draw.state.size;
  const below = Math.min(belowHeight(draw.state.size), Math.max(0, height - 3));
  return { lines: [...drawList(draw, screen, columns, height - below), ...drawDetail(draw, screen, columns, below)] };
}

function drawList(draw: Draw, screen: DoctorScreen, width: number, height: number): readonly Line[] {
  const { glyphs } = draw;
  const rows = doctorRows(screen);
  const { wrong, weak, ignored } = countFindings(screen);
  const counts = [
    ...(wrong === 0 ? [] : [`${wrong} wrong`]),
    ...(weak === 0 ? [] : [`${weak} weak`]),
    ...(ignored === 0 ? [] : [`${ignored} ignored${screen.showIgnored ? "" : " (v shows)"}`]),
  ];
  const lines = rows.length === 0 ? describeNothing(draw, screen) : drawRows(draw, screen, rows, width - 2, height - 2);
  const foot = rows.length === 0 ? "" : `row ${screen.list.cursor + 1}/${rows.length}${describeLooked(screen, ` ${glyphs.dot} `)}`;
  return pane(lines, { title: "Doctor", note: counts.join(` ${glyphs.dot} `), foot, width, height, focused: true }, glyphs);
}

function describeNothing({ state, glyphs }: Draw, screen: DoctorScreen): readonly Line[] {
  if (screen.stopped) return [[span(" Stopped; not everything was looked at. C looks again.", "warning")]];
  if (screen.groups === undefined) {
    const files = state.files.size;
    return [[span(` Looking over ${files} file${files === 1 ? "" : "s"}, their values, keys and rules${glyphs.ellipsis}`, "dim")]];
  }
  return [[span(` ${glyphs.good} Nothing to mend.${describeLooked(screen, " ")}`, "good")]];
}

function describeLooked({ looked }: DoctorScreen, before: string): string {
  if (looked === undefined) return "";
  const { files, values } = looked;
  return `${before}${files} file${files === 1 ? "" : "s"} and ${values} value${values === 1 ? "" : "s"} looked at`;
}

function drawRows(draw: Draw, screen: DoctorScreen, rows: readonly DoctorRow[], width: number, height: number): readonly Line[] {
  const { top, cursor } = screen.list;
  return rows.slice(top, top + height).map((row, index) => {
    const current = top + index === cursor;
    const line = fitLine(drawRow(draw, row, current, width), width, draw.glyphs.ellipsis);
    return current ? inverted(line) : line;
  });
}

const ROLES: Readonly<Record<FindingView["state"], Role>> = { wrong: "danger", weak: "warning", note: "dim", fine: "good" };

function drawRow({ glyphs }: Draw, row: DoctorRow, current: boolean, width: number): Line {
  const gutter = span(current ? glyphs.cursor : " ");
  if (row.kind === "group") return [gutter, span(show(row.title), "strong"), span(`  ${row.count}`, "dim")];
  const { finding } = row;
  const { state, ignored, message } = finding;
  const marks = { wrong: glyphs.bad, weak: glyphs.warning, note: glyphs.info, fine: glyphs.good };
  const mark = ignored === undefined ? span(marks[state], ROLES[state]) : span(glyphs.minus, "dim");
  const role = ignored === undefined ? "text" : "dim";
  const place = placeOf(finding);
  if (place === "") return [gutter, span("  "), mark, span(` ${show(message)}`, role)];
  const room = Math.min(48, Math.floor(width * 0.42));
  return [
    gutter,
    span("  "),
    mark,
    span(` ${fit(cutMiddle(place, room).replace("…", glyphs.ellipsis), room)}  `, role),
    span(show(message), ignored === undefined ? ROLES[state] : "dim"),
  ];
}

function placeOf({ file, key, line }: FindingView): string {
  if (file === undefined) return "";
  const where = line === undefined ? show(file) : `${show(file)}:${line}`;
  return key === undefined ? where : `${where}  ${show(showPath(key))}`;
}

function drawDetail(draw: Draw, screen: DoctorScreen, width: number, height: number): readonly Line[] {
  const { glyphs } = draw;
  const one = currentFinding(screen);
  if (one === undefined) return pane([], { title: "", width, height }, glyphs);
  const inner = width - 4;
  const room = Math.max(1, height - 2);
  const last: readonly (readonly [string, Role])[] = [
    ...(one.ignored === undefined ? [] : [[`Ignored, because: ${show(one.ignored)}`, "dim"] as const]),
    ...(one.ignored !== undefined || one.mend === undefined ? [] : [[`What helps: ${show(one.mend)}`, "text"] as const]),
  ];
  const told = wrap(show(capital(one.message)), inner, Math.max(1, room - 2));
  const lines: Line[] = [
    ...told.map((text): Line => [span(` ${text}`)]),
    ...last.flatMap(([text, role]) => wrap(text, inner, Math.max(1, room - told.length)).map((part): Line => [span(` ${part}`, role)])),
  ];
  const keys = [...(one.fix === undefined ? [] : ["fix x"]), ...(one.ignorable && one.ignored === undefined ? ["ignore i"] : [])];
  return pane(lines, { title: placeOf(one), note: keys.join(` ${glyphs.dot} `), width, height }, glyphs);
}

/** What begins with a name stays as it is. */
function capital(text: string): string {
  const isSentence = /^(?:it|its|the|a|an|no|none|nothing|you|your) /.test(text);
  return isSentence ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.` : text;
}
