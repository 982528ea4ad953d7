/** Which files a command means when it is given folders. */
import { join } from "node:path";
import { formatOfPath } from "../../formats/index.ts";
import { EncryptedFile } from "../file/encrypted-file.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";

/** Never entered: what lies there is not the user's own. */
const SKIPPED = new Set([".git", "node_modules", ".sotto"]);
/** A file larger than this is no file of secrets that somebody meant by naming its folder. */
const MAX_SIZE = 64 * 1024 * 1024;

/**
 * All files below the named paths, sorted; a path that names a file stands for itself.
 * @throws SottoError `FILE_MISSING`
 */
export async function listFiles(host: Host, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const info = await host.stat(path);
    if (info === undefined) throw new SottoError("FILE_MISSING", "no such file", { file: path });
    if (info.kind === "directory") await collect(host, path, found);
    else found.push(path);
  }
  return found;
}

async function collect(host: Host, folder: string, found: string[]): Promise<void> {
  for (const name of await host.list(folder)) {
    const path = join(folder, name);
    const info = await host.stat(path);
    if (info?.kind === "directory" && !SKIPPED.has(name)) await collect(host, path, found);
    else if (info?.kind === "file" && info.size <= MAX_SIZE) found.push(path);
  }
}

/** Of the named paths all files, of the named folders only those that are encrypted. */
export async function listEncryptedFiles(host: Host, paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of await listFiles(host, paths)) {
    if (paths.includes(path) || (await isEncrypted(host, path))) found.push(path);
  }
  return found;
}

async function isEncrypted(host: Host, path: string): Promise<boolean> {
  const bytes = await host.readFile(path);
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes("ENC[AES256_GCM,")) return false;
  try {
    await EncryptedFile.peek(bytes, formatOfPath(path));
    return true;
  } catch (error) {
    if (SottoError.is(error)) return false;
    throw error;
  }
}
