/** Saving the next version of a file that was not locked while it was made. */
import { basename, dirname, join } from "node:path";
import { equalBytes } from "../crypto/bytes.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import type { Project } from "./project.ts";
import { replaceFiles } from "./transaction.ts";

/**
 * When somebody else has written the file meanwhile, theirs stays, and this version is written beside it.
 * @param before what the file held when the work began; undefined when there was none
 * @param next encrypted
 * @throws SottoError `FILE_CHANGED` with the name of that other file, `FILE_UNWRITABLE`
 */
export async function saveVersion(project: Project, path: string, before: Uint8Array | undefined, next: Uint8Array): Promise<void> {
  try {
    if (before === undefined) await create(project.host, path, next);
    else {
      await replaceFiles(project, [path], (found) => {
        if (!equalBytes(found, before)) throw changed(path);
        return Promise.resolve(next);
      });
    }
  } catch (error) {
    if (!SottoError.is(error) || (error.code !== "FILE_CHANGED" && error.code !== "FILE_MISSING")) throw error;
    throw await keepBeside(project.host, path, next, error);
  }
}

async function create(host: Host, path: string, next: Uint8Array): Promise<void> {
  using locked = await host.lockFiles([path]);
  if ((await host.stat(path)) !== undefined) throw changed(path);
  await locked.files[0]?.write(next);
}

function changed(path: string): SottoError {
  return new SottoError("FILE_CHANGED", `${path} was changed by someone else meanwhile`, { file: path });
}

async function keepBeside(host: Host, path: string, next: Uint8Array, error: SottoError): Promise<SottoError> {
  const other = await findFreeName(host, path);
  await host.writeFile(other, next);
  const message = error.code === "FILE_MISSING" ? `${path} was removed by someone else meanwhile` : error.message;
  return new SottoError("FILE_CHANGED", message, {
    file: path,
    hints: [
      `what you wrote is in ${other}, encrypted for the same recipients; compare the two: sotto diff FILE ${other}`,
      `then edit FILE once more and remove ${other}, or move it over FILE`,
    ],
    cause: error,
  });
}

/** The ending stays, since it tells the format. */
async function findFreeName(host: Host, path: string): Promise<string> {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot === -1 ? [name, ""] : [name.slice(0, dot), name.slice(dot)];
  for (let number = 1; ; number += 1) {
    const free = join(dirname(path), `${stem}.edited${number === 1 ? "" : `-${number}`}${ending}`);
    if ((await host.stat(free, { follow: false })) === undefined) return free;
  }
}
