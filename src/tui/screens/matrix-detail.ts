/** What there is to say about the cell under the cursor. */
import { unreadFile } from "../model/attention.ts";
import { showPath } from "../model/edits.ts";
import { cellsOf, currentRow } from "../model/matrix-view.ts";
import type { FileView } from "../model/files.ts";
import { problemText } from "../model/problem-lines.ts";
import type { MatrixScreen } from "../model/screens.ts";
import { selected } from "../model/selection.ts";
import { show } from "../text/show.ts";
import { keyNote } from "../draw/key-note.ts";
import { wrapLine } from "../draw/wrap-line.ts";
import { describeFacts, describeFile, detailLines } from "../draw/describe.ts";
import type { Draw } from "../draw/frame.ts";
import { fitLine, type Line, span } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";

export function drawMatrixDetail(draw: Draw, screen: MatrixScreen, width: number, height: number): readonly Line[] {
  const { state, glyphs } = draw;
  if (height === 0) return [];
  const row = currentRow(state, screen);
  const environment = state.project.environments[screen.column];
  const one = selected(state);
  if (row === undefined || environment === undefined)
    return height === 1 ? [fitLine([], width)] : pane([], { title: "", width, height }, glyphs);
  const title = `${show(showPath(row.path))} @ ${show(environment.name)}`;
  if (height === 1) return [fitLine([span(` ${title}  `, "strong"), ...describeFacts(draw, one)], width, glyphs.ellipsis)];
  const more: readonly Line[] = row.kind === "branch" ? [] : [sharedLine(draw, screen), describeFile(draw, one?.file, one?.row)];
  const inner = width - 3;
  const unread = one === undefined ? unreadFile(state, environment) : undefined;
  if (unread !== undefined) return pane(describeUnread(draw, unread, inner), { title, width, height }, glyphs);
  const note = keyNote(draw, "value.reveal", "value.copy", "value.edit", "matrix.compare");
  return pane(
    [...detailLines(draw, one, inner), ...more.filter((line) => line.length > 0).flatMap((line) => wrapLine(line, inner))],
    { title, note, width, height },
    glyphs,
  );
}

/** Why the environment has nothing to show. */
function describeUnread(draw: Draw, file: FileView, width: number): readonly Line[] {
  const { message, hints } = problemText(file, width);
  return [
    ...message.map((text, index): Line => [span(` ${index === 0 ? draw.glyphs.bad : " "} ${text}`, "danger")]),
    ...hints.map((text): Line => [span(`   ${text}`, "dim")]),
    describeFile(draw, file.path, undefined),
  ];
}

/** Which environments have the same value. */
function sharedLine(draw: Draw, screen: MatrixScreen): Line {
  const { state, glyphs } = draw;
  const row = currentRow(state, screen);
  if (row === undefined) return [];
  const cells = cellsOf(state, screen, row);
  const own = cells[screen.column];
  if (own?.facts === undefined) return [];
  const { digest } = own.facts;
  const others = state.project.environments.filter((_, column) => column !== screen.column && cells[column]?.facts?.digest === digest);
  const name = state.project.environments[screen.column]?.name ?? "";
  if (others.length === 0) return [span(` used only in ${show(name)} `), span(glyphs.good, "good")];
  const names = others.map((environment) => show(environment.name)).join(", ");
  const isolated = [...others, state.project.environments[screen.column]]
    .filter((environment) => environment?.isolated === true)
    .map((environment) => environment?.name ?? "");
  if (isolated.length === 0) return [span(` same value in ${names}`)];
  return [
    span(
      ` ${glyphs.warning} ${names} and ${show(name)} share one value, and the configuration marks ${isolated.join(", ")} as isolated`,
      "warning",
    ),
  ];
}
