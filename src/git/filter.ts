/**
 * git's clean and smudge filters (gitattributes(5)), for those who want plaintext in their working tree and ciphertext in the
 * repository. What did not change keeps its ciphertext, so that git sees no change where there is none.
 */
import { formatOfPath } from "../../formats/index.ts";
import { encryptFile, encryptOnto } from "../file/encrypt-file.ts";
import { SottoError } from "../model/error.ts";
import { naming, type Project } from "../workspace/project.ts";
import { readIfEncrypted } from "../workspace/read.ts";
import { readObjects } from "./blobs.ts";

/**
 * What goes into the repository.
 * @param path from the root of the repository, as git names it
 * @throws SottoError when it cannot be encrypted: then nothing is added
 */
export async function cleanForGit(project: Project, path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const format = formatOfPath(path);
  return naming(path, async () => {
    if ((await readIfEncrypted(bytes, format)) !== undefined) return bytes;
    const [before] = (await readObjects({ cwd: project.host.cwd, env: project.host.env }, [`:${path}`, `HEAD:${path}`])).filter(
      (one) => one !== undefined,
    );
    const previous = before === undefined ? undefined : await readIfEncrypted(before, format);
    const now = project.host.now();
    if (before !== undefined && previous !== undefined) {
      using open = await previous.unlock({ ...project.access, file: path });
      return (await encryptOnto(open, { bytes, format }, { now })) ?? before;
    }
    const rule = await project.rule(path);
    if (rule === undefined)
      throw new SottoError("CONFIG_MISSING", "no creation rule says for whom it is encrypted", { hints: ["sotto init"] });
    const { groups, threshold, selector, macOnlyEncrypted } = rule;
    const settings = { groups, threshold, macOnlyEncrypted, now, ...(selector === undefined ? {} : { selector }) };
    return encryptFile({ bytes, format }, settings, project.access);
  });
}

/** What goes into the working tree: the plaintext, or what is in the repository where no key opens it. */
export async function smudgeForGit(
  project: Project,
  path: string,
  bytes: Uint8Array,
): Promise<{ readonly bytes: Uint8Array; readonly remark: string | undefined }> {
  const encrypted = await readIfEncrypted(bytes, formatOfPath(path));
  if (encrypted === undefined) return { bytes, remark: undefined };
  try {
    using open = await encrypted.unlock({ ...project.access, file: path });
    return { bytes: await open.print(), remark: undefined };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return { bytes, remark: `${path} stays encrypted: ${error.message}` };
  }
}
