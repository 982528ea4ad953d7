/** What an environment comes to: the values of its files, one over the other; a key of a later file wins. */
import { join } from "node:path";
import { SottoError } from "../model/error.ts";
import type { Branch, Entry } from "../model/tree.ts";
import { findEnvironment, listEnvironments } from "../policy/environments.ts";
import type { Project } from "../workspace/project.ts";
import { readSide, type ReadOptions, type Side } from "./compare.ts";
import { readVersion } from "./versions.ts";

/** @throws SottoError `ENVIRONMENT_UNKNOWN` with the nearest name, `CONFIG_MISSING` */
export async function readEnvironmentSide(project: Project, name: string, options: ReadOptions): Promise<Side> {
  const { config, host } = project;
  if (config?.sotto?.environments === undefined) {
    throw new SottoError("CONFIG_MISSING", "no environments are named in .sops.yaml", { hints: ["name them under sotto.environments"] });
  }
  const { inherited, files } = findEnvironment(listEnvironments(config, []), name);
  let root: Branch = { kind: "branch", entries: [] };
  let open = true;
  for (const file of [...inherited, ...files]) {
    const path = join(config.directory, file);
    const shown = path.startsWith(`${host.cwd}/`) ? path.slice(host.cwd.length + 1) : path;
    const side = await readSide(project, await readVersion(project, shown), options);
    open &&= side.open;
    for (const one of side.roots) root = overlay(root, one);
  }
  return { roots: [root], comments: false, metadata: undefined, open };
}

/** Mappings are merged; everything else is one thing. */
function overlay(below: Branch, above: Branch): Branch {
  const entries = new Map<string, Entry>();
  for (const entry of [...below.entries, ...above.entries]) {
    if (entry.kind !== "pair") continue;
    const before = entries.get(entry.key);
    const both = before?.kind === "pair" && before.value.kind === "branch" && entry.value.kind === "branch";
    entries.set(entry.key, both ? { ...entry, value: overlay(before.value, entry.value) } : entry);
  }
  return { kind: "branch", entries: [...entries.values()] };
}
