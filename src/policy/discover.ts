/** Finds the `.sops.yaml` in force (sops: §6.1), but never above the repository that the command runs in. */
import { join } from "node:path";
import { SottoError } from "../model/error.ts";

export const CONFIG_NAME = ".sops.yaml";
const MISTAKEN_NAME = ".sops.yml";
/** go sops `maxDepth`: folders looked at, the current one included. */
const MAX_LEVELS = 100;

/** All that discovery needs of a file system. */
export interface ConfigFiles {
  /** True for anything at that path, folders too. */
  exists(path: string): boolean;
}

export interface FoundConfig {
  /** Undefined when there is no config; that is no error. */
  readonly path: string | undefined;
  readonly warnings: readonly string[];
}

export interface FindOptions {
  /** `--config` or `SOPS_CONFIG`; an empty text counts as absent. */
  readonly explicit?: string | undefined;
}

/**
 * Looks for the config from `cwd` upward.
 * @param cwd absolute path
 * @throws SottoError `CONFIG_MISSING` when the named config does not exist
 */
export function findConfig(cwd: string, files: ConfigFiles, options: FindOptions = {}): FoundConfig {
  if (options.explicit !== undefined && options.explicit !== "") {
    if (files.exists(options.explicit)) return { path: options.explicit, warnings: [] };
    throw new SottoError("CONFIG_MISSING", "could not read config file: no such file", { file: options.explicit });
  }
  let mistaken: string | undefined;
  let root: string | undefined;
  let folder = cwd;
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const path = join(folder, CONFIG_NAME);
    if (files.exists(path)) {
      if (root === undefined) return { path, warnings: mistaken === undefined ? [] : [ignoredName(mistaken, path)] };
      const warnings = mistaken === undefined ? [] : [ignoredName(mistaken)];
      return { path: undefined, warnings: [...warnings, ignoredAbove(path, root)] };
    }
    if (root === undefined) {
      const other = join(folder, MISTAKEN_NAME);
      if (mistaken === undefined && files.exists(other)) mistaken = other;
      if (files.exists(join(folder, ".git"))) root = folder;
    }
    const parent = join(folder, "..");
    if (parent === folder) break;
    folder = parent;
  }
  return { path: undefined, warnings: mistaken === undefined ? [] : [ignoredName(mistaken)] };
}

function ignoredName(mistaken: string, used?: string): string {
  const said = `ignoring "${mistaken}" when searching for config file; the config file must be called "${CONFIG_NAME}"`;
  return used === undefined ? said : `${said}; using "${used}" instead`;
}

function ignoredAbove(path: string, root: string): string {
  return `ignoring "${path}": it lies above the git repository "${root}" (sops would use it; name it with --config to do the same)`;
}
