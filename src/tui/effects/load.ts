/** Finds the files of the project and reads what can be seen without a key. */
import { relative, join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { formatOfPath } from "../../../formats/index.ts";
import { listProjectFiles } from "../../git/project-files.ts";
import { SottoError } from "../../model/error.ts";
import { decodeText } from "../../model/text.ts";
import { listEnvironments } from "../../policy/environments.ts";
import { nameOfRecipient } from "../../policy/people.ts";
import type { Project } from "../../workspace/project.ts";
import type { ProjectFile } from "../../workspace/session/project-files.ts";
import { SessionFile } from "../../workspace/session/session-file.ts";
import { costOf } from "../../workspace/session/unlock-cost.ts";
import { wouldEncrypt } from "../../workspace/session/would-encrypt.ts";
import { type EnvironmentView, type FileView, newFile, type ProjectView } from "../model/files.ts";
import { type Edge, explain, projectOf } from "./edge.ts";

/** Reads the project, and opens what keys at hand open. The rest is asked for when somebody wants to see it. */
export async function loadProject(edge: Edge): Promise<void> {
  const project = projectOf(edge);
  const sessions = new Map<string, SessionFile>();
  const { listing } = edge;
  // It is good once: files come and go.
  edge.listing = undefined;
  const found = await listProjectFiles(project, {
    ...(listing === undefined ? {} : { listing }),
    beforeReading: prepareMemory,
    onEncrypted(path, bytes, file) {
      const session = SessionFile.of(file, path, formatOfPath(path));
      sessions.set(path, session);
      edge.held.set(path, { bytes, session });
    },
  });
  const files: FileView[] = [];
  for (const one of found) {
    const session = sessions.get(one.path);
    files.push(session === undefined ? describeUnread(edge, one) : await openLocal(edge, await describeSession(edge, session), session));
  }
  edge.dispatch({ topic: "project", kind: "loaded", project: describeProject(edge, project, files), files });
}

/** In bytes. */
const LARGE = 1_000_000;

/**
 * Large files leave rubbish behind when they are read, and V8 gives it 32 MB and more to lie in before it looks: with a file of 100,000
 * keys that is a third of all memory. Small ones are read faster if it does.
 */
function prepareMemory(size: number): void {
  if (size > LARGE) setFlagsFromString("--semi-space-growth-factor=1");
}

/** With a key that lies in a file of this machine. */
async function openLocal(edge: Edge, file: FileView, session: SessionFile): Promise<FileView> {
  if (file.key !== "unknown") return file;
  try {
    await session.unlock(projectOf(edge).access);
    return { ...file, key: "open" };
  } catch (error) {
    return { ...file, key: "refused", problem: describeRefusal(file, explain(error)) };
  }
}

function describeProject(edge: Edge, project: Project, files: readonly FileView[]): ProjectView {
  const { name, branch } = edge.state().project;
  return {
    name,
    root: project.root,
    branch,
    hasConfig: project.config !== undefined,
    environments: describeEnvironments(
      project,
      files.filter((file) => file.state !== "plaintext").map((file) => file.path),
    ),
    warnings: project.warnings,
  };
}

export function describeEnvironments(project: Project, paths: readonly string[]): readonly EnvironmentView[] {
  const { config, host } = project;
  const directory = config?.directory ?? project.root;
  const shown = (file: string): string => relative(host.cwd, join(directory, file));
  const below = paths.map((path) => relative(directory, project.absolute(path)));
  return listEnvironments(config, below)
    .filter((environment) => !environment.abstract)
    .map((environment) => ({
      name: environment.name,
      files: [...environment.inherited, ...environment.files].map(shown),
      own: environment.files.map(shown),
      isolated: environment.isolated,
      guessed: environment.guessed,
    }));
}

/** @returns the file as it can be shown; it is held open for later */
export async function readFile(edge: Edge, found: ProjectFile): Promise<FileView> {
  edge.held.get(found.path)?.session?.lock();
  if (found.state !== "encrypted") return describeUnread(edge, found);
  try {
    const bytes = await edge.host.readFile(found.path);
    const session = await SessionFile.read(bytes, found.path, formatOfPath(found.path));
    edge.held.set(found.path, { bytes, session });
    return await describeSession(edge, session);
  } catch (error) {
    return { ...nextVersion(edge, found.path), state: "invalid", problem: explain(error) };
  }
}

function nextVersion(edge: Edge, path: string): FileView {
  return { ...newFile(path, formatOfPath(path)), version: (edge.state().files.get(path)?.version ?? 0) + 1 };
}

function describeUnread(edge: Edge, { path, state, problem }: ProjectFile): FileView {
  edge.held.delete(path);
  return {
    ...nextVersion(edge, path),
    state: state === "encrypted" ? "invalid" : state,
    ...(problem === undefined ? {} : { problem: state === "conflict" ? describeMarkers(path, explain(problem)) : explain(problem) }),
  };
}

function describeMarkers(path: string, problem: ReturnType<typeof explain>): ReturnType<typeof explain> {
  return { ...problem, message: `${path} has git conflict markers`, hints: ["R resolves them key by key: both sides are decrypted"] };
}

export async function describeSession(edge: Edge, session: SessionFile): Promise<FileView> {
  const project = projectOf(edge);
  return {
    ...nextVersion(edge, session.path),
    state: "read",
    rows: session.rows,
    key: (await costOf(session.metadata, project.access)) === "local" ? "unknown" : "waiting",
    mac: session.metadata.mac === "" ? "missing" : "unknown",
    readers: session.metadata.groups.flat().map((key) => nameOfRecipient(project.config, key.label) ?? shorten(key.label)),
    wouldEncrypt: (path) => wouldEncrypt(session, path),
    lineOf: (row) => session.lineOf(row),
  };
}

/** Who could open it, in place of the long report of what was tried. */
export function describeRefusal({ path, readers }: FileView, problem: ReturnType<typeof explain>): ReturnType<typeof explain> {
  const first = readers.slice(0, 3).join(", ");
  const more = readers.length > 3 ? ` and ${readers.length - 3} more` : "";
  const needs = `It needs one of: ${first}${more}. Keys and plain values are shown.`;
  return { message: `You cannot read ${path}. ${needs}`, hints: problem.hints.slice(0, 1) };
}

/** A recipient as it fits into a line. */
export function shorten(label: string): string {
  return label.length <= 20 ? label : `${label.slice(0, 9)}…${label.slice(-4)}`;
}

/** Without starting git: the file is two lines at most, and says it. */
export async function readBranch(edge: Edge): Promise<void> {
  const folder = join(projectOf(edge).root, ".git");
  const head = await readText(edge, join(folder, "HEAD"));
  // In a linked working tree `.git` is a file that says where the folder is.
  const linked = head === undefined ? /^gitdir: (.+)$/m.exec((await readText(edge, folder)) ?? "")?.[1] : undefined;
  const text = head ?? (linked === undefined ? undefined : await readText(edge, join(linked, "HEAD")));
  const branch = /^ref: refs\/heads\/(.+)$/m.exec(text ?? "")?.[1];
  if (branch !== undefined) edge.dispatch({ topic: "project", kind: "branch", branch });
}

async function readText(edge: Edge, path: string): Promise<string | undefined> {
  try {
    return decodeText(await edge.host.readFile(path));
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}
