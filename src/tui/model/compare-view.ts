/** The two cells of a comparison, as they are now. */
import { pathKey } from "./edits.ts";
import type { Cell, ValueSource } from "./facts.ts";
import type { EnvironmentView } from "./files.ts";
import { currentMatrix } from "./matrix-view.ts";
import { placeCell } from "./matrix.ts";
import type { CompareScreen } from "./review.ts";
import type { State } from "./state.ts";
import { sourceAt, treeOf } from "./tree.ts";

export interface ComparedSide {
  readonly environment: EnvironmentView | undefined;
  /** Where it stands; undefined for nothing. */
  readonly file: string | undefined;
  readonly row: number | undefined;
  readonly inherited: boolean;
  readonly cell: Cell;
  readonly source: ValueSource | undefined;
}

export function comparedSides(state: State, screen: Pick<CompareScreen, "path" | "columns">): readonly [ComparedSide, ComparedSide] {
  const matrix = currentMatrix(state);
  const row = matrix.rows[matrix.byId.get(pathKey(screen.path)) ?? -1];
  const sideOf = (column: number): ComparedSide => {
    const place = row?.places[column];
    const file = place === undefined ? undefined : state.files.get(place.file);
    return {
      environment: state.project.environments[column],
      file: place?.file,
      row: place?.row,
      inherited: place?.inherited === true,
      cell: placeCell(state.files, state.edits, place),
      source: place === undefined || file === undefined ? undefined : sourceAt(file, treeOf(file, state.edits), place.row),
    };
  };
  return [sideOf(screen.columns[0]), sideOf(screen.columns[1])];
}

/** `unknown` where one of them cannot be read, or not yet. */
export function isEqual(left: Cell, right: Cell): boolean | "unknown" {
  if (left.kind === "sealed" || right.kind === "sealed") return "unknown";
  if (left.kind === "secret" && right.kind === "secret") return left.facts.digest === right.facts.digest;
  if (left.kind === "plain" && right.kind === "plain") return left.type === right.type && left.text === right.text;
  return left.kind === right.kind && (left.kind === "absent" || left.kind === "null");
}

export function linesOf(cell: Cell): number {
  if (cell.kind === "secret") return cell.facts.lines;
  return cell.kind === "plain" ? cell.text.replace(/\n$/, "").split("\n").length : 0;
}
