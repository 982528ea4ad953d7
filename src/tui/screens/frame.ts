/** Header, body, messages and keys, and overlays on top of them. */
import { scopesOf } from "../actions/action.ts";
import { showKey } from "../actions/keymap.ts";
import { countEdits } from "../model/edits.ts";
import { layoutOf, MIN_COLUMNS, MIN_ROWS } from "../model/layout.ts";
import { LOCK_AFTER } from "../model/limits.ts";
import { topScreen } from "../model/state.ts";
import { show } from "../text/show.ts";
import { wrap } from "../text/wrap.ts";
import { widthOf } from "../text/width.ts";
import type { Draw, Frame } from "../draw/frame.ts";
import { blank, fill, fitLine, type Line, span } from "../draw/line.ts";
import { accessHint } from "./access.ts";
import { drawBody } from "./body.ts";
import { drawHeader } from "./header.ts";
import { historyHint } from "./history.ts";
import { drawKeys } from "./keys-line.ts";
import { matrixHint } from "./matrix.ts";
import { drawOverlay } from "./overlay.ts";
import { markOfTone } from "./overlay-messages.ts";

export function drawFrame(draw: Draw): Frame {
  const { state } = draw;
  const { columns, rows } = state.size;
  const layout = layoutOf(state.size);
  if (layout.kind === "too small") {
    const text = `Too small: need ${MIN_COLUMNS}×${MIN_ROWS}, have ${columns}×${rows}.`;
    return { lines: fill([fitLine([span(text)], columns)], rows, columns) };
  }
  if (state.locked) return drawLocked(draw);
  const body = drawBody(draw);
  const lines = [drawHeader(draw), ...body.lines, ...drawMessages(draw), drawKeys(draw)];
  const cursor = body.cursor === undefined ? undefined : { column: body.cursor.column, row: body.cursor.row + 1 };
  const frame: Frame = { lines: fill(lines, rows, columns), cursor };
  return state.overlay === undefined ? frame : drawOverlay(draw, state.overlay, frame);
}

function drawMessages(draw: Draw): readonly Line[] {
  const { state } = draw;
  const { messages } = layoutOf(state.size);
  const { columns } = state.size;
  const toast = state.job === undefined ? drawToast(draw) : drawJob(draw);
  const chord: Line = state.chord === "" ? toast : drawChord(draw);
  const screen = topScreen(state);
  if (messages === 1) return [fitLine(chord.length > 0 || screen.kind !== "matrix" ? chord : [], columns, draw.glyphs.ellipsis)];
  const hint =
    screen.kind === "matrix"
      ? matrixHint(draw, screen)
      : screen.kind === "access"
        ? accessHint(draw)
        : screen.kind === "history"
          ? historyHint(draw)
          : [];
  return [fitLine(hint, columns, draw.glyphs.ellipsis), blank(columns), fitLine(chord, columns, draw.glyphs.ellipsis)];
}

/** What a chord that is begun can become. */
function drawChord({ state, keymap, glyphs }: Draw): Line {
  const { ascii } = state.look;
  const line = [span(` ${showKey(state.chord, ascii)}${glyphs.ellipsis} `, "focus")];
  for (const { key, action } of keymap.continuations(scopesOf(state), state.chord)) {
    line.push(span(` ${showKey(key, ascii)}`, "focus"), span(` ${action.title} `));
  }
  return [...line, span(" esc stops", "dim")];
}

function drawToast({ state, glyphs }: Draw): Line {
  const { toast } = state.messages;
  if (toast !== undefined) {
    const [mark, role] = markOfTone(toast.tone, glyphs);
    return [span(` ${mark} ${show(toast.text)}`, role)];
  }
  const { clipboard } = state;
  if (clipboard?.until === undefined) return [];
  const left = Math.max(0, Math.ceil((clipboard.until - state.now) / 1000));
  return [span(` ${glyphs.good} Copied ${show(clipboard.label)}. Clipboard clears in ${left} s (x clears now).`, "dim")];
}

/** The spinner comes after 200 ms, the seconds after one. */
function drawJob({ state, glyphs }: Draw): Line {
  const { job } = state;
  if (job === undefined) return [];
  const waited = state.now - job.since;
  const spin = state.look.motion && waited >= 200 ? `${glyphs.spinner[Math.floor(waited / 100) % glyphs.spinner.length] ?? ""} ` : "";
  const seconds = waited >= 1000 ? ` (${Math.floor(waited / 1000)} s)` : "";
  const count = job.total === undefined || waited < 1000 ? "" : ` ${job.done ?? 0}/${job.total}`;
  return [span(` ${spin}${show(job.label)}${count}${seconds}.${job.cancellable ? " ^C cancels." : ""}`, "focus")];
}

function drawLocked(draw: Draw): Frame {
  const { state, glyphs } = draw;
  const { columns, rows } = state.size;
  const edits = countEdits(state.edits);
  const minutes = Math.round(LOCK_AFTER / 60_000);
  const idle = state.now - state.active >= LOCK_AFTER ? `Locked after ${minutes} min.` : "Locked.";
  const kept = edits === 0 ? "" : ` ${edits} unsaved edit${edits === 1 ? " is" : "s are"} kept in encrypted memory.`;
  const text = `${idle}${kept} Enter unlocks, q quits${edits === 0 ? "" : edits === 1 ? " and drops it" : " and drops them"}.`;
  const middle = Math.floor(rows / 2);
  const lines: Line[] = [
    ...fill([[span(` sotto ${glyphs.arrow} locked`, "strong")].slice(0)], middle, columns),
    ...wrap(text, columns - 4).map((part) =>
      fitLine([span(" ".repeat(Math.max(1, Math.floor((columns - widthOf(part)) / 2)))), span(part, "warning")], columns),
    ),
  ];
  return {
    lines: fill(
      lines.map((line) => fitLine(line, columns)),
      rows - 1,
      columns,
    ).concat([drawKeys(draw)]),
  };
}
