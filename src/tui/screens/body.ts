/** The part between header and messages: the screen on top, and below an editor what it was opened from. */
import { editorHeight, layoutOf } from "../model/layout.ts";
import type { Screen } from "../model/screens.ts";
import { topScreen } from "../model/state.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fill } from "../draw/line.ts";
import { drawAccess } from "./access.ts";
import { drawCompare } from "./compare.ts";
import { drawConflicts } from "./conflicts.ts";
import { drawDoctor } from "./doctor.ts";
import { drawDocument } from "./document.ts";
import { drawEditor } from "./editor.ts";
import { drawHistory } from "./history.ts";
import { drawMatrix } from "./matrix.ts";
import { drawReview } from "./review.ts";
import { drawStart } from "./start.ts";
import { drawWizard } from "./wizard.ts";

export function drawBody(draw: Draw): Part {
  const { state } = draw;
  const { body } = layoutOf(state.size);
  const top = topScreen(state);
  const part = top.kind === "editor" ? drawOver(draw, top, body) : drawScreen(draw, top, body);
  return { ...part, lines: fill(part.lines, body, state.size.columns) };
}

function drawOver(draw: Draw, top: Extract<Screen, { readonly kind: "editor" }>, body: number): Part {
  const { state } = draw;
  const height = editorHeight(state.size, top.field.multiline);
  const below = state.screens.at(-2);
  if (height >= body || below === undefined) return drawEditor(draw, top, body);
  const above = fill(
    drawScreen({ ...draw, state: { ...state, screens: state.screens.slice(0, -1) } }, below, body - height).lines,
    body - height,
    state.size.columns,
  );
  const editor = drawEditor(draw, top, height);
  const cursor = editor.cursor === undefined ? undefined : { ...editor.cursor, row: editor.cursor.row + body - height };
  return { lines: [...above, ...editor.lines], cursor };
}

function drawScreen(draw: Draw, screen: Screen, height: number): Part {
  switch (screen.kind) {
    case "matrix":
      return drawMatrix(draw, screen, height);
    case "document":
      return drawDocument(draw, screen, height);
    case "editor":
      return drawEditor(draw, screen, height);
    case "review":
      return drawReview(draw, screen, height);
    case "conflicts":
      return drawConflicts(draw, screen, height);
    case "compare":
      return drawCompare(draw, screen, height);
    case "history":
      return drawHistory(draw, screen, height);
    case "access":
      return drawAccess(draw, screen, height);
    case "wizard":
      return drawWizard(draw, screen, height);
    case "doctor":
      return drawDoctor(draw, screen, height);
    case "start":
      return drawStart(draw, screen, height);
  }
}
