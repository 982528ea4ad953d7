/** A box with a title and a border. */
import { fit, widthOf } from "../text/width.ts";
import { fill, fitLine, type Line, span } from "./line.ts";
import type { Glyphs } from "./theme.ts";

export interface PaneOptions {
  readonly title: string;
  /** At the right end of the upper border. */
  readonly note?: string;
  /** In the lower border. */
  readonly foot?: string;
  /** With the border. */
  readonly width: number;
  readonly height: number;
  readonly focused?: boolean;
}

/** @param lines what stands inside; cut or filled */
export function pane(lines: readonly Line[], options: PaneOptions, glyphs: Glyphs): Line[] {
  const { title, note = "", foot = "", width, height, focused = false } = options;
  const { top, side, corners } = glyphs.border;
  const role = focused ? "focus" : "dim";
  const inner = Math.max(0, width - 2);
  const body = fill(lines, Math.max(0, height - 2), inner).map((line): Line => [
    span(side, role),
    ...fitLine(line, inner, glyphs.ellipsis),
    span(side, role),
  ]);
  return [
    [span(corners[0], role), ...border(title, note, inner, top, focused), span(corners[1], role)],
    ...body,
    [span(corners[2], role), ...border(foot, "", inner, top, false), span(corners[3], role)],
  ];
}

function border(left: string, right: string, width: number, rule: string, focused: boolean): Line {
  const role = focused ? "focus" : "dim";
  if (left === "" && right === "") return [span(rule.repeat(width), role)];
  const note = right === "" || widthOf(right) + 8 > width ? "" : ` ${right} `;
  const room = width - widthOf(note) - 3;
  const shown = left === "" ? "" : ` ${widthOf(left) > room - 2 ? fit(left, Math.max(0, room - 2)) : left} `;
  const rest = Math.max(0, width - 2 - widthOf(shown) - widthOf(note));
  return [span(rule, role), span(shown, focused ? "focus" : "strong"), span(rule.repeat(rest), role), span(note, "dim"), span(rule, role)];
}
