/** The first line: where one is, and what is so of the whole program. */
import { countEdits } from "../model/edits.ts";
import { LOCK_AFTER } from "../model/limits.ts";
import { countGaps, currentMatrix } from "../model/matrix-view.ts";
import { environmentsOf, topScreen, type State } from "../model/state.ts";
import { show } from "../text/show.ts";
import { cutMiddle, widthOf } from "../text/width.ts";
import type { Draw } from "../draw/frame.ts";
import { fitLine, type Line, span, spread, widthOfLine } from "../draw/line.ts";
import { isProduction } from "./matrix.ts";
import { productionOf, reviewTitle } from "./review.ts";

/** What has no room goes in this order: the summary, the clock, the branch, the middle of the title. Edits and SHARED always stay. */
export function drawHeader(draw: Draw): Line {
  const { state, glyphs } = draw;
  const { columns } = state.size;
  const text = [show(state.project.name), ...titles(state).map(show)].join(` ${glyphs.arrow} `);
  const title = (shown: string): Line => [
    span(" sotto ", "focus"),
    span(shown, "strong"),
    ...(inProduction(state) ? [span(" PROD", "prod")] : []),
  ];
  const tries: readonly (readonly [left: Line, right: Line])[] = [
    [[...title(text), ...summary(state, glyphs.dot)], facts(draw, true, true)],
    [title(text), facts(draw, true, true)],
    [title(text), facts(draw, false, true)],
    [title(text), facts(draw, false, false)],
  ];
  const fitting = tries.find(([left, right]) => widthOfLine(left) + widthOfLine(right) < columns);
  if (fitting !== undefined) return spread(...fitting, columns);
  const right = facts(draw, false, false);
  const room = columns - widthOfLine(right) - widthOfLine(title("")) - 1;
  return fitLine(spread(title(cutMiddle(text, Math.min(widthOf(text), room))), right, columns), columns, glyphs.ellipsis);
}

function facts({ state, glyphs }: Draw, clock: boolean, branch: boolean): Line {
  const edits = countEdits(state.edits);
  const seconds = Math.max(0, Math.floor((LOCK_AFTER - (state.now - state.active)) / 1000));
  const parts: readonly Line[] = [
    ...(state.shared ? [[span("SHARED", "warning")]] : []),
    ...(state.readOnly ? [[span("read-only", "warning")]] : []),
    ...(clock && state.loaded ? [[span(`unlocked ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`, "dim")]] : []),
    ...(branch && state.project.branch !== "" ? [[span(`git ${show(state.project.branch)}`, "dim")]] : []),
  ];
  const joined = parts.flatMap((part, index) => (index === 0 ? part : [span(` ${glyphs.dot} `, "dim"), ...part]));
  return [...joined, ...(edits === 0 ? [] : [span(` ${glyphs.edited}${edits}`, "edited")]), span(" ")];
}

function inProduction(state: State): boolean {
  const screen = topScreen(state);
  const files =
    screen.kind === "document" && screen.file !== undefined
      ? [screen.file]
      : screen.kind === "editor"
        ? screen.targets.map(({ file }) => file)
        : [];
  const environments = files.flatMap((file) => environmentsOf(state, file).map((environment) => environment.name));
  return [...titles(state), ...environments].some((name) => isProduction(name));
}

export function titles(state: State): readonly string[] {
  const screen = topScreen(state);
  switch (screen.kind) {
    case "matrix":
      return ["Matrix"];
    case "document":
      return screen.file === undefined ? ["Files"] : ["Files", screen.file];
    case "editor":
      return ["Edit", screen.title];
    case "review":
      return [reviewTitle(screen.purpose), ...productionOf(state, screen.lines)];
    case "conflicts":
      return ["Conflicts", ...productionOf(state, screen.conflicts)];
    case "compare":
      return ["Compare", ...screen.columns.map((column) => state.project.environments[column]?.name ?? "")];
    case "history":
      return ["History", screen.file];
    case "access":
      return ["Access"];
    case "wizard":
      return ["Access", "Wizard"];
    case "doctor":
      return ["Doctor"];
    case "start":
      return ["Start"];
  }
}

function summary(state: State, dot: string): Line {
  if (topScreen(state).kind !== "matrix" || !state.loaded) return [];
  const { environments } = state.project;
  const keys = currentMatrix(state).rows.filter((row) => row.kind === "value").length;
  const gaps = countGaps(state).total;
  const parts = [counted(environments.length, "env"), counted(keys, "key"), ...(gaps === 0 ? [] : [counted(gaps, "gap")])];
  return [span(`    ${parts.join(` ${dot} `)}`, "dim")];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
