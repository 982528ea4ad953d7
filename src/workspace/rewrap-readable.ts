/** What somebody could read: the secrets to replace at their source when access is taken away. Key paths only, and no key is needed. */
import { formatOfPath } from "../../formats/index.ts";
import { MARK } from "../crypto/envelope.ts";
import { EncryptedFile } from "../file/encrypted-file.ts";
import type { PathPart } from "../file/path.ts";
import { leafText, pathOf, walk } from "../file/walk.ts";
import { isSameKey } from "../policy/edit-rules.ts";
import { naming, type Project } from "./project.ts";

export interface ReadableFile {
  readonly path: string;
  /** Paths of encrypted values, in the order of the file; of a file with several documents those of all. */
  readonly keys: readonly (readonly PathPart[])[];
  /** False where several key groups are needed, so that this one key was not enough. */
  readonly alone: boolean;
}

/** @returns the files that the recipient can read as they are now; before the access is taken away, that is */
export async function readableBy(project: Project, label: string, paths: readonly string[]): Promise<readonly ReadableFile[]> {
  const found: ReadableFile[] = [];
  for (const path of paths) found.push(...(await readableIn(label, { path, bytes: await project.host.readFile(path) })));
  return found;
}

/** The same for the bytes of a file, such as a plan has them from before its change. */
export async function readableIn(
  label: string,
  file: { readonly path: string; readonly bytes: Uint8Array },
): Promise<readonly ReadableFile[]> {
  const { document, metadata, selector } = await naming(file.path, () => EncryptedFile.peek(file.bytes, formatOfPath(file.path)));
  const holding = metadata.groups.filter((group) => group.some((key) => isSameKey(key.label, label))).length;
  if (holding === 0) return [];
  const needed = metadata.groups.length === 1 ? 1 : metadata.threshold || metadata.groups.length;
  const keys = walk(document.roots, selector)
    .filter(({ leaf }) => leaf.kind === "scalar" && leafText(leaf).startsWith(MARK))
    .map(({ place }) => pathOf(place));
  return [{ path: file.path, keys, alone: holding >= needed }];
}
