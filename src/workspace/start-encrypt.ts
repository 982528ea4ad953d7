/** Encrypts plaintext files where they are: all of them or none. */
import { formatOfPath, loadFormat } from "../../formats/index.ts";
import { equalBytes } from "../crypto/bytes.ts";
import { diffTrees } from "../file/diff.ts";
import { type EncryptOptions, startFile } from "../file/encrypt-file.ts";
import { parseText } from "../file/parse-text.ts";
import { SottoError } from "../model/error.ts";
import type { LockedFile } from "../model/host.ts";
import { decodeText } from "../model/text.ts";
import type { FormatId } from "../model/tree.ts";
import { refuseFlawed } from "../policy/config.ts";
import { naming, type Project } from "./project.ts";
import { checkRule } from "./recipients.ts";

export interface EncryptAllOptions {
  /** Until the first file is written it stops everything. */
  readonly signal?: AbortSignal;
  readonly progress?: (path: string, state: "working" | "ready" | "written") => void;
}

/**
 * Each is encrypted for its creation rule and read back before the first is written. There is no journal, which would be one more
 * place with the plaintext: a machine that stops in between leaves some files encrypted and the others as they were.
 * @returns the paths that were written
 * @throws SottoError `CONFIG_MISSING`, `NO_MATCHING_RULE`, `ALREADY_ENCRYPTED` and its kin, with the file; then nothing was changed
 */
export async function encryptAll(project: Project, paths: readonly string[], options: EncryptAllOptions = {}): Promise<readonly string[]> {
  const { signal, progress = (): void => {} } = options;
  if (project.config === undefined) throw new SottoError("CONFIG_MISSING", "there is no .sops.yaml", { hints: ["sotto init writes one"] });
  refuseFlawed(project.config);
  using locked = await project.host.lockFiles(paths);
  const steps: { readonly file: LockedFile; readonly before: Uint8Array; readonly after: Uint8Array }[] = [];
  const stop = (): void => {
    if (signal?.aborted === true) throw new SottoError("INTERRUPTED", `stopped: 0 of ${paths.length} files changed`);
  };
  for (const file of locked.files) {
    stop();
    progress(file.path, "working");
    const before = await file.read();
    steps.push({ file, before, after: await naming(file.path, () => encryptOne(project, file.path, before)) });
    progress(file.path, "ready");
  }
  stop();
  try {
    for (const { file, before, after } of steps) {
      await file.write(after, { expected: before });
      progress(file.path, "written");
    }
  } catch (error) {
    for (const { file, before, after } of steps) {
      if (equalBytes(await file.read(), after)) await file.write(before, { expected: after });
    }
    throw error;
  }
  return steps.map(({ file }) => file.path);
}

async function encryptOne(project: Project, path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const format = formatOfPath(path);
  const settings = await settingsFor(project, path, format);
  using open = await startFile({ bytes, format }, settings, project.access);
  const plain = parseText(await loadFormat(format), decodeText(bytes)).roots;
  if (diffTrees(plain, open.roots()).some((change) => change.kind !== "comment")) {
    throw new SottoError("READ_BACK_FAILED", "refusing to write a file that does not read back; nothing was written");
  }
  return open.encode(settings.now);
}

/**
 * How the creation rule of a file has it encrypted.
 * @throws SottoError `NO_MATCHING_RULE`, `NO_KEYS`, `RECIPIENT_INVALID`
 */
export async function settingsFor(project: Project, path: string, format: FormatId): Promise<EncryptOptions> {
  const rule = await project.rule(path);
  if (rule === undefined || project.config === undefined) throw new SottoError("NO_MATCHING_RULE", "no creation rule matches");
  await checkRule(project.config, rule);
  const indent = project.indentOf(format);
  const { groups, threshold, selector, macOnlyEncrypted } = rule;
  return {
    groups,
    threshold,
    macOnlyEncrypted,
    now: project.host.now(),
    ...(selector === undefined ? {} : { selector }),
    ...(indent === undefined ? {} : { indent }),
  };
}
