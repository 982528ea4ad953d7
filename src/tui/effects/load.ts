/** Finds the files of the project and reads what can be seen without a key. */
import { relative, join } from "node:path";
import { formatOfPath } from "../../../formats/index.ts";
import { listProjectFiles } from "../../git/project-files.ts";
import { runGit } from "../../git/run.ts";
import { listEnvironments } from "../../policy/environments.ts";
import { nameOfRecipient } from "../../policy/people.ts";
import type { Project } from "../../workspace/project.ts";
import type { ProjectFile } from "../../workspace/session/project-files.ts";
import { SessionFile } from "../../workspace/session/session-file.ts";
import { costOf } from "../../workspace/session/unlock-cost.ts";
import { wouldEncrypt } from "../../workspace/session/would-encrypt.ts";
import { type EnvironmentView, type FileView, newFile, type ProjectView } from "../model/files.ts";
import { type Edge, explain, projectOf } from "./edge.ts";

/** Reads the project; what follows (keys, values) is asked for by what is visible. */
export async function loadProject(edge: Edge): Promise<void> {
  const project = projectOf(edge);
  const found = await listProjectFiles(project);
  const views: FileView[] = [];
  for (const one of found) views.push(await readFile(edge, one));
  edge.dispatch({ topic: "project", kind: "loaded", project: describeProject(edge, project, views), files: views });
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
  const project = projectOf(edge);
  const before = edge.state().files.get(found.path);
  const fresh = { ...newFile(found.path, formatOfPath(found.path)), version: (before?.version ?? 0) + 1 };
  edge.held.get(found.path)?.session?.lock();
  if (found.state !== "encrypted") {
    edge.held.delete(found.path);
    return { ...fresh, state: found.state, ...(found.problem === undefined ? {} : { problem: explain(found.problem) }) };
  }
  try {
    const bytes = await edge.host.readFile(found.path);
    const session = await SessionFile.read(bytes, found.path, fresh.format);
    edge.held.set(found.path, { bytes, session });
    return {
      ...fresh,
      state: "read",
      rows: session.rows,
      key: (await costOf(session.metadata, project.access)) === "local" ? "unknown" : "waiting",
      mac: session.metadata.mac === "" ? "missing" : "unknown",
      readers: session.metadata.groups.flat().map((key) => nameOfRecipient(project.config, key.label) ?? shorten(key.label)),
      wouldEncrypt: (path) => wouldEncrypt(session, path),
      lineOf: (row) => session.lineOf(row),
    };
  } catch (error) {
    return { ...fresh, state: "invalid", problem: explain(error) };
  }
}

/** A recipient as it fits into a line. */
export function shorten(label: string): string {
  return label.length <= 20 ? label : `${label.slice(0, 9)}…${label.slice(-4)}`;
}

export async function readBranch(edge: Edge): Promise<void> {
  const place = { cwd: projectOf(edge).root, env: edge.host.env };
  const { exit, output } = await runGit(place, ["symbolic-ref", "--quiet", "--short", "HEAD"]).catch(() => ({
    exit: 1,
    output: Buffer.alloc(0),
  }));
  if (exit === 0) edge.dispatch({ topic: "project", kind: "branch", branch: output.toString("utf8").trim() });
}
