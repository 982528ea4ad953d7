/** How the terminal is divided. Width decides the panes, height the lines of detail. All sizes in cells. */
import type { Size, State } from "./state.ts";
import { topScreen } from "./state.ts";

export const MIN_COLUMNS = 60;
export const MIN_ROWS = 15;

export interface Layout {
  readonly kind: "too small" | "small" | "medium" | "wide" | "huge";
  /** Lines between the header and the messages. */
  readonly body: number;
  /** Lines for hints and messages. */
  readonly messages: number;
}

export function layoutOf({ columns, rows }: Size): Layout {
  const messages = rows >= 30 ? 3 : 1;
  const body = Math.max(0, rows - 2 - messages);
  if (columns < MIN_COLUMNS || rows < MIN_ROWS) return { kind: "too small", body, messages };
  if (columns < 100 || rows < 30) return { kind: "small", body, messages };
  if (columns < 140) return { kind: "medium", body, messages };
  return { kind: columns >= 200 && rows >= 60 ? "huge" : "wide", body, messages };
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** Lines of the pane below a list that says more about its row. */
export function detailHeight(size: Size): number {
  const { kind, body } = layoutOf(size);
  if (kind === "small" || kind === "too small") return 1;
  return body >= 40 ? 7 : 5;
}

/** Of the value editor below its screen; the whole body where there is no room for both. */
export function editorHeight(size: Size): number {
  const { kind, body } = layoutOf(size);
  if (kind === "small" || kind === "too small") return body;
  return Math.max(9, Math.floor(body / 2.5));
}

export interface DocumentLayout {
  /** Undefined for a pane that is not shown. */
  readonly files: Box | undefined;
  readonly tree: Box | undefined;
  /** Beside the tree where there is room, else below. */
  readonly detail: Box | undefined;
  readonly beside: boolean;
}

/** @param pane the one that has the keys; where only one has room, it is shown */
export function documentLayout(size: Size, pane: "files" | "tree" | "detail", below: number = detailHeight(size)): DocumentLayout {
  const { kind, body } = layoutOf(size);
  const { columns } = size;
  if (kind === "small" || kind === "too small") {
    const whole = { width: columns, height: Math.max(3, body - 1) };
    const line = { width: columns, height: 1 };
    if (pane === "files") return { files: whole, tree: undefined, detail: line, beside: false };
    return { files: undefined, tree: whole, detail: line, beside: false };
  }
  const files = { width: kind === "huge" ? 40 : 31, height: body };
  if (kind === "medium") {
    const height = Math.max(3, body - below);
    return {
      files: { ...files, height },
      tree: { width: columns - files.width, height },
      detail: { width: columns, height: below },
      beside: false,
    };
  }
  const detail = { width: kind === "huge" ? 66 : 46, height: body };
  return { files, tree: { width: columns - files.width - detail.width, height: body }, detail, beside: true };
}

/** Rows of a list inside its box: two lines are the border. */
export function rowsIn(box: Box | undefined, heading = 0): number {
  return Math.max(1, (box?.height ?? 3) - 2 - heading);
}

/** Rows of the matrix that have room. */
export function matrixRows(size: Size, below: number = detailHeight(size)): number {
  return Math.max(1, layoutOf(size).body - below - 3);
}

export const KEY_WIDTH = { small: 28, medium: 36, wide: 44 } as const;

/** How wide the column of keys is and how many environments fit beside it. */
export function matrixColumns(size: Size, environments: number): { readonly key: number; readonly cell: number; readonly count: number } {
  const { kind } = layoutOf(size);
  const inner = size.columns - 2;
  if (kind === "small" || kind === "too small") {
    const count = Math.max(1, Math.min(environments, 2));
    const cell = Math.floor((inner - KEY_WIDTH.small) / count);
    return { key: inner - cell * count, cell, count };
  }
  const least = kind === "medium" ? 12 : 14;
  const wanted = kind === "medium" ? KEY_WIDTH.medium : KEY_WIDTH.wide;
  const count = Math.max(1, Math.min(environments, Math.floor((inner - 30) / least)));
  const cell = Math.min(24, Math.max(least, Math.floor((inner - wanted) / count)));
  return { key: Math.max(12, inner - cell * count), cell, count };
}

/** Rows of whatever list has the keys now; for moves by pages. */
export function listHeight(state: State): number {
  const screen = topScreen(state);
  const { body } = layoutOf(state.size);
  switch (screen.kind) {
    case "matrix":
      return matrixRows(state.size);
    case "document": {
      const layout = documentLayout(state.size, screen.pane);
      return rowsIn(screen.pane === "files" ? layout.files : layout.tree);
    }
    case "editor":
    case "review":
    case "conflicts":
    case "compare":
    case "history":
    case "access":
    case "wizard":
    case "doctor":
    case "start":
      return Math.max(1, body - 2);
  }
}
