/** The newest commits of a file, beside its tree where the terminal has the room. */
import type { CommitRow } from "../model/history.ts";
import type { Box } from "../model/layout.ts";
import { show } from "../text/show.ts";
import { fit, widthOf } from "../text/width.ts";
import type { Draw } from "../draw/frame.ts";
import { type Line, span } from "../draw/line.ts";
import { pane } from "../draw/pane.ts";
import { ageOf } from "./history.ts";

export function drawHistoryPane(draw: Draw, commits: readonly CommitRow[], more: boolean, box: Box): readonly Line[] {
  const { state, glyphs } = draw;
  const title = "History";
  if (commits.length === 0) return pane([[span(" No commit has this file yet.", "dim")]], { title, ...box }, glyphs);
  const room = Math.max(1, box.height - 2);
  const names = commits.map((commit, index) => (index === 0 ? `HEAD ${commit.short}` : commit.short));
  const width = Math.max(...names.slice(0, room).map((name) => widthOf(name)));
  const lines = commits
    .slice(0, room)
    .map((commit, index): Line => [
      span(` ${fit(names[index] ?? "", width)}`),
      span(fit(ageOf(commit, state), 7, { align: "right" }), "dim"),
      span(`  ${fit(show(commit.author), 10)}`),
      span(`  ${show(commit.subject)}`, "dim"),
    ]);
  const foot = more ? `newest ${commits.length}` : `${commits.length} commit${commits.length === 1 ? "" : "s"}`;
  return pane(lines, { title, note: "H all  D diff", foot, ...box }, glyphs);
}
