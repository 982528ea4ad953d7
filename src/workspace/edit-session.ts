/**
 * Changing a file as a whole, as a text: it is opened, somebody changes the text, and what came out becomes its next version.
 * Nothing is locked while the text is being changed; whether somebody else has written the file meanwhile is seen when it is saved.
 */
import { dirname } from "node:path";
import { equalBytes } from "../crypto/bytes.ts";
import { encryptOnto, type EncryptOptions, startFile } from "../file/encrypt-file.ts";
import type { OpenFile } from "../file/encrypted-file.ts";
import { exampleOf } from "../file/examples.ts";
import { reencode } from "../file/reencode.ts";
import { readWithMetadata } from "../file/with-metadata.ts";
import { SottoError } from "../model/error.ts";
import type { FormatId } from "../model/tree.ts";
import { guardNext } from "./guard-policy.ts";
import { naming, type Project } from "./project.ts";
import { readEither, readEncrypted } from "./read.ts";
import { saveVersion } from "./save-version.ts";

export interface EditOptions {
  readonly format: FormatId;
  /** In which the text is shown, and the file written. */
  readonly output: FormatId;
  /** Shows and prints the file anew with this indentation. */
  readonly indent?: number | undefined;
  readonly ignoreMac: boolean;
  /** Shows the metadata, too, so that they can be changed (not who can decrypt). */
  readonly showMetadata: boolean;
  readonly allowPlaintext: boolean;
  /** For whom a file is that is not there yet, and how it is encrypted. */
  readonly create: () => Promise<EncryptOptions>;
  /** Lets somebody change the text. */
  readonly change: (text: Uint8Array) => Promise<Uint8Array>;
  /**
   * Told why a text cannot be saved, before it is changed again.
   * @returns true when a person has seen it; who cannot is not asked for ever
   */
  readonly retry: (problem: SottoError) => Promise<boolean>;
  /** Told about the open file before it is shown. */
  readonly inspect?: (open: OpenFile) => void;
}

/** For as many rounds a program that nobody watches may change the text before it has to be right. */
const MAX_ROUNDS = 5;

/**
 * @returns true for a file that is new
 * @throws SottoError `NOT_CHANGED`, `FILE_CHANGED`; what opens, encrypts and writes files; what `change` and `retry` throw
 */
export async function editSecrets(project: Project, path: string, options: EditOptions): Promise<boolean> {
  const isNew = (await project.host.stat(path)) === undefined;
  const before = isNew ? undefined : await project.host.readFile(path);
  using open = before === undefined ? await startNew(project, path, options) : await openOld(project, path, before, options);
  options.inspect?.(open);
  const first = await show(open, options);
  const next = await changeUntilFit(first, options, (text) => naming(path, () => seal(project, path, open, text, options, isNew)));
  await saveVersion(project, path, before, next);
  return isNew;
}

async function startNew(project: Project, path: string, options: EditOptions): Promise<OpenFile> {
  if ((await project.host.stat(dirname(project.absolute(path)))) === undefined) {
    throw new SottoError("FILE_UNWRITABLE", `cannot write ${path}: its folder does not exist`, {
      file: path,
      hints: ["make the folder first"],
    });
  }
  const settings = await options.create();
  const { output: format } = options;
  // The example is not what will be written.
  return naming(path, () => startFile({ bytes: exampleOf(format), format }, { ...settings, allowPlaintext: true }, project.access));
}

async function openOld(project: Project, path: string, bytes: Uint8Array, { format, ignoreMac }: EditOptions): Promise<OpenFile> {
  return naming(path, async () => {
    const file = await readEncrypted(bytes, format);
    return file.unlock({ ...project.access, file: path }, { ignoreMac });
  });
}

async function show(open: OpenFile, { output, indent, showMetadata }: EditOptions): Promise<Uint8Array> {
  if (showMetadata) return open.printWithMetadata();
  return open.print({ ...(output === open.id ? {} : { format: output }), ...(indent === undefined ? {} : { indent }) });
}

/** @param make throws what is wrong with a text, and says so in words for those who can change it */
async function changeUntilFit<T>(first: Uint8Array, options: EditOptions, make: (text: Uint8Array) => Promise<T>): Promise<T> {
  let text = first;
  let isWatched = true;
  for (let round = 1; ; round += 1) {
    const next = await options.change(text);
    // In the words of sops, which scripts look for.
    if (equalBytes(next, first)) throw new SottoError("NOT_CHANGED", "File has not changed, exiting.");
    try {
      return await make(next);
    } catch (error) {
      if (!SottoError.is(error)) throw error;
      const isHopeless = !isWatched && (equalBytes(next, text) || round >= MAX_ROUNDS);
      if (isHopeless) throw withHint(error, "nothing was written; nobody is there to mend it, and the editor does not");
      isWatched = await options.retry(withHint(error, "nothing was written yet; mend it in the editor, where the text is as you left it"));
      text = next;
    }
  }
}

async function seal(
  project: Project,
  path: string,
  open: OpenFile,
  text: Uint8Array,
  options: EditOptions,
  isNew: boolean,
): Promise<Uint8Array> {
  const { output, indent, allowPlaintext } = options;
  const now = project.host.now();
  // The next attempt begins from the same version.
  using attempt = open.fork();
  const { plain, format, metadata } = options.showMetadata
    ? await readWithMetadata(open, text)
    : { plain: text, format: output, metadata: undefined };
  if (!isNew && !allowPlaintext && project.config !== undefined) {
    const read = await readEither(plain, format);
    if (read.encrypted === undefined) await guardNext(project, path, open, read.plain.roots);
  }
  const settings = { allowPlaintext, now, ...(metadata === undefined ? {} : { metadata }) };
  const bytes = (await encryptOnto(attempt, { bytes: plain, format }, settings)) ?? attempt.encode(now);
  return output === open.id && indent === undefined ? bytes : await reencode(attempt, { format: output, indent, now });
}

/** In the editor other things help than elsewhere. */
function withHint(error: SottoError, advice: string): SottoError {
  const { code, file, position, report } = error;
  const isReserved = code === "ALREADY_ENCRYPTED";
  const message = isReserved ? "names that begin with sops are where the metadata of the encrypted file go" : error.message;
  return new SottoError(code, message, {
    hints: [...(isReserved ? ["choose another name"] : error.hints), advice],
    cause: error,
    ...(file === undefined ? {} : { file }),
    ...(position === undefined ? {} : { position }),
    ...(report === undefined ? {} : { report }),
  });
}
