/** Asks for keys, opens what is visible, and checks the rest in idle time. */
import type { SessionFile } from "../../workspace/session/session-file.ts";
import { Verification } from "../../workspace/session/verification.ts";
import { SottoError } from "../../model/error.ts";
import type { Facts } from "../model/facts.ts";
import { needsOf } from "../model/needs.ts";
import { Project } from "../../workspace/project.ts";
import { type Edge, explain, explainShort, projectOf } from "./edge.ts";
import { describeRefusal } from "./load.ts";

/** In milliseconds: how long a slice of idle work may take, so that a key that is pressed meanwhile waits no longer. */
const SLICE = 8;
/** Where there are more values in all, only visible ones are looked at, and not all are compared. */
const ALL_FACTS = 20_000;

/** @param interactive also asks keys far away, and people */
export async function unlockFile(edge: Edge, path: string, interactive: boolean): Promise<void> {
  const held = edge.held.get(path);
  if (held?.session === undefined) return;
  const { session } = held;
  const project = projectOf(edge);
  const access = interactive ? project.access : { ...project.access, context: { ...project.access.context, prompt: undefined } };
  const stop = new AbortController();
  if (interactive) {
    edge.running = stop;
    edge.dispatch({ topic: "project", kind: "key", path, key: "asking" });
    edge.dispatch({ topic: "project", kind: "job", label: `Waiting for a key of ${path}`, cancellable: true });
  }
  try {
    await session.unlock(access, { signal: stop.signal });
    edge.dispatch({ topic: "project", kind: "key", path, key: "open" });
  } catch (error) {
    const isBroken = SottoError.is(error) && error.code === "INTERRUPTED";
    const file = edge.state().files.get(path);
    const problem = isBroken || file === undefined ? {} : { problem: describeRefusal(file, explain(error)) };
    // Who was asked may be asked again: it may have been a slip, or a service that was away.
    edge.dispatch({ topic: "project", kind: "key", path, key: interactive ? "waiting" : "refused", ...problem });
    if (!interactive) return;
    if (!isBroken)
      edge.dispatch({ topic: "project", kind: "message", tone: "error", text: `${path} was not opened: ${explainShort(error)}` });
    // What was answered, and that it was broken off, is remembered with the project.
    edge.project = await Project.open(edge.host);
  } finally {
    if (interactive) edge.dispatch({ topic: "project", kind: "job over" });
  }
}

/** Opens what is visible and not known. Quick enough to be done between two frames. @returns true when there was something */
export function openVisible(edge: Edge): boolean {
  let did = false;
  for (const { path, rows } of needsOf(edge.state())) did = openRows(edge, path, rows) || did;
  return did;
}

export function openRows(edge: Edge, path: string, rows: readonly number[]): boolean {
  const session = edge.held.get(path)?.session;
  const file = edge.state().files.get(path);
  if (session === undefined || session.locked || file === undefined || rows.length === 0) return false;
  const facts = new Map<number, Facts>();
  for (const row of rows) {
    try {
      const value = session.open(row);
      const node = value.kind === "comment" ? ({ kind: "scalar", type: "str", canonical: value.text } as const) : value;
      facts.set(row, edge.vault.factsOf(node));
    } catch (error) {
      if (!SottoError.is(error)) throw error;
      edge.dispatch({ topic: "project", kind: "mac", path, mac: "wrong", tampered: [session.pathOf(row).join(".")] });
      return false;
    }
  }
  edge.dispatch({ topic: "project", kind: "facts", path, version: file.version, facts });
  return true;
}

/** What is left to do while nobody presses a key: checksums, and facts of what is not visible. One slice. @returns false when all is done */
export function workIdle(edge: Edge, checks: Map<SessionFile, Verification>): boolean {
  const state = edge.state();
  if (state.locked) return false;
  const end = performance.now() + SLICE;
  for (const file of state.files.values()) {
    const session = edge.held.get(file.path)?.session;
    if (session === undefined || session.locked || file.key !== "open" || (file.mac !== "unknown" && file.mac !== "checking")) continue;
    let check = checks.get(session);
    if (check === undefined) checks.set(session, (check = new Verification(session)));
    const verdict = check.step(Math.max(1, end - performance.now()), () => performance.now());
    if (verdict === undefined) return true;
    checks.delete(session);
    const mac = verdict === "ok" ? "ok" : verdict === "missing" ? "missing" : "wrong";
    const tampered = typeof verdict === "object" ? [session.pathOf(verdict.failed).join(".")] : [];
    edge.dispatch({ topic: "project", kind: "mac", path: file.path, mac, tampered });
    return true;
  }
  return openMore(edge);
}

function openMore(edge: Edge): boolean {
  const state = edge.state();
  let total = 0;
  for (const file of state.files.values()) total += file.rows.length;
  if (total > ALL_FACTS) return false;
  for (const file of state.files.values()) {
    if (file.key !== "open" || file.state !== "read") continue;
    const rows: number[] = [];
    for (const [row, one] of file.rows.entries()) {
      if (one.sealed && one.kind === "value" && !file.facts.has(row)) rows.push(row);
      if (rows.length === 200) break;
    }
    if (rows.length > 0 && openRows(edge, file.path, rows)) return true;
  }
  return false;
}
