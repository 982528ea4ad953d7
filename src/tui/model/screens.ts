/** Which screens there are, and what each remembers. */
import type { AccessScreen } from "./access.ts";
import type { CompareScreen, ConflictsScreen, ReviewScreen } from "./review.ts";
import type { DoctorScreen } from "./doctor.ts";
import type { EditorScreen } from "./editor.ts";
import type { HistoryScreen } from "./history.ts";
import type { ListView } from "./list.ts";
import type { StartScreen } from "./start.ts";
import type { WizardScreen } from "./wizard.ts";

export type MatrixFilter = "all" | "gaps" | "differs" | "edited";

/** Keys × environments. */
export interface MatrixScreen {
  readonly kind: "matrix";
  readonly list: ListView;
  readonly column: number;
  /** First environment that is shown where not all have room. */
  readonly firstColumn: number;
  /** The column that the others are compared with. */
  readonly reference: number;
  readonly view: MatrixFilter;
  readonly filter: string;
  /** Ids of folded rows. */
  readonly folded: ReadonlySet<string>;
  /** `row id` + `\u0001` + environment, or the row id alone for all of them. */
  readonly marks: ReadonlySet<string>;
  /** Where a range of marks began, while one is drawn. */
  readonly range: number | undefined;
}

export type Pane = "files" | "tree" | "detail";

/** The tree of files and the tree of one of them. */
export interface DocumentScreen {
  readonly kind: "document";
  readonly pane: Pane;
  /** In the tree of files. */
  readonly files: ListView;
  /** Folders that are folded. */
  readonly foldedFolders: ReadonlySet<string>;
  /** The file whose tree is shown. */
  readonly file: string | undefined;
  readonly list: ListView;
  /** Rows of the tree that are folded, by file. */
  readonly folded: ReadonlyMap<string, ReadonlySet<number>>;
  readonly filter: string;
  readonly marks: ReadonlySet<string>;
  readonly range: number | undefined;
}

export type Screen =
  | MatrixScreen
  | DocumentScreen
  | EditorScreen
  | ReviewScreen
  | ConflictsScreen
  | CompareScreen
  | HistoryScreen
  | AccessScreen
  | WizardScreen
  | DoctorScreen
  | StartScreen;

export type ScreenKind = Screen["kind"];

export const NEW_MATRIX: MatrixScreen = {
  kind: "matrix",
  list: { cursor: 0, top: 0 },
  column: 0,
  firstColumn: 0,
  reference: 0,
  view: "all",
  filter: "",
  folded: new Set(),
  marks: new Set(),
  range: undefined,
};

export function newDocument(file: string | undefined): DocumentScreen {
  return {
    kind: "document",
    pane: file === undefined ? "files" : "tree",
    files: { cursor: 0, top: 0 },
    foldedFolders: new Set(),
    file,
    list: { cursor: 0, top: 0 },
    folded: new Map(),
    filter: "",
    marks: new Set(),
    range: undefined,
  };
}
