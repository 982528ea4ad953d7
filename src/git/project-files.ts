/** The secrets of a project, found through git where there is a repository: it knows its files, and searches them fast. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { MARK } from "../crypto/envelope.ts";
import type { Host } from "../model/host.ts";
import type { Project } from "../workspace/project.ts";
import { listFiles } from "../workspace/files.ts";
import { findRoot } from "../workspace/root.ts";
import { classifyFiles, type ClassifyOptions, type ProjectFile } from "../workspace/session/project-files.ts";
import { runGit } from "./run.ts";

/** So few are read faster than git is started to search them. */
const FEW = 100;

/** Tracked files and new ones, not those that git ignores; outside of a repository all below the project's root. Paths as the user would name them. */
export async function listProjectFiles(
  project: Project,
  { listing, ...options }: Pick<ClassifyOptions, "beforeReading" | "onEncrypted"> & { readonly listing?: ProjectListing } = {},
): Promise<readonly ProjectFile[]> {
  const place = { cwd: project.root, env: project.host.env };
  const shown = (path: string): string => relative(project.host.cwd, join(project.root, path));
  const listed = await (listing?.root === project.root ? listing.paths : listByGit(place));
  if (listed === undefined) {
    const files = await listFiles(project.host, [project.root]);
    return classifyFiles(
      project,
      files.map(({ path }) => relative(project.host.cwd, path)),
      options,
    );
  }
  if (listed.length <= FEW) return classifyFiles(project, listed.map(shown), options);
  const holding = await runGit(place, ["grep", "--untracked", "--no-color", "-l", "-z", "-a", "-F", "-e", MARK, "--", "."]);
  // 1: nothing was found.
  const isKnown = holding.exit === 0 || holding.exit === 1;
  return classifyFiles(
    project,
    listed.map(shown),
    isKnown ? { ...options, holding: new Set(namesIn(holding.output).map(shown)) } : options,
  );
}

/** Git at work on the list, begun before the project is opened: both take their time. */
export interface ProjectListing {
  readonly root: string;
  /** Undefined where there is no repository. */
  readonly paths: Promise<readonly string[] | undefined>;
}

export function beginListing({ cwd, env }: Pick<Host, "cwd" | "env">): ProjectListing {
  const root = findRoot(cwd, { exists: existsSync }, undefined);
  return { root, paths: listByGit({ cwd: root, env }) };
}

async function listByGit(place: Parameters<typeof runGit>[0]): Promise<readonly string[] | undefined> {
  try {
    const { exit, output } = await runGit(place, ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."]);
    return exit === 0 ? [...new Set(namesIn(output))] : undefined;
  } catch {
    // There is no git.
    return undefined;
  }
}

function namesIn(output: Buffer): readonly string[] {
  return output
    .toString("utf8")
    .split("\0")
    .filter((name) => name !== "");
}
