/** The files of the project, and one of them as a tree: keys, comments and order as in the file. */
import { documentView, rowOf, type OpenDocumentView } from "../model/document-view.ts";
import type { Tree } from "../model/tree.ts";
import { editsByFile, pathKey } from "../model/edits.ts";
import { type Badge, badgeOf, fileRows } from "../model/file-tree.ts";
import type { FileView } from "../model/files.ts";
import { type Box, documentLayout, layoutOf, rowsIn } from "../model/layout.ts";
import { problemText } from "../model/problem-lines.ts";
import type { DocumentScreen } from "../model/screens.ts";
import { selected } from "../model/selection.ts";
import { show } from "../text/show.ts";
import { fit } from "../text/width.ts";
import { wrap } from "../text/wrap.ts";
import { drawType, drawValue } from "../draw/cell.ts";
import { describeFacts, describeFile, detailLines, revealedText } from "../draw/describe.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { beside, fitLine, inverted, type Line, type Role, span, spread } from "../draw/line.ts";
import { keyFor, keyNote } from "../draw/key-note.ts";
import { pane } from "../draw/pane.ts";
import { wrapLine } from "../draw/wrap-line.ts";
import { drawHistoryPane } from "./history-pane.ts";

/** @param height of the whole body */
export function drawDocument(draw: Draw, screen: DocumentScreen, height: number): Part {
  const { state } = draw;
  const layout = documentLayout(state.size, screen.pane);
  // Below an editor there is less room than the terminal has.
  const fitted = (box: Box | undefined): Box | undefined =>
    box === undefined ? undefined : { ...box, height: Math.min(box.height, height) };
  const files = fitted(layout.files);
  const tree = fitted(layout.tree);
  const parts = [
    ...(files === undefined ? [] : [drawFiles(draw, screen, files)]),
    ...(tree === undefined ? [] : [drawTree(draw, screen, tree)]),
  ];
  if (layout.detail === undefined) return { lines: beside(...parts) };
  if (layout.beside) return { lines: beside(...parts, drawSide(draw, screen, layout.detail)) };
  return { lines: [...beside(...parts), ...drawDetail(draw, layout.detail)].slice(0, height) };
}

function drawFiles(draw: Draw, screen: DocumentScreen, box: Box): readonly Line[] {
  const { state, glyphs } = draw;
  const rows = fileRows(state, screen.foldedFolders);
  const height = rowsIn(box);
  const focused = screen.pane === "files";
  const edits = editsByFile(state.edits);
  const lines = rows.slice(screen.files.top, screen.files.top + height).map((row, line): Line => {
    const current = screen.files.top + line === screen.files.cursor;
    const isShown = row.kind === "file" && row.path === screen.file;
    const gutter = current && focused ? glyphs.cursor : isShown ? glyphs.arrow : " ";
    const indent = "  ".repeat(row.depth);
    const drawn: Line =
      row.kind === "folder"
        ? spread(
            [
              span(`${gutter}${indent}${screen.foldedFolders.has(row.path) ? glyphs.folded : glyphs.unfolded} ${show(row.name)}`, "strong"),
              span(screen.foldedFolders.has(row.path) ? ` (${row.count})` : "", "dim"),
            ],
            [],
            box.width - 2,
          )
        : drawFileRow(
            draw,
            `${gutter}${indent}  ${show(row.name)}`,
            state.files.get(row.path),
            edits.get(row.path)?.length ?? 0,
            box.width - 2,
          );
    return current && focused ? inverted(drawn) : drawn;
  });
  const count = state.files.size;
  const foot = count === 0 ? "" : `${count} file${count === 1 ? "" : "s"}`;
  const told = state.loaded && (count === 0 || !state.project.hasConfig) ? tellAbout(draw, count, box.width - 2) : [];
  return pane([...lines, ...told], { title: "Files", note: "1", foot, ...box, focused }, glyphs);
}

