/** Of a file whose checksum does not match: what is not as it was in the last version that is whole. */
import { formatOfPath } from "../../../formats/index.ts";
import { listHistory, readAtCommits } from "../../git/history.ts";
import { readCommitted, type Version } from "../../git/versions.ts";
import { SottoError } from "../../model/error.ts";
import { findMismatches } from "../../workspace/session/mismatches.ts";
import { SessionFile } from "../../workspace/session/session-file.ts";
import type { Cell } from "../model/facts.ts";
import type { ReviewLine } from "../model/review.ts";
import { type Edge, projectOf } from "./edge.ts";
import { factsOfNode } from "./session-edits.ts";

/** How many commits are looked through for one that is whole. */
const COMMITS = 30;

export async function findTampered(edge: Edge, path: string): Promise<void> {
  const project = projectOf(edge);
  const session = edge.held.get(path)?.session;
  if (session === undefined) return;
  const say = (text: string): void => edge.dispatch({ topic: "project", kind: "message", tone: "warning", text });
  for await (const version of committed(edge, path)) {
    if (Buffer.compare(version.bytes, edge.held.get(path)?.bytes ?? new Uint8Array()) === 0) continue;
    const whole = await readWhole(version);
    if (whole === undefined) continue;
    try {
      const paths = await findMismatches(session, whole, project.access);
      if (paths === undefined) continue;
      const mac = edge.state().files.get(path)?.mac ?? "wrong";
      edge.dispatch({ topic: "project", kind: "mac", path, mac, tampered: paths.map((one) => one.join(".")) });
      if (paths.length === 0)
        return say(`${path}: no value differs from the last whole version in git; only the order or the checksum does.`);
      const lines = paths.map((place) => describe(edge, path, place, session, whole));
      return edge.dispatch({ topic: "review", kind: "shown", purpose: "tampered", lines });
    } finally {
      whole.lock();
    }
  }
  say(`${path}: there is no committed version with a checksum that fits, so nothing can be compared.`);
}

/** Newest first. */
async function* committed(edge: Edge, path: string): AsyncGenerator<Version> {
  const project = projectOf(edge);
  try {
    const head = await readCommitted(project, path);
    if (head !== undefined) yield head;
    const { commits } = await listHistory(project, path, { limit: COMMITS });
    for (const version of await readAtCommits(project, commits.slice(head === undefined ? 0 : 1))) if (version !== undefined) yield version;
  } catch (error) {
    // Without git there is nothing to compare with, which is said by whoever asked.
    if (!SottoError.is(error)) throw error;
  }
}

async function readWhole({ bytes, path }: Version): Promise<SessionFile | undefined> {
  try {
    return await SessionFile.read(bytes, path, formatOfPath(path));
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

function describe(edge: Edge, file: string, path: readonly string[], now: SessionFile, whole: SessionFile): ReviewLine {
  const before = cellIn(edge, whole, path);
  const after = cellIn(edge, now, path);
  const isBroken = after.kind === "sealed";
  const kind = before.kind === "absent" ? "added" : after.kind === "absent" ? "removed" : "value";
  const isHolder = after.kind === "map" || after.kind === "list";
  const warnings = [
    ...(isBroken ? ["does not open under this key: it was moved here, or made up"] : []),
    ...(isHolder && before.kind === after.kind ? ["a comment in it differs"] : []),
  ];
  return { file, path, kind, before, after, warnings };
}

function cellIn(edge: Edge, session: SessionFile, path: readonly string[]): Cell {
  const row = session.find(path);
  const one = row === undefined ? undefined : session.rows[row];
  if (row === undefined || one === undefined) return { kind: "absent" };
  if (one.kind === "map" || one.kind === "list") return { kind: one.kind, count: one.count };
  if (one.kind === "null") return { kind: "null" };
  try {
    const value = session.open(row);
    if (value.kind === "comment") return { kind: "absent" };
    if (!one.sealed) return { kind: "plain", type: value.type, text: value.canonical };
    return { kind: "secret", facts: factsOfNode(edge.vault, value) };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return { kind: "sealed", type: one.type ?? "str", readable: false };
  }
}
