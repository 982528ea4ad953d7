/** Who can read what: recipients against environments, what the rules say, and everything about one of them. */
import {
  type AccessCell,
  type AccessNote,
  type AccessRow,
  accessRows,
  type AccessScreen,
  type AccessView,
  accessWidths,
  callRow,
  currentRecipient,
  shownNotes,
} from "../model/access.ts";
import { detailHeight } from "../model/layout.ts";
import { show } from "../text/show.ts";
import { cutMiddle, fit, widthOf } from "../text/width.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fitLine, inverted, type Line, type Role, span } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";
import { isProduction } from "./matrix.ts";

/** @param height of the body */
export function drawAccess(draw: Draw, screen: AccessScreen, height: number): Part {
  const { state, glyphs } = draw;
  const width = state.size.columns;
  const row = currentRecipient(screen);
  if (screen.details && row !== undefined && screen.view !== undefined) {
    const lines = detailLines(draw, screen.view, row, width - 2);
    const foot = `recipient ${screen.list.cursor + 1}/${screen.view.rows.length}   esc back to the table`;
    return { lines: pane(lines, { title: show(callRow(row)), foot, width, height, focused: true }, glyphs) };
  }
  const below = detailHeight(state.size);
  return {
    lines: [...drawTable(draw, screen, { width, height: height - below, focused: true }), ...drawDetail(draw, screen, width, below)],
  };
}

/** The table with what the rules say below it; also beside the wizard. */
export function drawTable(
  draw: Draw,
  screen: AccessScreen,
  { width, height, focused }: { readonly width: number; readonly height: number; readonly focused: boolean },
): readonly Line[] {
  const { glyphs, state } = draw;
  const { view, list } = screen;
  const options = { title: "Who can read what", width, height, focused };
  if (view === undefined) return pane([screen.problem === undefined ? waiting(draw) : failed(draw, screen.problem)], options, glyphs);
  if (view.rows.length === 0 && state.files.size === 0) {
    return pane([[span(" No encrypted files here: nobody can read anything.", "dim")]], options, glyphs);
  }
  const inner = width - 2;
  const first = focused ? screen.firstColumn : 0;
  const widths = accessWidths(view, first, inner);
  const shown = view.columns.slice(first, first + widths.count);
  const heading = [
    ...fitLine(
      [span(` RECIPIENT${first > 0 ? (state.look.ascii ? " <" : " ‹") : ""}`, "strong")],
      2 + widths.label + widths.name,
      glyphs.ellipsis,
    ),
    ...shown.flatMap((column, index) =>
      head(draw, column.name, widths.columns[first + index] ?? 0, focused && first + index === screen.column),
    ),
    span(first + widths.count < view.columns.length ? (state.look.ascii ? ">" : "›") : "", "dim"),
  ];
  const rows = accessRows(screen, height);
  const lines = view.rows.slice(list.top, list.top + rows).map((row, index): Line => {
    const current = list.top + index === list.cursor;
    const name: Line = [
      span(`${current ? glyphs.cursor : " "}${fit(cut(draw, row.label, widths.label), widths.label)} `),
      ...fitLine([span(show(row.name ?? ""), row.name === undefined ? "dim" : "text")], widths.name, glyphs.ellipsis),
    ];
    const cells = shown.flatMap((_, at) => {
      const column = first + at;
      const drawn = drawCell(draw, row.cells[column] ?? "no", widths.columns[column] ?? 0);
      return focused && current && column === screen.column ? inverted(drawn) : drawn;
    });
    return [...(focused && current ? inverted(name) : name), ...cells];
  });
  const notes = shownNotes(view, height).map((note) => drawNote(draw, note, inner));
  const foot = view.rows.length === 0 ? "" : `recipient ${list.cursor + 1}/${view.rows.length}`;
  return pane([heading, ...lines, [], ...notes], { ...options, foot }, glyphs);
}

/** Without its middle where there is no room for it. */
export function cut({ glyphs }: Draw, text: string, width: number): string {
  return cutMiddle(show(text), width).replace("…", glyphs.ellipsis);
}

function waiting({ glyphs }: Draw): Line {
  return [span(` ${glyphs.dot} Reading who can read what${glyphs.ellipsis}`, "dim")];
}

function failed({ glyphs }: Draw, problem: string): Line {
  return [span(` ${glyphs.bad} ${show(problem)}`, "danger")];
}

/** Right-aligned, as the marks below stand at the right end of their column. */
function head(draw: Draw, name: string, width: number, current: boolean): Line {
  const production = isProduction(name);
  const text = cut(draw, production ? name.toUpperCase() : name, width - 1);
  const role: Role = production ? "prod" : "strong";
  return [span(" ".repeat(Math.max(0, width - widthOf(text)))), { ...span(text, role), underline: current }];
}

function drawCell(draw: Draw, cell: AccessCell, width: number): Line {
  const [glyph, role] = cellGlyph(draw, cell);
  return [span(" ".repeat(Math.max(0, width - widthOf(glyph)))), span(glyph, role)];
}

function cellGlyph({ glyphs }: Draw, cell: AccessCell): readonly [string, Role] {
  switch (cell) {
    case "reads":
      return [glyphs.good, "good"];
    case "rule only":
    case "file only":
      return [glyphs.bad, "warning"];
    case "mixed":
      return ["part", "text"];
    case "no":
      return [glyphs.dot, "dim"];
  }
}

