/** What a save will write, what others wrote, or what does not fit the checksum: line by line, masked. */
import { showKey } from "../actions/keymap.ts";
import { countEdits, showPath } from "../model/edits.ts";
import type { Cell } from "../model/facts.ts";
import { type LineKind, type ReviewLine, type ReviewPurpose, type ReviewRow, reviewRows, type ReviewScreen } from "../model/review.ts";
import { environmentsOf, type State } from "../model/state.ts";
import { show } from "../text/show.ts";
import { fit, widthOf } from "../text/width.ts";
import { fingerprint, lineCount } from "../draw/cell.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { fitLine, inverted, type Line, type Role, span, spread, widthOfLine } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";
import { isProduction } from "./matrix.ts";

const TITLES: Readonly<Record<ReviewPurpose, string>> = {
  save: "What a save writes",
  theirs: "What they changed",
  tampered: "What differs from the last whole version in git",
};

export function reviewTitle(purpose: ReviewPurpose): string {
  return { save: "Review", theirs: "Theirs", tampered: "Checksum" }[purpose];
}

/** Names of production environments that are touched: the header marks them. */
export function productionOf(state: State, lines: readonly { readonly file: string }[]): readonly string[] {
  const names = lines.flatMap((line) => environmentsOf(state, line.file).map((one) => one.name));
  return [...new Set(names)].filter((name) => isProduction(name));
}

/** @param height of the body */
export function drawReview(draw: Draw, screen: ReviewScreen, height: number): Part {
  const { state, glyphs } = draw;
  const { columns } = state.size;
  const inner = columns - 2;
  const rows = reviewRows(screen.lines);
  const wide = Math.max(12, ...screen.lines.map((line) => widthOf(pathText(draw, line))));
  const path = Math.min(wide, Math.floor(inner * 0.4));
  const lines = rows
    .slice(screen.list.top, screen.list.top + height - 2)
    .map((row, at) => drawRow(draw, row, screen.list.top + at === screen.list.cursor, inner, path));
  if (rows.length === 0) lines.push([span(" The order of keys changes, and no value.", "dim")]);
  const files = new Set(screen.lines.map((line) => line.file)).size;
  const note = `${plural(screen.lines.length, "change")} in ${plural(files, "file")}`;
  const box = pane(
    lines,
    { title: TITLES[screen.purpose], note, foot: footOf(draw, screen), width: columns, height, focused: true },
    glyphs,
  );
  return { lines: box };
}

