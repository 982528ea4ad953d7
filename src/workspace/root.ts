/** Where the project begins, and where its journal is: the same place from every folder in it, whatever config is in force. */
import { dirname, join } from "node:path";
import type { ConfigFiles } from "../policy/discover.ts";

const MAX_LEVELS = 100;

/**
 * The root of the git repository, else the folder of the `.sops.yaml` that was found, else the current folder.
 * @param cwd absolute path
 */
export function findRoot(cwd: string, files: ConfigFiles, config: string | undefined): string {
  let folder = cwd;
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    if (files.exists(join(folder, ".git"))) return folder;
    const parent = dirname(folder);
    if (parent === folder) break;
    folder = parent;
  }
  return config === undefined ? cwd : dirname(config);
}

export function journalPath(root: string): string {
  return join(root, ".sotto", "journal");
}