function tellAbout({ state }: Draw, count: number, width: number): readonly Line[] {
  const { hasConfig } = state.project;
  const start = state.readOnly ? "sotto init sets one up" : "I sets one up";
  const text =
    count === 0
      ? `No encrypted files here. ${hasConfig ? "n makes one" : "I sets the project up"}, ? explains.`
      : `No .sops.yaml: ${start}.`;
  const lines = wrap(text, width - 2).map((part): Line => [span(` ${part}`, count === 0 ? "dim" : "warning")]);
  return count === 0 ? lines : [[], ...lines];
}

function drawFileRow(draw: Draw, name: string, file: FileView | undefined, edits: number, width: number): Line {
  const [text, role] = file === undefined ? ["", "dim" as Role] : showBadge(draw, badgeOf(file, edits), edits);
  const room = Math.max(4, width - text.length - 2);
  return spread([span(fit(name, room, { ellipsis: draw.glyphs.ellipsis }))], [span(text, role), span(" ")], width);
}

function showBadge({ glyphs }: Draw, badge: Badge, edits: number): readonly [string, Role] {
  switch (badge) {
    case "ok":
      return [glyphs.good, "good"];
    case "edited":
      return [`${glyphs.edited}${edits}`, "edited"];
    case "mac":
      return ["!mac", "danger"];
    case "no key":
      return [glyphs.refused, "dim"];
    case "waiting":
      return [glyphs.unread, "dim"];
    case "plaintext":
      return ["?PLAIN", "danger"];
    case "conflict":
      return ["!merge", "danger"];
    case "invalid":
      return ["!invalid", "danger"];
    case "stale":
      return ["!changed", "warning"];
    case "reading":
      return [glyphs.dot, "dim"];
  }
}

function drawTree(draw: Draw, screen: DocumentScreen, box: Box): readonly Line[] {
  const { state, glyphs } = draw;
  const view = documentView(state, screen);
  const focused = screen.pane === "tree";
  if (view === undefined)
    return pane(
      state.files.size === 0 ? [] : [[span(` Choose a file: ${keyFor(draw, "document.open")}`, "dim")]],
      { title: "", note: "2", ...box, focused },
      glyphs,
    );
  const { file, shown } = view;
  const name = show(file.path.split("/").at(-1) ?? file.path);
  const problem = problemLines(draw, file, box.width - 2);
  const height = rowsIn(box) - problem.length;
  const width = box.width - 2;
  const lines: Line[] = [...problem];
  for (let line = screen.list.top; line < Math.min(shown.length, screen.list.top + height); line += 1) {
    const current = line === screen.list.cursor && focused;
    const drawn = drawRow(draw, screen, view, shown.row(line), current, width);
    lines.push(current ? inverted(drawn) : drawn);
  }
  const keys = file.rows.filter((row) => row.kind === "value").length;
  const mac =
    file.mac === "ok"
      ? "mac ok"
      : file.mac === "wrong"
        ? "mac WRONG"
        : file.mac === "missing"
          ? "mac MISSING"
          : file.mac === "checking"
            ? "checking mac"
            : "";
  const note = [
    `2  ${keys} value${keys === 1 ? "" : "s"}`,
    ...(mac === "" ? [] : [mac]),
    ...(screen.filter === "" ? [] : [`filter: ${show(screen.filter)}`]),
  ].join(` ${glyphs.dot} `);
  if (shown.length === 0 && screen.filter !== "") lines.push([span(` No key for this filter. ${keyFor(draw, "back")} ends it.`, "dim")]);
  const foot = shown.length === 0 ? "nothing to show" : `row ${screen.list.cursor + 1}/${shown.length}`;
  return pane(lines, { title: name, note, foot, ...box, focused }, glyphs);
}

const longest = new WeakMap<Tree, number>();

/** In cells, with what stands before the key. Renamed ones need a little more. */
function longestKey(tree: Tree): number {
  let cells = longest.get(tree);
  if (cells === undefined) {
    cells = 0;
    for (const [index, { depth, key, kind }] of tree.rows.entries()) {
      const change = tree.change(index);
      const more = change?.kind === "renamed" ? change.from.length + 7 : 0;
      if (kind !== "comment") cells = Math.max(cells, Math.min(depth, 12) * 2 + 4 + key.length + more);
    }
    longest.set(tree, cells);
  }
  return cells;
}

