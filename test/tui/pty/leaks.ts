/** Looks for canaries wherever a session may have left them: on the terminal, in files, in what was started. */
import { lstatSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Session, Window } from "./driver.ts";
import type { Canary } from "./values.ts";

export interface LeakOptions {
  /** Where a value may be seen, besides what {@link Session.revealing} notes: stretches of the log. */
  readonly allowedWhile?: readonly Window[];
  /** Folders to look through, besides the home with its temporary and state folders: the project, for instance. */
  readonly folders?: readonly string[];
  /** Paths that may hold values, as parts of them: an editor's file while it is open. */
  readonly except?: readonly string[];
  /** What the terminal shows now may hold a value: it is revealed at this moment. */
  readonly revealedNow?: boolean;
}

export interface Leak {
  readonly canary: string;
  /** As a person would look for it: `log, byte 12`, a path, `argv of 17`. */
  readonly where: string;
}

/** Shorter pieces could be there by chance. */
const PIECE = 9;
/** Milliseconds by which the clock of the file system may be behind. */
const CLOCK = 50;

/**
 * @throws Error that names the canaries by their paths, and where they are
 */
export function expectNoLeak(session: Session, canaries: readonly Canary[], options: LeakOptions = {}): void {
  const leaks = findLeaks(session, canaries, options);
  if (leaks.length === 0) return;
  const lines = leaks.map(({ canary, where }) => `  ${canary}: ${where}`);
  throw new Error(`values are where they must not be:\n${[...new Set(lines)].join("\n")}`);
}

export function findLeaks(session: Session, canaries: readonly Canary[], options: LeakOptions = {}): readonly Leak[] {
  const needles = canaries.flatMap(({ path, value }) => formsOf(value).map((form) => ({ path, form })));
  const search = (text: string, where: (at: number) => string): readonly Leak[] =>
    needles.flatMap(({ path, form }) => {
      const at = text.indexOf(form);
      return at === -1 ? [] : [{ canary: path, where: where(at) }];
    });
  return [
    ...logPieces(session, options.allowedWhile ?? []).flatMap(({ from, text }) => [
      ...search(text, (at) => `log, byte ${from + at}`),
      // Colours and cursor moves may stand amid a value.
      ...search(withoutSequences(text), () => `log from byte ${from}, between escape sequences`),
    ]),
    ...(options.revealedNow === true ? [] : search(flat(session.emulator.allText()), () => "buffers of the terminal")),
    ...session.emulator.left.flatMap((screen) => search(flat(screen.text), () => "the second buffer when it was left")),
    ...session.emulator.titles.flatMap((title) => search(title, () => "title of the terminal")),
    ...session.processes.flatMap(({ pid, argv, environ }) => [
      ...search(argv, () => `argv of ${pid}`),
      ...search(environ, () => `environment of ${pid}`),
    ]),
    ...[session.home.path, ...(options.folders ?? [])].flatMap((folder) => searchFolder(folder, 0, options.except ?? [], search)),
    ...searchFolder("/dev/shm", session.startedAt - CLOCK, options.except ?? [], search),
  ];
}

/** A value and the clothes in which it could leave; each also by its first and last part, since screens cut and wrap. */
export function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes, Buffer.alloc(2)]).toString("base64");
    return text.slice(Math.ceil((shift * 4) / 3), Math.floor(((shift + bytes.length) * 4) / 3));
  });
  const unique = value.slice(value.indexOf("-") + 1);
  const pieces = unique.length >= 2 * (PIECE - 1) ? [unique.slice(0, PIECE), unique.slice(-PIECE)] : [value];
  const reversed = Array.from(value).toReversed().join("");
  return [...pieces, ...base64, bytes.toString("hex"), bytes.toString("hex").toUpperCase(), reversed];
}

function logPieces(session: Session, allowed: readonly Window[]): readonly { readonly from: number; readonly text: string }[] {
  const log = session.log.toString("latin1");
  const pieces: { from: number; text: string }[] = [];
  let from = 0;
  for (const window of [...session.windows, ...allowed].toSorted((a, b) => a.from - b.from)) {
    if (window.from > from) pieces.push({ from, text: log.slice(from, window.from) });
    from = Math.max(from, window.to);
  }
  pieces.push({ from, text: log.slice(from) });
  return pieces;
}

function withoutSequences(text: string): string {
  return (
    text
      // oxlint-disable-next-line no-control-regex
      .replaceAll(/\u001B(?:\[[\u0030-\u003F]*[\u0020-\u002F]*[\u0040-\u007E]|\][^\u0007\u001B]*(?:\u0007|\u001B\\)|[\u0030-\u007E])/g, "")
      .replaceAll(/[\r\n]/g, "")
  );
}

/** A value may go on in the next line. */
function flat(text: string): string {
  return `${text}\n${text.replaceAll("\n", "")}`;
}

type Search = (text: string, where: (at: number) => string) => readonly Leak[];

/** @param since milliseconds: what is older is somebody else's */
function searchFolder(folder: string, since: number, except: readonly string[], search: Search): readonly Leak[] {
  return list(folder).flatMap((name) => {
    const path = join(folder, name);
    if (except.some((part) => path.includes(part))) return [];
    const named = search(name, () => `the name of ${path}`);
    try {
      const info = lstatSync(path);
      if (info.isDirectory()) return [...named, ...searchFolder(path, since, except, search)];
      if (!info.isFile() || Math.max(info.mtimeMs, info.ctimeMs) < since) return named;
      return [...named, ...search(readFileSync(path, "latin1"), (at) => `${path}, byte ${at}`)];
    } catch {
      // It went away, or it is not ours to read.
      return named;
    }
  });
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
