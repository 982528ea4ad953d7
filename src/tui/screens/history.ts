/** The commits of a file at the left, what changed between two versions at the right. */
import { editsByFile } from "../model/edits.ts";
import {
  type CommitRow,
  type HistoryDiff,
  type HistoryScreen,
  nameOfVersion,
  NOTHING,
  type RawLine,
  shownLines,
  shownVersions,
  WORKING,
} from "../model/history.ts";
import { type Box, COMMITS_FOOT, HISTORY_FOOT, HISTORY_HEAD, historyLayout, layoutOf, rowsIn } from "../model/layout.ts";
import { showPath } from "../model/edits.ts";
import type { State } from "../model/state.ts";
import { show } from "../text/show.ts";
import { fit, widthOf } from "../text/width.ts";
import type { Draw, Part } from "../draw/frame.ts";
import { beside, blank, fill, fitLine, inverted, type Line, span } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";
import { drawDifference } from "./history-line.ts";

/** @param height of the body */
export function drawHistory(draw: Draw, screen: HistoryScreen, height: number): Part {
  const { commits, diff } = historyLayout(draw.state.size, screen.pane);
  const parts = [
    ...(commits === undefined ? [] : [drawCommits(draw, screen, { ...commits, height })]),
    ...(diff === undefined ? [] : [drawDiff(draw, screen, { ...diff, height })]),
  ];
  return { lines: beside(...parts) };
}

function drawCommits(draw: Draw, screen: HistoryScreen, box: Box): readonly Line[] {
  const { glyphs } = draw;
  const width = box.width - 2;
  const height = rowsIn(box, COMMITS_FOOT);
  const versions = shownVersions(screen);
  const visible = versions.slice(screen.list.top, screen.list.top + height);
  const names = visible.map((commit) => nameOfVersion(screen, commit));
  const nameWidth = Math.max(12, ...names.map((name) => widthOf(name)));
  const focused = screen.pane === "commits";
  const lines = visible.map((commit, line): Line => {
    const current = screen.list.top + line === screen.list.cursor;
    const gutter = `${current ? glyphs.cursor : " "}${commit === screen.base ? "=" : " "}`;
    const drawn = drawCommit(draw, screen, commit, fit(`${gutter}${names[line] ?? ""}`, nameWidth + 2), width);
    return current && focused ? inverted(fitLine(drawn, width, glyphs.ellipsis)) : drawn;
  });
  const more = moreLine(screen, versions.length - screen.list.top - height);
  if (more !== undefined && lines.length < height) lines.push([span(`  ${spell(draw.state, more)}`, "dim")]);
  const foot = unreadableLines(draw, screen, width);
  const title = screen.blame === undefined ? "Commits" : `Commits of ${show(showPath(screen.blame.path))}`;
  const rest = screen.blame === undefined && Number.isFinite(screen.total) ? (screen.total ?? 0) - screen.commits.length : 0;
  const at = `${screen.list.cursor + 1}/${versions.length + Math.max(0, rest)}`;
  return pane([...fill(lines, height, width), ...foot], { title, note: "1", foot: at, ...box, focused }, glyphs);
}

function drawCommit({ state, glyphs }: Draw, screen: HistoryScreen, commit: string, name: string, width: number): Line {
  if (commit === WORKING) {
    const edits = editsByFile(state.edits).get(screen.file)?.length ?? 0;
    const mark = fit(edits === 0 ? "" : `${glyphs.edited}${edits}`, 6, { align: "right" });
    return [span(name, "strong"), span(mark, "edited"), span("  you")];
  }
  const row = screen.commits.find((one) => one.hash === commit);
  if (row === undefined) return [];
  const age = fit(ageOf(row, state), 6, { align: "right" });
  const author = fit(show(row.author), Math.min(12, Math.max(4, width - widthOf(name) - 8)));
  const change = screen.blame?.changes.get(commit);
  const refused = screen.unreadable.has(commit) ? ` ${glyphs.refused}` : "";
  const about = change === undefined ? show(row.subject) : `${change}: ${show(row.subject)}`;
  return [span(name), span(age, "dim"), span(`  ${author}`), span(refused, "warning"), span(`  ${about}`, "dim")];
}