function footOf({ state, keymap }: Draw, screen: ReviewScreen): string {
  const key = (id: string): string =>
    keymap
      .keysOf(id)
      .slice(0, 2)
      .map((one) => showKey(one, state.look.ascii))
      .join(" or ");
  switch (screen.purpose) {
    case "save":
      if (screen.edits !== state.edits) {
        return `your edits have changed since: ${key("save.confirm")} shows them again`;
      }
      return `nothing is written yet: ${key("save.confirm")} writes all of it, ${key("back")} goes back`;
    case "theirs":
      return `your ${plural(countEdits(state.edits), "edit")} kept: ${key("merge.run")} merges, ${key("back")} goes back`;
    case "tampered":
      return "read-only: sotto reseal vouches for what is there, git restores it";
  }
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function drawRow(draw: Draw, row: ReviewRow, current: boolean, width: number, path: number): Line {
  const gutter = span(current ? draw.glyphs.cursor : " ");
  const line = fitLine([gutter, ...rowContent(draw, row, width - 1, path)], width, draw.glyphs.ellipsis);
  return current ? inverted(line) : line;
}

function rowContent(draw: Draw, row: ReviewRow, width: number, path: number): Line {
  const { state, glyphs } = draw;
  switch (row.kind) {
    case "file": {
      const names = environmentsOf(state, row.file).map((one) => one.name);
      const production = names.some((name) => isProduction(name)) ? [span(" PROD", "prod")] : [];
      const others = names.filter((name) => !isProduction(name));
      const stale = state.files.get(row.file)?.stale === true ? [span(`  ${glyphs.warning} changed on disk`, "warning")] : [];
      const left: Line = [span(show(row.file), "strong"), ...production, span(others.map((name) => ` ${show(name)}`).join("")), ...stale];
      return spread(left, [span(`${plural(row.count, "change")} `, "dim")], width);
    }
    case "line":
      // On a wide terminal the lengths stay near what they are about.
      return drawLine(draw, row.line, Math.min(width, path + 64), path);
    case "warning":
      return [span(`    ${glyphs.warning} ${show(row.text)}`, "warning")];
  }
}

const SIGNS: Readonly<Record<LineKind, { readonly role: Role; readonly word: string }>> = {
  value: { role: "edited", word: "value" },
  added: { role: "good", word: "added" },
  removed: { role: "danger", word: "removed" },
  renamed: { role: "focus", word: "rename" },
  type: { role: "warning", word: "type" },
};

function drawLine(draw: Draw, line: ReviewLine, width: number, path: number): Line {
  const { glyphs } = draw;
  const { role, word } = SIGNS[line.kind];
  const sign = { value: "~", added: "+", removed: glyphs.minus, renamed: glyphs.rename, type: glyphs.type }[line.kind];
  const right: Line = [span(`  ${amounts(draw, line)}`), span(`  ${word.padEnd(8)}`, "dim")];
  const room = width - widthOfLine(right);
  const left: Line = [
    span(`${sign} `, role),
    span(`${fit(pathText(draw, line), path, { ellipsis: glyphs.ellipsis })}  `),
    ...changeOf(draw, line),
  ];
  return [...fitLine(left, room, glyphs.ellipsis), ...right];
}

function pathText({ glyphs }: Draw, { path, from }: ReviewLine): string {
  const to = show(showPath(path));
  return from === undefined ? to : `${show(showPath(from))} ${glyphs.rename} ${to}`;
}

function changeOf(draw: Draw, { kind, before, after }: ReviewLine): Line {
  if (kind === "renamed") return describeCell(draw, after);
  if (kind === "removed") return describeCell(draw, before);
  if (kind === "added") return describeCell(draw, after);
  return [...describeCell(draw, before), span(` ${draw.glyphs.rename} `, "dim"), ...describeCell(draw, after)];
}

/** How a side looks in a line: a fingerprint, or what everybody can read anyway. */
export function describeCell(draw: Draw, cell: Cell): Line {
  const { glyphs } = draw;
  switch (cell.kind) {
    case "secret":
      if (cell.facts.length === 0) return [span(glyphs.empty)];
      return [span(`${fingerprint(draw, cell.facts)}${lineCount(draw, cell.facts)}`)];
    case "plain": {
      if (cell.text === "") return [span(glyphs.empty)];
      const text = fit(show(cell.text), Math.min(24, widthOf(show(cell.text))), { ellipsis: glyphs.ellipsis });
      return [span(cell.type === "str" ? `"${text}"` : text, "plain")];
    }
    case "null":
      return [span("null")];
    case "map":
    case "list":
      return [span(`${cell.kind} of ${cell.count}`)];
    case "absent":
      return [span(glyphs.missing)];
    case "sealed":
      return [span(cell.readable ? glyphs.unread : glyphs.refused, "dim")];
    case "comment":
      return [span("#")];
  }
}

/** `24 → 32 chars`, or the types where they differ. */
function amounts({ glyphs }: Draw, { kind, before, after }: ReviewLine): string {
  if (kind === "type") return `${typeOf(before)} ${glyphs.rename} ${typeOf(after)}`;
  const [old, next] = [lengthOf(before), lengthOf(after)];
  if (kind === "renamed" || kind === "added") return next === undefined ? typeOf(after) : plural(next, "char");
  if (kind === "removed") return old === undefined ? typeOf(before) : plural(old, "char");
  if (old === undefined || next === undefined) return "";
  return `${old} ${glyphs.rename} ${plural(next, "char")}`;
}

export function lengthOf(cell: Cell): number | undefined {
  if (cell.kind === "secret") return cell.facts.length;
  return cell.kind === "plain" ? Array.from(cell.text).length : undefined;
}

export function typeOf(cell: Cell): string {
  const type = cell.kind === "secret" ? cell.facts.type : cell.kind === "plain" || cell.kind === "sealed" ? cell.type : cell.kind;
  return type === "str" ? "string" : type;
}
