/**
 * Unsaved edits survive a crash: a moment after each change the next version of every edited file is kept in the folder for state,
 * encrypted under the file's own data key, so that nobody can read it who could not read the file. Gone when nothing is unsaved.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { formatOfPath } from "../../../formats/index.ts";
import type { OpenFile } from "../../file/encrypted-file.ts";
import { decodeText, encodeText } from "../../model/text.ts";
import { SottoError } from "../../model/error.ts";
import { readEncrypted } from "../../workspace/read.ts";
import { applyEdits, type SessionEdit } from "../../workspace/session/session-edits.ts";
import { editsBetween } from "../../workspace/session/edits-between.ts";
import { makeEdit } from "../model/edits.ts";
import type { LeftFile, RecoveryEffect } from "../model/recovery.ts";
import { findStateFolder } from "../terminal/crash.ts";
import { type Edge, explainShort, projectOf } from "./edge.ts";
import { openBase } from "./open-base.ts";
import { editedFiles, fromSessionEdits } from "./session-edits.ts";

/** As it stands in the folder for state. Both contents are encrypted files. */
interface LeftRecord {
  readonly path: string;
  readonly base: string;
  readonly next: string;
}

export interface Left {
  readonly place: string;
  readonly records: readonly LeftRecord[];
}

/** A larger file takes too long to be encrypted again at every change. In bytes. */
const LARGEST = 4_000_000;
const ENDING = ".unsaved";

function folderOf(edge: Edge): string {
  return join(findStateFolder(edge.host.env), "unsaved");
}

/** Of this project and of one run, so that two runs do not take each other's. */
function nameOf(edge: Edge, run: number): string {
  const project = createHash("sha256").update(projectOf(edge).root).digest("hex").slice(0, 16);
  return `${project}-${run}${ENDING}`;
}

/** @param run the id of this process */
export async function keepUnsaved(edge: Edge, run: number): Promise<void> {
  const place = join(folderOf(edge), nameOf(edge, run));
  const { edits } = edge.state();
  if (edits.done.length === 0) return removeRecord(edge, place);
  const records: LeftRecord[] = [];
  for (const file of editedFiles(edge, edits)) {
    if (file.base.length > LARGEST) continue;
    using open = await openBase(edge, file);
    applyEdits(open, file.edits);
    if (!open.changed) continue;
    const next = open.encode(edge.host.now());
    records.push({ path: file.path, base: decodeText(file.base), next: decodeText(next) });
  }
  if (records.length === 0) return removeRecord(edge, place);
  await edge.host.makeFolder(folderOf(edge), 0o700);
  await edge.host.writeFile(place, encodeText(JSON.stringify(records)), { mode: 0o600 });
}

async function removeRecord(edge: Edge, place: string): Promise<void> {
  if ((await edge.host.stat(place)) === undefined) return;
  using locked = await edge.host.lockFiles([place]);
  await locked.files[0]?.remove();
}

export async function forgetUnsaved(edge: Edge, run: number): Promise<void> {
  if (edge.project !== undefined) await removeRecord(edge, join(folderOf(edge), nameOf(edge, run)));
}

/** @param isRunning whether a process with that id runs: its edits are its own */
export async function findUnsaved(edge: Edge, isRunning: (run: number) => boolean): Promise<readonly Left[]> {
  const folder = folderOf(edge);
  if ((await edge.host.stat(folder)) === undefined) return [];
  const [prefix = ""] = nameOf(edge, 0).split("-");
  const found: Left[] = [];
  for (const name of await edge.host.list(folder)) {
    const run = Number(new RegExp(`^${prefix}-(\\d+)\\${ENDING}$`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(run) || isRunning(run)) continue;
    const place = join(folder, name);
    found.push({ place, records: readRecords(decodeText(await edge.host.readFile(place))) });
  }
  return found.filter(({ records }) => records.length > 0);
}

/** What is not ours is nothing. */
function readRecords(text: string): readonly LeftRecord[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(isRecord) : [];
  } catch {
    return [];
  }
}

function isRecord(value: unknown): value is LeftRecord {
  const { path, base, next } = (value ?? {}) as Partial<Record<keyof LeftRecord, unknown>>;
  return typeof path === "string" && typeof base === "string" && typeof next === "string";
}

/** Tells of what was left, once the project is there. */
export async function lookForUnsaved(edge: Edge, isRunning: (run: number) => boolean): Promise<void> {
  edge.left = await findUnsaved(edge, isRunning);
  const files: LeftFile[] = [];
  for (const { records } of edge.left) {
    for (const record of records) {
      const edits = await editsOf(edge, record).catch(() => undefined);
      if (edits !== undefined && edits.length > 0 && edge.state().files.has(record.path))
        files.push({ path: record.path, edits: edits.length });
    }
  }
  if (files.length > 0) edge.dispatch({ topic: "recovery", kind: "found", files });
}

async function editsOf(edge: Edge, { path, base, next }: LeftRecord): Promise<readonly SessionEdit[]> {
  using before = await openLeft(edge, path, base);
  using after = await openLeft(edge, path, next);
  return editsBetween(before.roots(), after.roots());
}

/** Nobody is asked for a passphrase because of it. @throws SottoError */
async function openLeft(edge: Edge, path: string, text: string): Promise<OpenFile> {
  const file = await readEncrypted(encodeText(text), formatOfPath(path));
  const { access } = projectOf(edge);
  const quiet = { ...access, file: path, context: { ...access.context, prompt: undefined } };
  return edge.held.get(path)?.session?.openVersion(file) ?? file.unlock(quiet);
}

export async function runRecovery(edge: Edge, effect: RecoveryEffect): Promise<void> {
  if (effect.kind === "restore") await restore(edge);
  for (const { place } of edge.left ?? []) await removeRecord(edge, place);
  edge.left = undefined;
  if (effect.kind === "delete")
    edge.dispatch({ topic: "project", kind: "message", tone: "info", text: "The edits that were left are deleted." });
}

/** As one step, which undo takes back. */
async function restore(edge: Edge): Promise<void> {
  try {
    const restored = [];
    for (const { records } of edge.left ?? []) {
      for (const record of records) {
        const file = edge.state().files.get(record.path);
        if (file === undefined) continue;
        const session = edge.held.get(record.path)?.session;
        restored.push(
          ...fromSessionEdits(edge.vault, await editsOf(edge, record), {
            file: record.path,
            isEncrypted: (path) => file.wouldEncrypt(path),
            has: (path) => session?.find(path) !== undefined,
          }),
        );
      }
    }
    const edits = makeEdit(edge.state().edits, { label: `restore ${restored.length} left edits`, edits: restored });
    edge.dispatch({ topic: "recovery", kind: "restored", edits });
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    edge.dispatch({ topic: "project", kind: "message", tone: "error", text: `not restored: ${explainShort(error)}` });
    edge.left = undefined;
  }
}
