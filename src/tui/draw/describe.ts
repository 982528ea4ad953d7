/** Sentences about one value and its file, without the value. */
import type { Selected } from "../model/selection.ts";
import { show } from "../text/show.ts";
import { treeOf } from "../model/tree.ts";
import { drawValue } from "./cell.ts";
import { wrapLine } from "./wrap-line.ts";
import type { Draw } from "./frame.ts";
import { keyFor } from "./key-note.ts";
import { type Line, span } from "./line.ts";

/** Here the exact length is given: it is asked for one value at a time. */
export function describeFacts(draw: Draw, one: Selected | undefined): Line {
  const { state, glyphs } = draw;
  if (one === undefined) return [span(" no file of this environment can hold this key", "dim")];
  const { cell } = one;
  const shown = revealedText(draw, one);
  if (shown !== undefined) {
    const left = Math.max(0, Math.ceil(((state.reveal?.until ?? 0) - state.now) / 1000));
    return [span(" "), span(show(shown), "warning"), span(`  hides in ${left} s`, "dim")];
  }
  switch (cell.kind) {
    case "secret": {
      const { facts } = cell;
      const parts = [
        facts.type === "str" ? "string" : facts.type,
        `${facts.length} char${facts.length === 1 ? "" : "s"}`,
        ...(facts.lines > 1 ? [`${facts.lines} lines`] : []),
        ...(facts.looks === undefined ? [] : [facts.looks]),
        `strength ${facts.strength}`,
        "encrypted",
      ];
      return [span(" "), span(glyphs.masked.repeat(12), "dim"), span(`  ${parts.join(` ${glyphs.dot} `)}`)];
    }
    case "plain":
      return [span(" "), ...drawValue(draw, cell, undefined), span(`  plain ${cell.type}: readable for everybody who has the file`, "dim")];
    case "sealed":
      return cell.readable
        ? [span(" encrypted; not opened yet", "dim")]
        : [span(` ${glyphs.refused} encrypted, and you cannot read this file`, "warning")];
    case "absent":
      if (one.row !== undefined)
        return [span(` ${glyphs.minus} deleted; ${keyFor(draw, "edit.undo")} brings it back, nothing is written yet`, "danger")];
      return [span(` ${glyphs.missing} there is no such key; F fills it, e types it`, "danger")];
    case "null":
      return [span(" null: never encrypted", "dim")];
    case "map":
    case "list":
      return [span(` ${cell.kind} of ${cell.count}`, "dim")];
    case "comment":
      return [span(" comment", "dim")];
  }
}

/** The same in a pane: wrapped, and a revealed value line by line. @param width of the pane inside */
export function detailLines(draw: Draw, one: Selected | undefined, width: number): readonly Line[] {
  const shown = one === undefined ? undefined : revealedText(draw, one);
  if (shown?.includes("\n") !== true) return wrapLine(describeFacts(draw, one), width);
  const left = Math.max(0, Math.ceil(((draw.state.reveal?.until ?? 0) - draw.state.now) / 1000));
  const lines = shown.replace(/\n$/, "").split("\n");
  return [
    [span(` ${lines.length} lines, hides in ${left} s`, "dim")],
    ...lines.flatMap((text) => wrapLine([span(" "), span(show(text), "warning")], width)),
  ];
}

export function revealedText(draw: Pick<Draw, "state">, one: Selected): string | undefined {
  const { reveal } = draw.state;
  if (reveal === undefined || one.source === undefined) return undefined;
  const { source } = reveal;
  if (source.kind === "old") return undefined;
  if (source.kind === "kept") return one.source.kind === "kept" && one.source.id === source.id ? reveal.text : undefined;
  return one.source.kind === "row" && one.source.file === source.file && one.source.row === source.row ? reveal.text : undefined;
}

export function describeFile(draw: Draw, path: string | undefined, row: number | undefined): Line {
  const { state, glyphs } = draw;
  const file = path === undefined ? undefined : state.files.get(path);
  if (file === undefined) return [];
  const readers = file.readers.length === 0 ? "" : `     readers  ${file.readers.map(show).join(", ")}`;
  const source = row === undefined ? undefined : treeOf(file, state.edits).source(row);
  const line = source === undefined ? undefined : file.lineOf(source);
  const mac = file.mac === "ok" ? `     mac ${glyphs.good}` : file.mac === "checking" || file.mac === "unknown" ? "" : "     mac !";
  return [span(` file  ${show(file.path)}${line === undefined ? "" : `:${line}`}${readers}${mac}`, "dim")];
}