function problemLines(draw: Draw, file: FileView, width: number): readonly Line[] {
  const { message, hints } = problemText(file, width);
  return [
    ...message.map((text, index): Line => [span(` ${index === 0 ? draw.glyphs.bad : " "} ${text}`, "danger")]),
    ...hints.map((text): Line => [span(`   ${text}`, "dim")]),
  ];
}

function drawRow(draw: Draw, screen: DocumentScreen, view: OpenDocumentView, index: number, current: boolean, width: number): Line {
  const { state, glyphs } = draw;
  const at = rowOf(view.file, view.tree, index);
  if (at === undefined) return [];
  const { row, cell, path } = at;
  const change = view.tree.change(index);
  const marked = screen.marks.size > 0 && screen.marks.has(pathKey(path));
  const gutter = current ? glyphs.cursor : marked ? "*" : " ";
  const edited =
    change === undefined
      ? " "
      : change.kind === "removed"
        ? glyphs.minus
        : change.kind === "added" || change.kind === "made"
          ? "+"
          : glyphs.edited;
  const folded = screen.folded.get(view.file.path)?.has(index) === true;
  const fold = row.count > 0 ? (folded ? glyphs.folded : glyphs.unfolded) : " ";
  const indent = "  ".repeat(Math.min(row.depth, 12));
  const head: Line = [span(gutter), edited === " " ? span(edited) : span(edited, "edited"), span(`${indent}${fold} `)];
  if (row.kind === "comment") {
    const text = cell.kind === "comment" ? cell.text : "";
    return fitLine([...head, span(row.sealed ? `# ${glyphs.masked.repeat(8)}` : `# ${show(text.trim())}`, "dim")], width, glyphs.ellipsis);
  }
  const isTampered = view.file.tampered.some((one) => one === path.join("."));
  const role: Role = change?.kind === "removed" ? "dim" : row.count > 0 ? "strong" : isTampered ? "danger" : "text";
  const from = change?.kind === "renamed" ? ` (was ${show(change.from)})` : "";
  const keyWidth = Math.max(18, Math.min(Math.floor(width * 0.5), longestKey(view.tree) + 2));
  const left = fitLine([...head, span(`${show(row.key)}${from}`, role)], keyWidth, glyphs.ellipsis);
  const type = drawType(cell);
  const valueWidth = Math.max(4, width - keyWidth - type.length - 3);
  const source = { file: view.file.path, path, row: index, cell, source: at.source, where: "", label: "" };
  const value = drawValue(draw, cell, state.reveal === undefined ? undefined : revealedText(draw, source));
  return spread([...left, span(" "), ...fitLine(value, valueWidth, glyphs.ellipsis)], [span(type, "dim"), span(" ")], width);
}

/** On a huge terminal the history of the file stands below the detail. */
function drawSide(draw: Draw, screen: DocumentScreen, box: Box): readonly Line[] {
  const past = screen.file === undefined ? undefined : draw.state.pasts.get(screen.file);
  if (past?.commits === undefined || layoutOf(draw.state.size).kind !== "huge" || box.height < 24) return drawDetail(draw, box);
  const above = Math.floor(box.height / 3);
  const history = drawHistoryPane(draw, past.commits, past.more, { ...box, height: box.height - above });
  return [...drawDetail(draw, { ...box, height: above }), ...history];
}

function drawDetail(draw: Draw, box: Box): readonly Line[] {
  const one = selected(draw.state);
  const title = one === undefined ? "" : one.cell.kind === "comment" ? `comment @ ${show(one.where)}` : show(one.label);
  if (box.height === 1)
    return [
      fitLine([span(` ${title}  `, "strong"), ...(one === undefined ? [] : describeFacts(draw, one))], box.width, draw.glyphs.ellipsis),
    ];
  // Beside the tree there is no room for both, and the last line has the keys.
  const note = one === undefined || box.width < 80 ? "" : keyNote(draw, "value.reveal", "value.copy", "value.edit");
  const inner = box.width - 3;
  const lines = one === undefined ? [] : [...detailLines(draw, one, inner), ...wrapLine(describeFile(draw, one.file, one.row), inner)];
  return pane(lines, { title, note, width: box.width, height: box.height }, draw.glyphs);
}
