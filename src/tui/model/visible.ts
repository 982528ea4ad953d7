/** Which rows of a tree are shown: not those below a fold, and only those that a filter leaves. */
import type { Row } from "./files.ts";
import { type Tree, cellAt } from "./tree.ts";
import type { FileView } from "./files.ts";

export interface ShownRows {
  readonly length: number;
  /** The row of the tree at a line of the list. */
  row(line: number): number;
  /** The line of a row, or of the nearest one above that is shown. */
  line(row: number): number;
}

/**
 * @param folded rows of the tree that are folded
 * @param filter in lower case unless case counts; see {@link parseFilter}
 */
export function shownRows(file: FileView, tree: Tree, folded: ReadonlySet<number>, filter: Filter | undefined): ShownRows {
  const { rows } = tree;
  if (folded.size === 0 && filter === undefined) {
    return { length: rows.length, row: (line) => line, line: (row) => Math.min(row, rows.length - 1) };
  }
  const shown = filter === undefined ? unfolded(rows, folded) : matching(file, tree, filter);
  const lines = Int32Array.from(shown);
  return {
    length: lines.length,
    row: (line) => lines[line] ?? -1,
    line(row) {
      let low = 0;
      let high = lines.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((lines[middle] ?? 0) <= row) low = middle + 1;
        else high = middle;
      }
      return Math.max(0, low - 1);
    },
  };
}

function unfolded(rows: readonly Row[], folded: ReadonlySet<number>): number[] {
  const shown: number[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const [index, row] of rows.entries()) {
    if (row.depth > hiddenBelow) continue;
    hiddenBelow = Number.POSITIVE_INFINITY;
    shown.push(index);
    if (folded.has(index)) hiddenBelow = row.depth;
  }
  return shown;
}

/** What hits, and what holds it. */
function matching(file: FileView, tree: Tree, filter: Filter): number[] {
  const { rows } = tree;
  const keep = new Uint8Array(rows.length);
  for (const index of rows.keys()) {
    if (!hits(file, tree, index, filter)) continue;
    for (let at = index; at >= 0 && keep[at] === 0; at = rows[at]?.parent ?? -1) keep[at] = 1;
  }
  const shown: number[] = [];
  for (const index of rows.keys()) if (keep[index] === 1) shown.push(index);
  return shown;
}

export function hits(file: FileView, tree: Tree, index: number, filter: Filter): boolean {
  const row = tree.rows[index];
  if (row === undefined) return false;
  switch (filter.kind) {
    case "text":
      return matchesText(row.key, filter) || (filter.text.includes(".") && matchesText(dottedPath(tree, index), filter));
    case "edited":
      return tree.change(index) !== undefined;
    case "empty": {
      const cell = cellAt(file, tree, index);
      return cell.kind === "null" || (cell.kind === "plain" && cell.text === "");
    }
    case "plain":
      return row.kind === "value" && !row.sealed;
    case "missing":
    case "differs":
      return false;
  }
}

function dottedPath(tree: Tree, index: number): string {
  const parts: string[] = [];
  for (let at = index; at >= 0; at = tree.rows[at]?.parent ?? -1) parts.push(tree.rows[at]?.key ?? "");
  return parts.toReversed().join(".");
}

export type Filter =
  | { readonly kind: "text"; readonly text: string; readonly exact: boolean }
  | { readonly kind: "missing" | "differs" | "edited" | "empty" | "plain" };

const WORDS = ["missing", "differs", "edited", "empty", "plain"] as const;

/** `~missing`, `~differs` … ask about states, all else is looked for in keys and paths; capitals make case count. */
export function parseFilter(text: string): Filter | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (trimmed.startsWith("~")) {
    const word = WORDS.find((one) => one.startsWith(trimmed.slice(1)));
    if (word !== undefined) return { kind: word };
  }
  return { kind: "text", text: trimmed, exact: /\p{Lu}/u.test(trimmed) };
}

export function matchesText(text: string, filter: { readonly text: string; readonly exact: boolean }): boolean {
  return (filter.exact ? text : text.toLowerCase()).includes(filter.text);
}