function drawNote({ glyphs }: Draw, { tone, text }: AccessNote, width: number): Line {
  const [mark, role]: readonly [string, Role] =
    tone === "fine" ? [`${glyphs.good} `, "good"] : tone === "drift" ? [`${glyphs.bad} `, "warning"] : ["", "text"];
  return fitLine([span(` ${mark}`, role), span(show(text), role === "text" ? "strong" : "text")], width, glyphs.ellipsis);
}

function drawDetail(draw: Draw, screen: AccessScreen, width: number, height: number): readonly Line[] {
  const { view } = screen;
  const row = currentRecipient(screen);
  const column = view?.columns[screen.column];
  const title = row === undefined || column === undefined ? "" : `${show(callRow(row))} @ ${show(column.name)}`;
  const lines = view === undefined || row === undefined ? [] : [describeCell(draw, screen, row), ...describeRow(draw, row, width - 2)];
  if (height === 1) return [fitLine([span(` ${title}  `, "strong"), ...(lines[0] ?? [])], width, draw.glyphs.ellipsis)];
  return pane(
    lines,
    { title, note: "details ⏎ · remove d".replaceAll("⏎", draw.state.look.ascii ? "enter" : "⏎"), width, height },
    draw.glyphs,
  );
}

/** What the cell under the cursor means, with the files that it is about. */
function describeCell(draw: Draw, screen: AccessScreen, row: AccessRow): Line {
  const column = screen.view?.columns[screen.column];
  if (column === undefined) return [];
  const own = row.files.filter(({ path }) => column.files.includes(path));
  const [text, role] = cellSentence(row.cells[screen.column] ?? "no", own, column.files.length);
  const needs = column.threshold === undefined ? "" : `  (${column.threshold} key groups are needed)`;
  return [span(` ${cellGlyph(draw, row.cells[screen.column] ?? "no")[0]} `, role), span(show(`${text}${needs}`), role)];
}

function cellSentence(cell: AccessCell, own: AccessRow["files"], count: number): readonly [string, Role] {
  const named = (kind: AccessCell): string => {
    const paths = own.filter((file) => file.cell === kind).map((file) => file.path);
    return paths.length > 2 ? `${paths.length} files` : paths.join(", ");
  };
  switch (cell) {
    case "reads":
      return [count === 1 ? "reads it" : `reads all ${count} files`, "good"];
    case "no":
      return ["cannot read it", "dim"];
    case "mixed":
      return [`reads ${own.filter((file) => file.cell === "reads").length} of ${count} files: ${named("reads")}`, "text"];
    case "rule only":
      return [`the rule names it, ${named("rule only")} does not: it cannot read yet; s syncs`, "warning"];
    case "file only":
      return [`${named("file only")} has it, the rule does not: it can still read; s syncs`, "warning"];
  }
}

function describeRow(draw: Draw, row: AccessRow, width: number): readonly Line[] {
  const kind = [row.title, ...(row.machine ? ["a machine"] : []), ...(row.name === undefined ? ["no name in .sops.yaml"] : [])];
  return [
    [span(` ${kind.join(` ${draw.glyphs.dot} `)}  `, "dim"), span(cut(draw, row.label, width - 2 - widthOf(kind.join(" . ")) - 2), "text")],
    [span(` ${row.files.length} file${row.files.length === 1 ? "" : "s"}: ${show(row.files.map(({ path }) => path).join(", "))}`, "dim")],
  ];
}

/** In place of the table: the recipient in full, and every file. */
function detailLines(draw: Draw, view: AccessView, row: AccessRow, width: number): readonly Line[] {
  const label = show(row.label);
  const parts = Array.from({ length: Math.ceil(label.length / (width - 14)) }, (_, at) =>
    label.slice(at * (width - 14), (at + 1) * (width - 14)),
  );
  return [
    fact("recipient", parts[0] ?? ""),
    ...parts.slice(1).map((part) => fact("", part)),
    fact("name", row.name === undefined ? "none: sotto.people in .sops.yaml gives one" : show(row.name)),
    fact("kind", `${row.title}${row.machine ? `, of a machine` : ""}`),
    [],
    ...view.columns.flatMap((column): Line[] => {
      const own = row.files.filter(({ path }) => column.files.includes(path));
      if (own.length === 0) return [[span(` ${show(column.name)}  `, "strong"), span("cannot read it", "dim")]];
      return [
        [span(` ${show(column.name)}`, "strong"), span(column.isolated ? "  isolated" : "", "dim")],
        ...own.map(({ path, cell }): Line => {
          const [glyph, role] = cellGlyph(draw, cell);
          const what =
            cell === "rule only"
              ? "  the rule names it, the file does not"
              : cell === "file only"
                ? "  the file has it, the rule does not"
                : "";
          return [span(`   ${glyph} `, role), span(show(path)), span(what, role)];
        }),
      ];
    }),
  ];
}

/** The line above the messages. */
export function accessHint({ glyphs }: Draw): Line {
  return [
    span(
      ` ${glyphs.info} ${glyphs.good} can read  ${glyphs.dot} cannot  ${glyphs.bad} differs from rules.  Checked locally; KMS policy is not asked.`,
      "dim",
    ),
  ];
}

function fact(name: string, text: string): Line {
  return [span(` ${name.padEnd(12)}`, "dim"), span(text)];
}
