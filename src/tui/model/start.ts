/** The first run in a project: a key, the files, and encrypting them. And files that are new, or not encrypted yet. */
import type { Path } from "./edits.ts";
import { AT_TOP, type ListView } from "./list.ts";

export interface IdentityChoice {
  readonly recipient: string;
  readonly kind: string;
  /** The variable or the file that it was found in. */
  readonly source: string;
}

export interface CandidateChoice {
  readonly path: string;
  /** What speaks for it: `its name`, `its folder`, `a rule`. */
  readonly because: string;
  /** In bytes. */
  readonly size: number;
  /** Git does not see it: nobody else gets it. */
  readonly untracked: boolean;
}

export interface StartFound {
  readonly identities: readonly IdentityChoice[];
  /** Where a new identity would be written; undefined where there is such a file already. */
  readonly newKeyFile: string | undefined;
  /** Sources of identities that cannot be used, and why. */
  readonly notes: readonly string[];
  readonly candidates: readonly CandidateChoice[];
}

export interface StartPreview {
  /** The text of `.sops.yaml`. */
  readonly config: string;
  /** The key file that will be made, undefined where one is there. */
  readonly keyFile: string | undefined;
  readonly files: readonly string[];
}

export interface StartScreen {
  readonly kind: "start";
  readonly step: 1 | 2 | 3;
  readonly list: ListView;
  /** Undefined until it was looked around. */
  readonly found: StartFound | undefined;
  /** The recipient that was chosen, or {@link NEW_IDENTITY}. */
  readonly identity: string | undefined;
  readonly marked: ReadonlySet<string>;
  /** A file that is to be made. */
  readonly fresh: string | undefined;
  readonly preview: StartPreview | undefined;
}

export const NEW_IDENTITY = "new";

export const NEW_START: StartScreen = {
  kind: "start",
  step: 1,
  list: AT_TOP,
  found: undefined,
  identity: undefined,
  marked: new Set(),
  fresh: undefined,
  preview: undefined,
};

/** What was chosen in the first two steps. */
export interface StartChoice {
  readonly identity: string;
  readonly files: readonly string[];
  readonly fresh: string | undefined;
}

export type StartEvent =
  | { readonly topic: "start"; readonly kind: "found"; readonly found: StartFound }
  | { readonly topic: "start"; readonly kind: "previewed"; readonly preview: StartPreview }
  /** Nothing was changed, but for a key file that may have been made. */
  | { readonly topic: "start"; readonly kind: "failed"; readonly message: string }
  | { readonly topic: "start"; readonly kind: "started"; readonly files: readonly string[]; readonly fresh: string | undefined }
  /** The file may be made; its first key is asked for. */
  | { readonly topic: "start"; readonly kind: "allowed"; readonly path: string }
  | { readonly topic: "start"; readonly kind: "created"; readonly path: string; readonly key: Path }
  | { readonly topic: "start"; readonly kind: "encrypted"; readonly paths: readonly string[]; readonly committed: readonly string[] };

export type StartEffect =
  | { readonly topic: "start"; readonly kind: "look around" }
  | { readonly topic: "start"; readonly kind: "preview"; readonly choice: StartChoice }
  | { readonly topic: "start"; readonly kind: "run"; readonly choice: StartChoice }
  | { readonly topic: "start"; readonly kind: "check file"; readonly path: string }
  | { readonly topic: "start"; readonly kind: "create file"; readonly path: string; readonly key: Path }
  | { readonly topic: "start"; readonly kind: "encrypt"; readonly paths: readonly string[] };

export type StartRow =
  | { readonly kind: "identity"; readonly identity: IdentityChoice }
  | { readonly kind: "new identity"; readonly file: string }
  | { readonly kind: "candidate"; readonly candidate: CandidateChoice }
  | { readonly kind: "fresh"; readonly path: string }
  | { readonly kind: "title" | "text"; readonly text: string };

export function startRows(screen: StartScreen): readonly StartRow[] {
  const { found, fresh, preview } = screen;
  if (found === undefined) return [];
  switch (screen.step) {
    case 1:
      return [
        ...found.identities.map((identity): StartRow => ({ kind: "identity", identity })),
        ...(found.newKeyFile === undefined ? [] : [{ kind: "new identity", file: found.newKeyFile } as const]),
      ];
    case 2:
      return [
        ...found.candidates.map((candidate): StartRow => ({ kind: "candidate", candidate })),
        ...(fresh === undefined ? [] : [{ kind: "fresh", path: fresh } as const]),
      ];
    case 3:
      return preview === undefined ? [] : previewRows(preview, fresh);
  }
}

function title(text: string): StartRow {
  return { kind: "title", text };
}

function shown(line: string): StartRow {
  return { kind: "text", text: `  ${line}` };
}

function previewRows({ config, keyFile, files }: StartPreview, fresh: string | undefined): readonly StartRow[] {
  const count = files.length;
  return [
    ...(keyFile === undefined ? [] : [title("1 new key, for you alone to read"), shown(keyFile), shown("")]),
    title(
      count === 0
        ? "no file is encrypted yet"
        : `${count} file${count === 1 ? "" : "s"}, encrypted where ${count === 1 ? "it is" : "they are"}`,
    ),
    ...files.map(shown),
    ...(fresh === undefined ? [] : [shown(""), title("1 new file, encrypted from the start"), shown(fresh)]),
    shown(""),
    title(".sops.yaml, new"),
    ...config.trimEnd().split("\n").map(shown),
  ];
}

/** Rows that the cursor moves in. */
export function startLength(screen: StartScreen): number {
  return startRows(screen).length;
}

/** In the order in which they are listed. */
export function markedFiles({ found, marked }: StartScreen): readonly string[] {
  return (found?.candidates ?? []).map(({ path }) => path).filter((path) => marked.has(path));
}
