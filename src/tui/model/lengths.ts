/** How many rows the list has that the keys move in. */
import { accessLength } from "./access.ts";
import { doctorLength } from "./doctor.ts";
import { documentView } from "./document-view.ts";
import { fileRows } from "./file-tree.ts";
import { historyLength } from "./history.ts";
import type { ListView } from "./list.ts";
import { matrixLines } from "./matrix-view.ts";
import { reviewRows } from "./review.ts";
import type { Screen } from "./screens.ts";
import { startLength } from "./start.ts";
import type { State } from "./state.ts";
import { wizardLength } from "./wizard.ts";

export function listLength(state: State, screen: Screen): number {
  switch (screen.kind) {
    case "matrix":
      return matrixLines(state, screen).length;
    case "document":
      return screen.pane === "files" ? fileRows(state, screen.foldedFolders).length : (documentView(state, screen)?.shown.length ?? 0);
    case "review":
      return reviewRows(screen.lines).length;
    case "conflicts":
      return screen.conflicts.length;
    case "editor":
    case "compare":
      return 0;
    case "history":
      return historyLength(screen);
    case "access":
      return accessLength(screen);
    case "wizard":
      return wizardLength(screen);
    case "doctor":
      return doctorLength(screen);
    case "start":
      return startLength(screen);
  }
}

export function listOf(screen: Screen): ListView {
  if (screen.kind === "document" && screen.pane === "files") return screen.files;
  if (screen.kind === "history" && screen.pane === "diff") return screen.lines;
  return "list" in screen ? screen.list : { cursor: 0, top: 0 };
}

export function withList(screen: Screen, list: ListView): Screen {
  if (screen.kind === "document" && screen.pane === "files") return { ...screen, files: list };
  if (screen.kind === "history" && screen.pane === "diff") return { ...screen, lines: list };
  return "list" in screen ? { ...screen, list } : screen;
}
