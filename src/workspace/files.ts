/** Which files a command means when it is given folders. */
import { join } from "node:path";
import { formatOfPath } from "../../formats/index.ts";
import { holdsCiphertext } from "../crypto/envelope.ts";
import { EncryptedFile } from "../file/encrypted-file.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";

/** Never entered: what lies there is not the user's own. */
const SKIPPED = new Set([".git", "node_modules", ".sotto"]);
/** A file larger than this is no file of secrets that somebody meant by naming its folder. */
const MAX_SIZE = 64 * 1024 * 1024;

export interface FoundFile {
  readonly path: string;
  /** True for a path that was given, false for one that was found in a folder. */
  readonly named: boolean;
}

/**
 * The named files, and all files below the named folders, each once. Links in a folder are not followed: they may lead
 * out of the project, or round in a circle.
 * @throws SottoError `FILE_MISSING`
 */
export async function listFiles(host: Host, paths: readonly string[]): Promise<FoundFile[]> {
  const found = new Map<string, boolean>();
  for (const path of paths) {
    const info = await host.stat(path);
    if (info === undefined) throw new SottoError("FILE_MISSING", "no such file", { file: path });
    if (info.kind !== "directory") found.set(path, true);
    else for (const inner of await collect(host, path)) if (!found.has(inner)) found.set(inner, false);
  }
  return [...found].map(([path, named]) => ({ path, named }));
}

async function collect(host: Host, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await host.list(folder)) {
    const path = join(folder, name);
    const info = await host.stat(path, { follow: false });
    if (info?.kind === "directory" && !SKIPPED.has(name)) {
      for (const inner of await collect(host, path)) found.push(inner);
    } else if (info?.kind === "file" && info.size <= MAX_SIZE) found.push(path);
  }
  return found;
}

/** The named files whatever they hold, and of the named folders those that are encrypted. */
export async function listEncryptedFiles(host: Host, paths: readonly string[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const file of await listFiles(host, paths)) {
    if (file.named || (await isEncrypted(host, file.path))) found.push(file);
  }
  return found;
}

/** A file with ciphertext that cannot be read any more, after a merge for example, counts: its command has to tell. */
async function isEncrypted(host: Host, path: string): Promise<boolean> {
  const bytes = await host.readFile(path);
  if (!holdsCiphertext(bytes)) return false;
  const format = formatOfPath(path);
  try {
    await EncryptedFile.peek(bytes, format);
    return true;
  } catch (error) {
    if (SottoError.is(error)) return format !== "binary" && error.code !== "NOT_ENCRYPTED";
    throw error;
  }
}
