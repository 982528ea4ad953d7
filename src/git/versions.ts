/** Versions of a file by name: on disk, or `REV:path` as git names it. */
import { formatOfPath } from "../../formats/index.ts";
import { holdsCiphertext } from "../crypto/envelope.ts";
import { SottoError } from "../model/error.ts";
import type { FormatId } from "../model/tree.ts";
import type { Project } from "../workspace/project.ts";
import { readObjects } from "./blobs.ts";
import { askGit, type GitPlace, runGit } from "./run.ts";

export interface Version {
  /** As the user named it. */
  readonly name: string;
  readonly path: string;
  readonly format: FormatId;
  readonly bytes: Uint8Array;
}

const placeOf = ({ host }: Project): GitPlace => ({ cwd: host.cwd, env: host.env });

/** @throws SottoError `FILE_MISSING`, also for a version that is not in git */
export async function readVersion(project: Project, name: string): Promise<Version> {
  const { host } = project;
  const colon = name.indexOf(":");
  if (colon <= 0 || (await host.stat(name)) !== undefined) {
    return { name, path: name, format: formatOfPath(name), bytes: await host.readFile(name) };
  }
  const path = name.slice(colon + 1);
  const { exit, output } = await runGit(placeOf(project), ["rev-parse", "--verify", "--quiet", "--end-of-options", name]);
  const [bytes] = exit === 0 ? await readObjects(placeOf(project), [output.toString("latin1").trim()]) : [];
  if (bytes === undefined) throw new SottoError("FILE_MISSING", "no such file, and git has no such version of one", { file: name });
  return { name, path, format: formatOfPath(path), bytes };
}

/** The last committed version of a file, undefined when there is none. */
export async function readCommitted(project: Project, path: string): Promise<Version | undefined> {
  try {
    return await readVersion(project, `HEAD:./${path}`);
  } catch (error) {
    if (SottoError.is(error) && error.code === "FILE_MISSING") return undefined;
    throw error;
  }
}

export async function isCommit(project: Project, name: string): Promise<boolean> {
  if ((await project.host.stat(name)) !== undefined) return false;
  const wanted = `${name}^{commit}`;
  return (await runGit(placeOf(project), ["rev-parse", "--verify", "--quiet", "--end-of-options", wanted])).exit === 0;
}

export interface ChangedFile {
  readonly path: string;
  readonly before: Version | undefined;
  readonly after: Version | undefined;
}

/** Encrypted files that differ between a commit and the working tree. */
export async function listChangedSince(project: Project, commit: string): Promise<readonly ChangedFile[]> {
  const place = placeOf(project);
  const listed = await askGit(place, ["diff", "--name-only", "--relative", "-z", "--no-renames", commit, "--"]);
  const paths = listed.split("\0").filter((path) => path !== "");
  const objects = await readObjects(
    place,
    paths.map((path) => `${commit}:./${path.includes("\n") ? "" : path}`),
  );
  const changed: ChangedFile[] = [];
  for (const [index, path] of paths.entries()) {
    const format = formatOfPath(path);
    const old = objects[index];
    const info = await project.host.stat(path, { follow: false });
    const bytes = info?.kind === "file" ? await project.host.readFile(path) : undefined;
    if (![old, bytes].some((one) => one !== undefined && holdsCiphertext(one))) continue;
    changed.push({
      path,
      before: old === undefined ? undefined : { name: `${commit}:${path}`, path, format, bytes: old },
      after: bytes === undefined ? undefined : { name: path, path, format, bytes },
    });
  }
  return changed;
}
