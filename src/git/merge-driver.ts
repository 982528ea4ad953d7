/**
 * git's merge driver (gitattributes(5), "Performing a three-way merge"): merges the decrypted files. Whatever keeps it from that,
 * git's own merge of the ciphertext is the answer, with one line that says why: a conflict, and never a silent loss.
 */
import { formatOfPath } from "../../formats/index.ts";
import type { OpenFile } from "../file/encrypted-file.ts";
import { SottoError } from "../model/error.ts";
import { mergeFiles } from "../merge/files.ts";
import { guardRecipients } from "../workspace/guard-recipients.ts";
import type { Project } from "../workspace/project.ts";
import { readEither } from "../workspace/read.ts";
import { runGit } from "./run.ts";

export interface DriverCall {
  /** Files that git made for the call; the result goes into `ours`. */
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  /** Length of the markers. */
  readonly size: number;
  /** Where the file stands in the repository. */
  readonly path: string;
}

export interface DriverResult {
  /** Of a merge driver: 0 merged, 1 with conflicts, more when git itself could not. */
  readonly exit: number;
  /** For standard error. */
  readonly remarks: readonly string[];
}

export async function mergeForGit(project: Project, call: DriverCall): Promise<DriverResult> {
  const files: OpenFile[] = [];
  try {
    const remarks: string[] = [];
    for (const [side, path] of [
      ["the common ancestor", call.base],
      ["our side", call.ours],
      ["their side", call.theirs],
    ] as const) {
      files.push(await open(project, call.path, side, path));
    }
    const [base, ours, theirs] = files;
    if (base === undefined || ours === undefined || theirs === undefined) throw new RangeError("three files");
    const { bytes, conflicts } = await mergeFiles(
      { base, ours, theirs },
      {
        now: project.host.now(),
        access: project.access,
        size: call.size,
        guard: async (access) => void remarks.push(...(await guardRecipients(project, call.path, access, { accepted: [] }))),
      },
    );
    await project.host.writeFile(call.ours, bytes);
    if (conflicts.length === 0) return { exit: 0, remarks };
    const resolve = `sotto reseal --ours|--theirs|--interactive ${call.path}`;
    return {
      exit: 1,
      remarks: [...remarks, `${call.path}: both sides changed ${conflicts.length} of the same values; resolve with: ${resolve}`],
    };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    const { exit } = await leaveToGit(project, call);
    return { exit, remarks: [`${call.path}: merged as text, since ${error.message}`] };
  } finally {
    for (const file of files) file.dispose();
  }
}

async function open(project: Project, path: string, side: string, place: string): Promise<OpenFile> {
  const bytes = await project.host.readFile(place);
  if (bytes.length === 0) throw new SottoError("FILE_EMPTY", `${side} has no such file`);
  const format = formatOfPath(path);
  try {
    const { encrypted } = await readEither(bytes, format);
    if (encrypted === undefined) throw new SottoError("NOT_ENCRYPTED", "it is not encrypted");
    return await encrypted.unlock({ ...project.access, file: path });
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    throw new SottoError(error.code, `${side} cannot be opened: ${error.message}`, { cause: error });
  }
}

/** What git does without a driver: markers between the lines of ciphertext. */
function leaveToGit(project: Project, { base, ours, theirs, size }: DriverCall): Promise<{ readonly exit: number }> {
  const args = ["merge-file", `--marker-size=${size}`, "-L", "ours", "-L", "base", "-L", "theirs", ours, base, theirs];
  return runGit({ cwd: project.host.cwd, env: project.host.env }, args).then(({ exit }) => ({ exit: Math.min(exit, 127) }));
}
