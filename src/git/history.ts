/** The commits that touched a file, and the file as it was in each. Read-only; git is asked, never configured. */
import { formatOfPath } from "../../formats/index.ts";
import { SottoError } from "../model/error.ts";
import type { Project } from "../workspace/project.ts";
import { readObjects } from "./blobs.ts";
import { type GitPlace, runGit } from "./run.ts";
import type { Version } from "./versions.ts";

export interface Commit {
  readonly hash: string;
  readonly short: string;
  /** As git has it: written by whoever commits, so not to be trusted on a terminal. */
  readonly author: string;
  /** When it was written, in milliseconds since 1970. */
  readonly time: number;
  readonly subject: string;
  /** The file's path in that commit, from the root of the repository. */
  readonly path: string;
}

export interface HistoryOptions {
  /** How many commits at most; 50 without it. */
  readonly limit?: number;
  /** How many of the newest are left out. */
  readonly skip?: number;
  /** False stops where the file was renamed. */
  readonly follow?: boolean;
}

export interface HistoryPage {
  /** Newest first. */
  readonly commits: readonly Commit[];
  /** True if older ones are there. */
  readonly more: boolean;
}

const FIELDS = ["%H", "%h", "%an", "%at", "%s"];
const LIMIT = 50;
/** A name that git has no object for. */
const ABSENT_OBJECT = "0".repeat(40);
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * The commits that touched a file; none outside of a repository, and none for a file that git does not know.
 * @param path from the current folder
 */
export async function listHistory(project: Project, path: string, options: HistoryOptions = {}): Promise<HistoryPage> {
  const { limit = LIMIT, skip = 0, follow = true } = options;
  // git counts what it skips before it follows a name, so all are asked for and the first are dropped here.
  const result = await tryGit(placeOf(project), [
    "--literal-pathspecs",
    "-c",
    "log.showSignature=false",
    "log",
    "-z",
    "--name-only",
    "--no-color",
    "--encoding=UTF-8",
    `--format=${FIELDS.join("%x00")}`,
    `--max-count=${skip + limit + 1}`,
    ...(follow ? ["--follow"] : []),
    "--",
    path,
  ]);
  const commits = result === undefined ? [] : parseLog(result.toString("utf8"));
  return { commits: commits.slice(skip, skip + limit), more: commits.length > skip + limit };
}

/** @returns undefined where there is no git, no repository, or no commit */
async function tryGit(place: GitPlace, args: readonly string[]): Promise<Buffer | undefined> {
  try {
    const { exit, output } = await runGit(place, args);
    return exit === 0 ? output : undefined;
  } catch (error) {
    if (SottoError.is(error)) return undefined;
    throw error;
  }
}

/** The fields of a commit, and the names behind it, of which the first begins with a line end; a merge may have none. */
function parseLog(text: string): readonly Commit[] {
  const parts = text.split("\0");
  const commits: Commit[] = [];
  let name = "";
  for (let at = 0; at + FIELDS.length <= parts.length;) {
    const [hash = "", short = "", author = "", time = "", subject = ""] = parts.slice(at, at + FIELDS.length);
    if (!HASH.test(hash)) break;
    at += FIELDS.length;
    if (parts[at]?.startsWith("\n") === true) {
      name = (parts[at] ?? "").slice(1);
      at += 1;
      while (at < parts.length && !HASH.test(parts[at] ?? "")) at += 1;
    }
    commits.push({ hash, short, author, time: Number(time) * 1000, subject, path: name });
  }
  return commits;
}

/**
 * A file as it was in a commit.
 * @param path from the root of the repository, as {@link Commit} has it
 * @returns undefined when it was not there
 */
export async function readAtCommit(project: Project, commit: string, path: string): Promise<Version | undefined> {
  const [version] = await readAtCommits(project, [{ hash: commit, path }]);
  return version;
}

/** The same for many, by one call of git. */
export async function readAtCommits(
  project: Project,
  commits: readonly Pick<Commit, "hash" | "path">[],
): Promise<readonly (Version | undefined)[]> {
  // A name with a line end cannot be asked for in this way.
  const names = commits.map(({ hash, path }) => (path.includes("\n") || /\s/.test(hash) ? ABSENT_OBJECT : `${hash}:${path}`));
  const objects = await readObjects(placeOf(project), names);
  return commits.map(({ hash, path }, index) => {
    const bytes = objects[index];
    if (bytes === undefined) return undefined;
    return { name: `${hash.slice(0, 10)}:${path}`, path, format: formatOfPath(path), bytes };
  });
}

function placeOf({ host }: Project): GitPlace {
  return { cwd: host.cwd, env: host.env };
}