/** `2 d`: how long ago, in the largest unit that says something. */
export function ageOf({ time }: Pick<CommitRow, "time">, { now }: Pick<State, "now">): string {
  const minutes = Math.max(0, Math.floor((now - time) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h`;
  const days = Math.floor(hours / 24);
  return days < 1000 ? `${days} d` : `${Math.floor(days / 365)} y`;
}

/** @param below rows that are there and have no room */
function moreLine(screen: HistoryScreen, below: number): string | undefined {
  const { blame, commits, more, total } = screen;
  if (!screen.loaded) return "Reading commits…";
  if (blame !== undefined && blame.known < commits.length) return "Looking for this key…";
  if (!more || below > 0) return undefined;
  if (blame !== undefined) return "… older ones not looked at";
  if (total === undefined) return "… more";
  return Number.isFinite(total) ? `… ${total - commits.length} more` : "… many more";
}

function unreadableLines({ glyphs }: Draw, screen: HistoryScreen, width: number): readonly Line[] {
  const count = screen.unreadable.size;
  if (count === 0) return [blank(width), blank(width)];
  return [
    [span(` ${glyphs.refused} ${count} commit${count === 1 ? "" : "s"} not readable`, "warning")],
    [span("   (you had no access)", "warning")],
  ];
}

function drawDiff(draw: Draw, screen: HistoryScreen, box: Box): readonly Line[] {
  const { glyphs } = draw;
  const width = box.width - 2;
  const focused = screen.pane === "diff";
  const title = "Semantic diff (decrypted, masked)";
  const { diff, problem } = screen;
  if (problem !== undefined) return pane([[], [span(` ${glyphs.info} ${show(problem)}`)]], { title, note: "2", ...box, focused }, glyphs);
  if (diff === undefined) {
    const text = screen.wanted === "" && screen.loaded ? "" : spell(draw.state, " Reading…");
    return pane([[], [span(text, "dim")]], { title, note: "2", ...box, focused }, glyphs);
  }
  const lines = shownLines(screen);
  const room = rowsIn(box, HISTORY_HEAD + HISTORY_FOOT);
  const rows = lines.slice(screen.lines.top, screen.lines.top + room).map((line, index): Line => {
    const current = focused && screen.lines.top + index === screen.lines.cursor;
    const drawn = drawDifference(draw, screen, line, current, width);
    return current ? inverted(drawn) : drawn;
  });
  const shown = lines.length === 0 ? [nothing(draw, screen, diff)] : rows;
  const summary = [blank(width), ...summaryLines(draw, diff)];
  const raw = room - shown.length > 3 ? rawLines(draw, diff, room - shown.length, width) : [];
  const count = `${lines.length} change${lines.length === 1 ? "" : "s"}`;
  const place = focused && lines.length > room ? ` ${glyphs.dot} ${screen.lines.cursor + 1}/${lines.length}` : "";
  const foot = screen.wanted === diff.key ? `${count}${place}` : spell(draw.state, "reading…");
  return pane([...headLines(draw, screen, diff), ...shown, ...summary, ...raw], { title, note: "2", foot, ...box, focused }, glyphs);
}

/** Always as many as the layout counts. */
function headLines({ glyphs }: Draw, screen: HistoryScreen, diff: HistoryDiff): readonly Line[] {
  const names = `${nameOfVersion(screen, diff.from.commit)} ${glyphs.rename} ${nameOfVersion(screen, diff.to.commit)}`;
  const only = screen.blame === undefined ? "" : `  ${show(showPath(screen.blame.path))} only`;
  const commit = screen.commits.find((one) => one.hash === diff.to.commit);
  const about = commit === undefined ? "" : `${new Date(commit.time).toISOString().slice(0, 10)}  ${show(commit.subject)}`;
  const [first] = diff.problems;
  const second: Line = first === undefined ? [span(` ${about}`, "dim")] : [span(` ${glyphs.refused} ${first}`, "warning")];
  const third: Line = diff.blind ? [span("   Ciphertexts are compared: a value may only be encrypted anew.", "warning")] : [];
  return [[span(` ${show(screen.file)}`, "strong"), span(`   ${names}${only}`)], second, third];
}

function nothing({ glyphs }: Draw, screen: HistoryScreen, diff: HistoryDiff): Line {
  if (screen.blame !== undefined) return [span(` ${show(showPath(screen.blame.path))} is the same in both.`, "dim")];
  if (diff.to.commit === WORKING && diff.from.commit === screen.commits[0]?.hash)
    return [span(` ${glyphs.good} The working copy says what HEAD says.`, "good")];
  return [span(` ${glyphs.good} No value, key or comment differs.`, "good")];
}

function summaryLines({ glyphs, state }: Draw, diff: HistoryDiff): readonly Line[] {
  if (diff.from.commit === NOTHING) return [[span(" The file begins here.", "dim")], [], []];
  if (!diff.encrypted) return [[span(` ${glyphs.warning} One of these versions is not encrypted.`, "warning")], [], []];
  const { added, removed, dataKey, values, renewed } = diff;
  const people: Line = [
    ...added.map((name) => span(`+ ${show(spell(state, name))}   `, "good")),
    ...removed.map((name) => span(`${glyphs.minus} ${show(spell(state, name))}   `, "danger")),
  ];
  const still = removed.map((name) => /\((.*)\)$/.exec(name)?.[1] ?? name).join(", ");
  const warning = dataKey === "same" && removed.length > 0 ? `   ${glyphs.warning} ${show(still)} can still read old values: rotate` : "";
  const key = dataKey === "same" ? "unchanged" : dataKey === "new" ? "new" : "not known";
  const rest = values - renewed;
  return [
    [span(" Recipients   "), ...(people.length === 0 ? [span("unchanged", "dim")] : people)],
    [span(" Data key     "), span(key, dataKey === "same" ? "dim" : "text"), span(warning, "warning")],
    [span(" Ciphertext   "), span(`${renewed} of ${values} value${values === 1 ? "" : "s"} re-encrypted, ${rest} byte-identical`, "dim")],
  ];
}

function rawLines({ glyphs, state }: Draw, diff: HistoryDiff, room: number, width: number): readonly Line[] {
  if (diff.raw.length === 0) return [];
  const title = " raw line diff (masked) ";
  const { top } = glyphs.border;
  const heading = `${top}${title}${top.repeat(Math.max(0, width - widthOf(title) - 3))}`;
  const digits = Math.max(2, ...diff.raw.map((one) => String(one.line).length));
  const shown = diff.raw.length > room - 2 ? diff.raw.slice(0, Math.max(0, room - 3)) : diff.raw;
  const rest = diff.raw.length - shown.length;
  return [
    [],
    [span(" "), span(heading, "dim")],
    ...shown.map((one): Line => [
      span(` ${String(one.line).padStart(digits)} ${signOf(one, glyphs.minus)} ${show(spell(state, one.text))}`, "dim"),
    ]),
    ...(rest === 0 ? [] : [[span(` ${glyphs.ellipsis} ${rest} more`, "dim")]]),
  ];
}

/** What the edge wrote with signs of its own. */
function spell({ look }: State, text: string): string {
  return look.ascii ? text.replaceAll("…", "...").replaceAll("→", ">") : text;
}

function signOf({ kind }: RawLine, minus: string): string {
  return kind === "added" ? "+" : kind === "removed" ? minus : " ";
}

/** The line above the messages. */
export function historyHint({ state, glyphs }: Draw): Line {
  if (layoutOf(state.size).messages < 3) return [];
  const text = state.shared
    ? "The screen is shared: nothing is revealed here."
    : "Values are masked here too. r reveals the new value of a line for 15 s, R the old one.";
  return [span(` ${glyphs.info} ${text}`, "dim")];
}
