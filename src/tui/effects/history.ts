/** Asks git for commits and compares versions of a file. Values stay here: facts leave. */
import { type Commit, listHistory, readAtCommits } from "../../git/history.ts";
import { historyOfKey } from "../../git/key-history.ts";
import { OpenedSides } from "../../git/opened-sides.ts";
import { runGit } from "../../git/run.ts";
import { valueAt } from "../../git/semantic-diff.ts";
import { SottoError } from "../../model/error.ts";
import { readIfEncrypted } from "../../workspace/read.ts";
import { costOf } from "../../workspace/session/unlock-cost.ts";
import type { CommitRow, HistoryEffect, HistoryEvent } from "../model/history.ts";
import { type Edge, explainShort, projectOf } from "./edge.ts";
import { describeDiff } from "./history-diff.ts";
import { Past } from "./history-past.ts";
import { openVersions } from "./history-versions.ts";

const PAGE = 50;
/** More are not counted. */
const MOST_COUNTED = 2000;
/** In bytes: so much is opened ahead to find out which commits can be read. */
const MOST_AHEAD = 2_000_000;

type Of<K extends HistoryEffect["kind"]> = Extract<HistoryEffect, { readonly kind: K }>;

export async function runHistory(edge: Edge, effect: HistoryEffect): Promise<void> {
  switch (effect.kind) {
    case "list":
      return list(edge, effect);
    case "glance":
      return glance(edge, effect);
    case "compare":
      return compare(edge, effect);
    case "blame":
      return blame(edge, effect);
    case "ready":
      return ready(edge, effect);
    case "restore":
      restore(edge, effect);
      return;
    case "leave":
      edge.past?.[Symbol.dispose]();
      edge.past = undefined;
      return;
  }
}

/** Nobody is asked for a passphrase while they look around. */
function pastOf(edge: Edge): Past {
  const { access } = projectOf(edge);
  edge.past ??= new Past(new OpenedSides({ access: { ...access, context: { ...access.context, prompt: undefined } } }), valueAt);
  return edge.past;
}

function tell(edge: Edge, event: HistoryEvent): void {
  edge.dispatch(event);
}

async function list(edge: Edge, { file, skip }: Of<"list">): Promise<void> {
  const project = projectOf(edge);
  const past = pastOf(edge);
  const { commits, more } = await listHistory(project, file, { skip, limit: PAGE });
  const problem = commits.length === 0 && skip === 0 ? await whyNone(edge, file) : undefined;
  tell(edge, { topic: "history", kind: "listed", file, skip, commits: commits.map(rowOf), more, problem });
  if (more && skip === 0) {
    const all = await listHistory(project, file, { limit: MOST_COUNTED });
    tell(edge, { topic: "history", kind: "counted", file, total: all.more ? Number.POSITIVE_INFINITY : all.commits.length });
  }
  await examine(edge, past, file, commits);
}

async function glance(edge: Edge, { file, version }: Of<"glance">): Promise<void> {
  const { commits, more } = await listHistory(projectOf(edge), file, { limit: PAGE });
  tell(edge, { topic: "history", kind: "glanced", file, past: { version, commits: commits.map(rowOf), more } });
}

function rowOf({ hash, short, author, time, subject, path }: Commit): CommitRow {
  return { hash, short, author, time, subject, path };
}

async function whyNone(edge: Edge, file: string): Promise<string> {
  const place = { cwd: edge.host.cwd, env: edge.host.env };
  try {
    if ((await runGit(place, ["rev-parse", "--is-inside-work-tree"])).exit !== 0)
      return "This folder is in no git repository, so there is no history.";
    if ((await runGit(place, ["rev-parse", "--verify", "--quiet", "HEAD"])).exit !== 0)
      return "There are no commits yet, so there is no history.";
  } catch (error) {
    return `There is no history to show: ${explainShort(error)}.`;
  }
  return `${file} is not committed yet, so it has no history.`;
}

/** Which commits none of our keys opens. Only what needs nobody and no network is tried. */
async function examine(edge: Edge, past: Past, file: string, commits: readonly Commit[]): Promise<void> {
  const project = projectOf(edge);
  const versions = await readAtCommits(project, commits);
  let bytes = 0;
  const unreadable: string[] = [];
  for (const [index, version] of versions.entries()) {
    bytes += version?.bytes.length ?? 0;
    if (past.ended || bytes > MOST_AHEAD) break;
    const encrypted = version === undefined ? undefined : await readIfEncrypted(version.bytes, version.format);
    if (encrypted === undefined || (await costOf(encrypted.metadata, project.access)) !== "local") continue;
    if (!(await past.sides.read(version)).open) unreadable.push(commits[index]?.hash ?? "");
  }
  past.sweep();
  if (unreadable.length > 0) tell(edge, { topic: "history", kind: "examined", file, unreadable });
}

async function compare(edge: Edge, { file, wanted }: Of<"compare">): Promise<void> {
  const { key, from, to } = wanted;
  const past = pastOf(edge);
  // Somebody who runs through the commits wants to see the last one of them.
  await new Promise((resolve) => setImmediate(resolve));
  if (!isWanted(edge, file, key)) return;
  try {
    const [before, after] = await openVersions(edge, past, file, [from, to]);
    if (before === undefined || after === undefined) return;
    const diff = describeDiff(edge, wanted, before, after);
    tell(edge, { topic: "history", kind: "compared", file, diff });
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    tell(edge, { topic: "history", kind: "not compared", file, key, message: `cannot compare: ${explainShort(error)}` });
  } finally {
    past.sweep();
  }
}

function isWanted(edge: Edge, file: string, key: string): boolean {
  return edge.state().screens.some((screen) => screen.kind === "history" && screen.file === file && screen.wanted === key);
}

async function blame(edge: Edge, { file, path, skip, limit }: Of<"blame">): Promise<void> {
  const past = pastOf(edge);
  try {
    const { commits } = await historyOfKey(projectOf(edge), file, path, { skip, limit, sides: past.sides });
    const changes = new Map(commits.map(({ commit, change }) => [commit.hash, change]));
    tell(edge, { topic: "history", kind: "blamed", file, path, upTo: skip + limit, changes });
  } finally {
    past.sweep();
  }
}

async function ready(edge: Edge, { file, of, next }: Of<"ready">): Promise<void> {
  const past = pastOf(edge);
  if (!of.every((version) => past.has(file, version.commit))) await openVersions(edge, past, file, of);
  past.sweep();
  if (!past.ended) tell(edge, { topic: "history", kind: "ready", file, next });
}

function restore(edge: Edge, { id, label, source, file, path, secret }: Of<"restore">): void {
  const node = pastOf(edge).node(source);
  const encrypted = edge.state().files.get(file)?.wouldEncrypt(path) !== false;
  const text = node.kind === "scalar" ? node.canonical : undefined;
  if (secret && !encrypted) {
    const said = "Not restored: the file leaves this key readable by now, and the old value is a secret. e types another one.";
    edge.dispatch({ topic: "project", kind: "message", tone: "error", text: said });
    return;
  }
  const isReadable = text !== undefined && (text === "" || !encrypted);
  const value = { id, facts: edge.vault.keep(id, node), ...(isReadable ? { plain: text } : {}) };
  edge.dispatch({ topic: "editor", kind: "kept", label, targets: [{ file, path, label: file, encrypted }], values: [value] });
}
