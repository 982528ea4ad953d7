/** Carries out the plan of the rotate wizard: every new file is made in memory and read back, then all are written, or none. */
import { DataKey } from "../crypto/data-key.ts";
import { equalBytes } from "../crypto/bytes.ts";
import { diffTrees } from "../file/diff.ts";
import { EncryptedFile } from "../file/encrypted-file.ts";
import { watchNetwork } from "../keyring/network.ts";
import { SottoError } from "../model/error.ts";
import { naming, type Project } from "./project.ts";
import type { RewrapFile, RewrapPlan } from "./rewrap-plan.ts";
import { replaceFiles } from "./transaction.ts";

/** `ready` is made and read back, not written yet. */
export type RewrapState = "working" | "ready" | "written" | "skipped";

export interface RewrapOptions {
  /** Until the first file is written it stops everything, and all files are as they were. */
  readonly signal?: AbortSignal;
  readonly progress?: (path: string, state: RewrapState) => void;
  /** Goes on although the person who runs this could not read some of the files afterwards. */
  readonly acceptLockout?: boolean;
}

export interface RewrapResult {
  readonly written: readonly string[];
  readonly skipped: readonly RewrapFile[];
  /** `.sops.yaml` was changed. */
  readonly config: boolean;
}

/** How many files are worked on while key services are waited for. */
const AT_ONCE = 16;

/**
 * @throws SottoError `INTERRUPTED` by the signal, `REFUSED` when it would lock out whoever runs it, `FILE_CHANGED` when a file is not
 * what the plan was made for, `READ_BACK_FAILED`, and what writing throws; then all files are as they were
 */
export async function runRewrap(project: Project, plan: RewrapPlan, options: RewrapOptions = {}): Promise<RewrapResult> {
  const { signal, progress = (): void => {} } = options;
  const lost = plan.files.filter((file) => file.locksOut);
  if (lost.length > 0 && options.acceptLockout !== true) throw lockedOut(lost);
  const skipped = plan.files.filter((file) => file.problem !== undefined);
  for (const file of skipped) progress(file.path, "skipped");
  const chosen = plan.files.filter((file) => file.changes && file.problem === undefined);
  const stop = (): void => {
    if (signal?.aborted === true) throw new SottoError("INTERRUPTED", `stopped: 0 of ${chosen.length} files changed`);
  };
  const next = signal === undefined ? plan.next : withSignal(plan.next, signal);
  const built = await buildAll(next, chosen, stop, progress);
  stop();
  const written = await writeAll(project, plan.config, built);
  for (const path of written) progress(path, "written");
  return { written, skipped, config: plan.config !== undefined };
}

interface Built {
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** One after the other, but for the time that key services far away take. */
async function buildAll(
  next: Project,
  files: readonly RewrapFile[],
  stop: () => void,
  progress: (path: string, state: RewrapState) => void,
): Promise<ReadonlyMap<string, Built>> {
  const built = new Map<string, Built>();
  const failures: unknown[] = [];
  const running = new Set<Promise<void>>();
  const start = (file: RewrapFile): Promise<void> => {
    progress(file.path, "working");
    const work = build(next, file)
      .then((after) => {
        built.set(file.path, { before: file.bytes, after });
        progress(file.path, "ready");
      })
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(work));
    running.add(work);
    return work;
  };
  for (const file of files) {
    if (failures.length > 0) break;
    try {
      stop();
    } catch (error) {
      failures.push(error);
      break;
    }
    using network = watchNetwork(next.access.context);
    await Promise.race([start(file), network.began]);
    while (running.size >= AT_ONCE) await Promise.race(running);
  }
  await Promise.all(running);
  stop();
  if (failures.length > 0) throw failures[0];
  return built;
}

function build(next: Project, file: RewrapFile): Promise<Uint8Array> {
  return naming(file.path, async () => {
    const { access } = next;
    const encrypted = await EncryptedFile.parse(file.bytes, file.format);
    using open = await encrypted.unlock({ ...access, file: file.path });
    const plain = open.roots();
    if (file.renews) await open.rotate(file.wanted, file.threshold.after, access);
    const bytes = file.renews ? open.encode(next.host.now()) : await open.rewrap(file.wanted, file.threshold.after, access);
    // Read as if it came from the disk.
    const again = await EncryptedFile.parse(bytes, file.format);
    using opened = again.open(open.dataKey.use((key) => DataKey.from(key)));
    if (diffTrees(plain, opened.roots()).length === 0) return bytes;
    throw new SottoError("READ_BACK_FAILED", "refusing to write a file that does not read back; nothing was written");
  });
}

/**
 * The rules go first: if the machine stops behind them, the files differ from the rules, which doctor tells and updatekeys mends.
 * The files are one transaction of their own, which the next start finishes. The rules cannot be in its journal, which is believed
 * for encrypted files only.
 */
async function writeAll(project: Project, config: RewrapPlan["config"], built: ReadonlyMap<string, Built>): Promise<readonly string[]> {
  const { host } = project;
  const write = (): Promise<readonly string[]> =>
    replaceFiles(project, [...built.keys()], async (bytes, path) => {
      const one = built.get(path);
      if (one !== undefined && equalBytes(bytes, one.before)) return one.after;
      throw new SottoError("FILE_CHANGED", "it was changed by someone else meanwhile; nothing was written", { file: path });
    });
  if (config === undefined) return write();
  using locked = await host.lockFiles([config.path]);
  const [file] = locked.files;
  if (file === undefined) throw new TypeError("one path was locked");
  await file.write(config.after, { expected: config.before });
  try {
    return built.size === 0 ? [] : await write();
  } catch (error) {
    // Files that could not be put back go on to what the rules say, at the next start.
    if (!(await isAnyWritten(project, built))) await file.write(config.before, { expected: config.after });
    throw error;
  }
}

async function isAnyWritten({ host }: Project, built: ReadonlyMap<string, Built>): Promise<boolean> {
  for (const [path, { after }] of built) {
    const bytes = await host.readFile(path).catch(() => undefined);
    if (bytes !== undefined && equalBytes(bytes, after)) return true;
  }
  return false;
}

function withSignal(project: Project, signal: AbortSignal): Project {
  const { access } = project;
  return Object.create(project, { access: { value: { ...access, context: { ...access.context, signal } }, enumerable: true } }) as Project;
}

function lockedOut(files: readonly RewrapFile[]): SottoError {
  const which = files.length === 1 ? (files[0]?.path ?? "a file") : `${files.length} files`;
  return new SottoError("REFUSED", `you could not read ${which} any more: none of your keys would be left there`, {
    hints: ["nothing was changed; add a key of yours first, or confirm that this is meant"],
  });
}
