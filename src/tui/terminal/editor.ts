/** One value in the person's own editor. How the text is kept off the disk is the business of `host/editor.ts`. */
import { basename } from "node:path";
import { editText } from "../../host/editor.ts";
import { findEditor } from "../../host/find-editor.ts";
import { listMemoryFolders } from "../../host/hand-over-folder.ts";

/** What the value looks like; editors choose colours and indents by it. */
export type ValueKind = "text" | "pem" | "json";

export interface EditValueOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly cwd: string;
  readonly kind: ValueKind;
}

export type EditorWarning =
  /** It gives the terminal back before the file is edited, unless it is told to wait. */
  | "needs-wait"
  /** It keeps what was typed in a backup of its own. */
  | "keeps-backup"
  /** There is no file system in memory: the value lies on the disk while it is edited. */
  | "on-disk";

export interface EditorFacts {
  /** The program, without its folder. */
  readonly name: string;
  readonly warnings: readonly EditorWarning[];
}

/** Sentences for {@link EditorWarning}. */
export const EDITOR_WARNINGS: Readonly<Record<EditorWarning, string>> = {
  "needs-wait": "this editor returns at once: set EDITOR with --wait",
  "keeps-backup": "this editor may keep a copy of what you type (hot exit, backups)",
  "on-disk": "the value lies in a file on the disk while you edit it",
};

const NAMES = { text: "value.txt", pem: "value.pem", json: "value.json" } as const satisfies Record<ValueKind, string>;

const LIKE_CODE = ["code", "code-insiders", "code-oss", "codium", "vscodium", "cursor", "windsurf", "positron"] as const;

/** Editors with windows of their own, and what makes them wait. */
const WAITING: ReadonlyMap<string, RegExp> = new Map([
  ...[...LIKE_CODE, "subl", "sublime_text", "zed", "zeditor", "mate", "atom"].map((name) => [name, /^(?:-w|--wait)$/] as const),
  ["gedit", /^(?:-s|-w|--wait|--standalone)$/],
  ["kate", /^(?:-b|--block)$/],
  ["gvim", /^(?:-f|--nofork)$/],
  ["mvim", /^(?:-f|--nofork)$/],
]);
/** Those that remember unsaved text, or write it beside the file or into a folder of their own. */
const REMEMBERING: ReadonlySet<string> = new Set([...WAITING.keys(), "emacs", "emacsclient", "jed", "joe", "ne"]);

/** The name of the file that the editor sees. */
export function nameOfValue(kind: ValueKind): string {
  return NAMES[kind];
}

/** What to tell before the editor starts. @throws SottoError `EDITOR_FAILED` when there is none */
export function describeEditor({ env, platform }: Pick<EditValueOptions, "env" | "platform">): EditorFacts {
  const { file, args } = findEditor({ env, platform });
  const name = basename(file).replace(/\.(?:exe|com|cmd)$/i, "");
  const wait = WAITING.get(name);
  return {
    name,
    warnings: [
      ...(wait !== undefined && !args.some((arg) => wait.test(arg)) ? (["needs-wait"] as const) : []),
      ...(REMEMBERING.has(name) ? (["keeps-backup"] as const) : []),
      ...(platform === "linux" && listMemoryFolders(env).length > 0 ? [] : (["on-disk"] as const)),
    ],
  };
}

/**
 * To be called while the program has lent the terminal (`Screen.paused`). Editors end a file with a newline; a value that had
 * none at its end gets none by that.
 * @returns the new value; the caller wipes both
 * @throws SottoError `EDITOR_FAILED`, `INTERRUPTED`, `FILE_UNWRITABLE`, `FILE_UNREADABLE`
 */
export async function editValue(value: Uint8Array, { kind, ...options }: EditValueOptions): Promise<Uint8Array> {
  const edited = await editText(value, { ...options, name: NAMES[kind] });
  if (endsWithNewline(value) || !endsWithNewline(edited)) return edited;
  const kept = edited.slice(0, edited.at(-2) === 0x0d ? -2 : -1);
  edited.fill(0);
  return kept;
}

function endsWithNewline(bytes: Uint8Array): boolean {
  return bytes.at(-1) === 0x0a;
}
