/** What is in git: the index, commits, and the bytes behind them, read by one `git cat-file` however many there are. */
import { SottoError } from "../model/error.ts";
import { type GitPlace, runGit } from "./run.ts";

export interface IndexEntry {
  /** As git has it, with slashes, from the root of the repository; what is no UTF-8 has a replacement character. */
  readonly path: string;
  readonly object: string;
}

/** Regular files only: links and submodules hold nothing to encrypt. */
const FILE_MODES: ReadonlySet<string> = new Set(["100644", "100755"]);

/**
 * Files of the index: all, or those that a commit would change.
 * @throws SottoError `COMMAND_FAILED` outside of a repository
 */
export async function listIndex(place: GitPlace, which: "all" | "staged"): Promise<readonly IndexEntry[]> {
  const entries = parseStage(await output(place, ["ls-files", "--stage", "-z"]));
  if (which === "all") return entries;
  const empty = await output(place, ["hash-object", "-t", "tree", "/dev/null"]);
  const head = (await runGit(place, ["rev-parse", "--verify", "--quiet", "HEAD"])).exit === 0 ? "HEAD" : empty.toString("latin1").trim();
  const changed = await output(place, ["diff", "--cached", "--name-only", "-z", "--no-renames", "--diff-filter=ACMT", head, "--"]);
  const names = new Set(changed.toString("latin1").split("\0"));
  return entries.filter((entry) => names.has(entry.raw));
}

function parseStage(bytes: Buffer): readonly (IndexEntry & { readonly raw: string })[] {
  return bytes
    .toString("latin1")
    .split("\0")
    .flatMap((line) => {
      const [, mode = "", object = "", stage = "", raw = ""] = /^(\d+) ([0-9a-f]+) (\d)\t([\s\S]*)$/.exec(line) ?? [];
      // Of a file in conflict our side is looked at.
      if (!FILE_MODES.has(mode) || (stage !== "0" && stage !== "2")) return [];
      return [{ raw, object, path: Buffer.from(raw, "latin1").toString("utf8") }];
    });
}

/** The bytes of objects, in their order. `REV:path` will do in place of an object's name. @returns undefined for what is not there */
export async function readObjects(place: GitPlace, names: readonly string[]): Promise<readonly (Buffer | undefined)[]> {
  if (names.length === 0) return [];
  const bytes = await output(place, ["cat-file", "--batch"], Buffer.from(`${names.join("\n")}\n`));
  const found: (Buffer | undefined)[] = [];
  let at = 0;
  while (found.length < names.length) {
    const end = bytes.indexOf(0x0a, at);
    if (end === -1) throw new SottoError("COMMAND_FAILED", "git cat-file ended early");
    const head = bytes.subarray(at, end).toString("utf8");
    const size = /^[0-9a-f]+ blob (\d+)$/.exec(head)?.[1];
    at = end + 1;
    if (size === undefined) {
      // A commit or a tree has bytes, too; something that is missing has none.
      const skipped = /^[0-9a-f]+ \w+ (\d+)$/.exec(head)?.[1];
      if (skipped !== undefined) at += Number(skipped) + 1;
      found.push(undefined);
      continue;
    }
    found.push(bytes.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return found;
}

async function output(place: GitPlace, args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  const { exit, output: bytes, errors } = await runGit(place, args, input);
  if (exit === 0) return bytes;
  throw new SottoError("COMMAND_FAILED", `git ${args[0] ?? ""} ended with ${exit}: ${errors}`, {
    hints: ["this has to run in a git repository"],
  });
}
