/** How the terminal is divided. Width decides the panes, height the lines of detail. All sizes in cells. */
import { problemHeight } from "./problem-lines.ts";
import { accessRows } from "./access.ts";
import type { Size, State } from "./state.ts";
import { topScreen } from "./state.ts";
import { wizardRows } from "./wizard.ts";

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
export function editorHeight(size: Size, multiline = false): number {
  const { kind, body } = layoutOf(size);
  if (kind === "small" || kind === "too small") return body;
  return Math.max(9, Math.floor(multiline ? body * 0.75 : body / 2.5));
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

/** The commits, and what changed between two of them; where only one has room, the one with the keys. */
export function historyLayout(size: Size, pane: "commits" | "diff"): { readonly commits: Box | undefined; readonly diff: Box | undefined } {
  const { kind, body } = layoutOf(size);
  if (kind === "small" || kind === "too small") {
    const whole = { width: size.columns, height: body };
    return pane === "commits" ? { commits: whole, diff: undefined } : { commits: undefined, diff: whole };
  }
  const width = kind === "medium" ? 30 : kind === "wide" ? 52 : 72;
  return { commits: { width, height: body }, diff: { width: size.columns - width, height: body } };
}

/** Lines above the differences, and below them. */
export const HISTORY_HEAD = 3;
export const HISTORY_FOOT = 4;
/** Of the list of commits: what cannot be read. */
export const COMMITS_FOOT = 2;

/** Rows of a list inside its box: two lines are the border. */
export function rowsIn(box: Box | undefined, heading = 0): number {
  return Math.max(1, (box?.height ?? 3) - 2 - heading);
}

/** Rows of the matrix that have room. */
export function matrixRows(size: Size, below: number = detailHeight(size)): number {
  return Math.max(1, layoutOf(size).body - below - 3);
}

/** Wider than any key needs: what is left stays empty at the right. */
const MOST_KEY = 60;
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
  const cell = Math.min(32, Math.max(least, Math.floor((inner - wanted) / count)));
  return { key: Math.max(12, Math.min(MOST_KEY, inner - cell * count)), cell, count };
}

/** Of the lists that are drawn over a screen: commands, help, messages. */
export function overlayBox(size: Size): Box {
  return { width: Math.min(size.columns - 4, 110), height: Math.max(5, Math.min(layoutOf(size).body, 40)) };
}

/** Rows inside: the border, and where one types, the line for it and one below. One is spoken at a time. */
export function overlayRows({ size, look }: Pick<State, "size" | "look">, kind: "palette" | "help" | "messages"): number {
  return look.spoken ? 1 : Math.max(1, overlayBox(size).height - (kind === "messages" ? 2 : 4));
}

/** In cells; what is spoken is not wrapped. */
export function overlayTextWidth({ size, look }: Pick<State, "size" | "look">): number {
  return look.spoken ? Number.MAX_SAFE_INTEGER : overlayBox(size).width - 4;
}

/** Lines below a list of conflicts that look at one of them. */
export function conflictsBelow(size: Size, detail: boolean): number {
  const { kind } = layoutOf(size);
  return detail || (kind !== "small" && kind !== "too small") ? 7 : 0;
}

/** Of the pane below the findings of the doctor, and below the steps of the first run. */
export function belowHeight(size: Size): number {
  return size.rows < 30 ? 6 : 8;
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
      if (screen.pane === "files") return rowsIn(layout.files);
      const file = screen.file === undefined ? undefined : state.files.get(screen.file);
      return rowsIn(layout.tree, problemHeight(file, (layout.tree?.width ?? 2) - 2));
    }
    case "history": {
      const { commits, diff } = historyLayout(state.size, screen.pane);
      return screen.pane === "commits" ? rowsIn(commits, COMMITS_FOOT) : rowsIn(diff, HISTORY_HEAD + HISTORY_FOOT);
    }
    case "access":
      return accessRows(screen, body - detailHeight(state.size));
    case "wizard":
      return wizardRows(screen, body);
    case "conflicts":
      return Math.max(1, body - 2 - conflictsBelow(state.size, screen.detail));
    case "editor":
    case "review":
    case "compare":
      return Math.max(1, body - 2);
    case "doctor":
    case "start":
      return Math.max(1, body - belowHeight(state.size) - 2);
  }
}
