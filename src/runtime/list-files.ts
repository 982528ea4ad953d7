/** Files as a build copies them: links are followed, and each folder is read once. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";

/** @returns the paths of all files below a folder, or the path itself of a file; nothing where there is nothing */
export function listFilesBelow(place: string): readonly string[] {
  const files: string[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    const info = statSync(path, { throwIfNoEntry: false });
    if (info?.isFile() === true) files.push(path);
    if (info?.isDirectory() !== true) return;
    const real = realpathSync(path);
    if (seen.has(real)) return;
    seen.add(real);
    for (const name of readdirSync(path).toSorted()) visit(join(path, name));
  };
  visit(place);
  return files;
}
