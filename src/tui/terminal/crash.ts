/**
 * What happens on a bug: the screen is left, a report without values is written, and one line tells where it is. Messages of
 * errors may hold what a file holds, and so may the first lines of a stack, so neither gets into the report.
 */
import { chmodSync, closeSync, openSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findBackups, makePrivate } from "../../host/own-folders.ts";
import { writeFully } from "../../host/streams.ts";
import { SottoError } from "../../model/error.ts";

export interface CrashOptions {
  /** Gives the terminal back; must not wait for anything. */
  readonly leave: () => void;
  /** See {@link findStateFolder}. */
  readonly stateFolder: string;
  readonly version: string;
  /** Where in the program it happened, without values: the screen, the number of edits. */
  readonly describe: () => string;
  /** True while files are being replaced. */
  readonly isSaving?: () => boolean;
  /** Ends the process, as `process.exit` does. */
  readonly exit: (code: number) => void;
  /** Writes to standard error at once. */
  readonly say?: (text: string) => void;
  readonly now?: () => Date;
}

export interface CrashHandlers extends Disposable {
  /** For errors that were caught elsewhere, as by a component that draws. */
  readonly crash: (error: unknown) => void;
}

/** As for other bugs (Node's own number). */
const EXIT_CRASH = 1;
const MAX_CAUSES = 4;

/** `$XDG_STATE_HOME/sotto` */
export function findStateFolder(env: Readonly<Record<string, string | undefined>>): string {
  return dirname(findBackups(env));
}

/** From now on an error that nobody catches ends the program in order. */
export function installCrashHandlers(options: CrashOptions): CrashHandlers {
  let crashed = false;
  const crash = (error: unknown): void => {
    // An error of the handling itself, or of what still runs.
    if (crashed) return;
    crashed = true;
    attempt(options.leave);
    const path = attempt(() => writeReport(error, options));
    const isSaving = attempt(() => options.isSaving?.() === true) ?? true;
    attempt(() => (options.say ?? sayToErrors)(lineOf(path, isSaving)));
    options.exit(EXIT_CRASH);
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
  return {
    crash,
    [Symbol.dispose]: () => {
      process.off("uncaughtException", crash);
      process.off("unhandledRejection", crash);
    },
  };
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function sayToErrors(text: string): void {
  writeFully(2, Buffer.from(text));
}

function lineOf(path: string | undefined, isSaving: boolean): string {
  const files = isSaving ? "It was saving: each file is whole, the old one or the new one." : "No file was changed.";
  const report = path === undefined ? "The report could not be written." : `Report: ${path} (no values in it).`;
  return `sotto stopped on a bug. ${files} ${report}\n`;
}

function writeReport(error: unknown, options: CrashOptions): string {
  makePrivate(options.stateFolder);
  if (process.platform !== "win32") chmodSync(options.stateFolder, 0o700);
  const time = (options.now?.() ?? new Date()).toISOString();
  const path = join(options.stateFolder, `crash-${time.replaceAll(/[:.]/g, "-")}.txt`);
  const opened = openSync(path, "wx", 0o600);
  try {
    writeFully(opened, Buffer.from(renderReport(error, options, time)));
  } finally {
    closeSync(opened);
  }
  return path;
}

function renderReport(error: unknown, { version, describe }: CrashOptions, time: string): string {
  const lines = [
    `sotto ${version}, node ${process.versions.node}, ${process.platform} ${process.arch}`,
    `time: ${time}`,
    `where: ${attempt(describe)?.replaceAll(/\p{C}/gu, " ") ?? "unknown"}`,
    ...describeError(error),
  ];
  return `${lines.join("\n")}\n`;
}

/** Class, code and places of an error and its causes. */
export function describeError(error: unknown, depth = 0): readonly string[] {
  if (!(error instanceof Error)) return [`thrown: ${error === null ? "null" : typeof error}`];
  const own = SottoError.is(error);
  const code = "code" in error && typeof error.code === "string" && /^[A-Z][A-Z\d_]{1,40}$/.test(error.code) ? ` ${error.code}` : "";
  // Messages of our own hold no value; they are shown on the screen as well.
  const message = own ? `: ${error.message.replaceAll(/\p{C}/gu, " ")}` : "";
  const lines = [`${depth === 0 ? "error" : "cause"}: ${nameOf(error)}${code}${message}`, ...reduceStack(error)];
  if (error.cause === undefined || depth >= MAX_CAUSES) return lines;
  return [...lines, ...describeError(error.cause, depth + 1)];
}

function nameOf(error: Error): string {
  const name: unknown = error.name;
  return typeof name === "string" && /^[A-Za-z_$][\w$]{0,60}$/.test(name) ? name : "Error";
}

const FRAME = /^ {4}at (?:(?<name>[^()]*?) (?:\[as [^\]]*\] )?)?\(?(?<place>[^()]*):(?<line>\d+):(?<column>\d+)\)?$/;
const NAME = /^(?:async )?(?:new )?[\w$.<>#]{1,80}$/;

/**
 * Function names, file names and lines. A message of several lines may look like a stack, so it is cut off by its length; where
 * the stack does not begin with it, for it was changed later, nothing of the stack can be told from the message.
 */
function reduceStack(error: Error): readonly string[] {
  const stack: unknown = error.stack;
  if (typeof stack !== "string") return ["  (no stack)"];
  const at = error.message === "" ? stack.search(/\n {4}at |$/) : stack.indexOf(error.message);
  const head = stack.slice(0, Math.max(0, at));
  if (at === -1 || !/^[A-Za-z_$][\w$]*(?: \[[A-Z\d_]+\])?(?:: )?$/.test(head)) return ["  (stack left out)"];
  const frames = stack.slice(at + error.message.length).split("\n");
  if (frames[0] !== "") return ["  (stack left out)"];
  return frames.slice(1).map((line) => {
    const { name = "", place = "", line: row = "", column = "" } = FRAME.exec(line)?.groups ?? {};
    if (place === "") return "  at ?";
    return `  at ${NAME.test(name) ? `${name} ` : ""}${fileOf(place)}:${row}:${column}`;
  });
}

function fileOf(place: string): string {
  if (place.startsWith("node:")) return /^node:[\w/]{1,60}$/.test(place) ? place : "node";
  const path = place.startsWith("file:") ? (attempt(() => fileURLToPath(place)) ?? "") : place;
  const name = basename(path);
  return /^[\w.+-]{1,80}\.[cm]?[jt]sx?$/.test(name) ? name : "?";
}
