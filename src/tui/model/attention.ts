/** What is wrong with the files in sight, and gives keys a meaning that they have not elsewhere. */
import { editsByFile } from "./edits.ts";
import { fileRows } from "./file-tree.ts";
import type { EnvironmentView, FileView } from "./files.ts";
import { type State, topScreen } from "./state.ts";

/** `stale`: edited here and written by somebody else; `damaged`: the checksum is wrong; `conflicted`: git's markers are in it; `filtered`: not all is shown. */
export type Attention = "stale" | "damaged" | "conflicted" | "filtered";

/** Of the screens that show files: the one under the cursor, or those of the environment. */
export function filesInSight(state: State): readonly FileView[] {
  const screen = topScreen(state);
  const paths: string[] = [];
  if (screen.kind === "matrix") paths.push(...(state.project.environments[screen.column]?.files ?? []));
  else if (screen.kind === "document") {
    const row = screen.pane === "files" ? fileRows(state, screen.foldedFolders)[screen.files.cursor] : undefined;
    const path = row?.kind === "file" ? row.path : screen.file;
    if (path !== undefined) paths.push(path);
  }
  return paths.flatMap((path) => state.files.get(path) ?? []);
}

export function staleFiles(state: State): readonly string[] {
  const edited = editsByFile(state.edits);
  return [...state.files.values()].filter((file) => file.stale && edited.has(file.path)).map((file) => file.path);
}

export function damagedFile(state: State): FileView | undefined {
  return filesInSight(state).find((file) => file.mac === "wrong" || file.mac === "missing");
}

export function conflictedFile(state: State): FileView | undefined {
  return filesInSight(state).find((file) => file.state === "conflict");
}

/** The file of an environment that shows nothing of what is in it: broken, in plaintext, amid a merge. */
export function unreadFile(state: State, environment: EnvironmentView): FileView | undefined {
  return environment.own
    .map((path) => state.files.get(path))
    .find((file) => file !== undefined && ["invalid", "conflict", "plaintext"].includes(file.state));
}

export function attentionOf(state: State): readonly Attention[] {
  const { kind } = topScreen(state);
  if (kind !== "matrix" && kind !== "document" && kind !== "review") return [];
  const screen = topScreen(state);
  return [
    ...("filter" in screen && screen.filter !== "" ? (["filtered"] as const) : []),
    ...(staleFiles(state).length > 0 ? (["stale"] as const) : []),
    ...(damagedFile(state) === undefined ? [] : (["damaged"] as const)),
    ...(conflictedFile(state) === undefined ? [] : (["conflicted"] as const)),
  ];
}
