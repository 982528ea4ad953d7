/** Which keys the files of the environments hold, and of what types: names and types of an encrypted file are readable, so no key is needed. */
import { formatOfPath } from "../../formats/index.ts";
import { join, relative } from "node:path";
import { parseToken } from "../crypto/envelope.ts";
import { SottoError } from "../model/error.ts";
import type { Branch, Node } from "../model/tree.ts";
import type { Environment } from "../policy/environments.ts";
import type { Project } from "../workspace/project.ts";
import { naming } from "../workspace/project.ts";
import { readEither } from "../workspace/read.ts";

/** What a program gets: of a leaf, or `list`, `mapping` (an empty one), `null`. */
export type Kind = "str" | "int" | "float" | "bool" | "list" | "mapping" | "null";

/** The keys of one environment: a branch, or what stands there. */
export interface ObservedBranch {
  readonly children: ReadonlyMap<string, ObservedBranch | Kind>;
}

interface MutableBranch {
  readonly children: Map<string, MutableBranch | Kind>;
}

export interface Observed {
  readonly name: string;
  readonly root: ObservedBranch;
}

/** @returns with the files that are not there, which say nothing */
export async function observe(
  project: Project,
  environments: readonly Environment[],
): Promise<{ readonly observed: readonly Observed[]; readonly missing: readonly string[] }> {
  const missing = new Set<string>();
  const observed: Observed[] = [];
  for (const { name, inherited, files } of environments) {
    const root: MutableBranch = { children: new Map() };
    for (const file of [...inherited, ...files]) {
      const path = relative(project.host.cwd, join(project.config?.directory ?? project.root, file));
      const document = await readRoot(project, path);
      if (document === undefined) missing.add(path);
      else merge(root, document);
    }
    observed.push({ name, root });
  }
  return { observed, missing: [...missing] };
}

async function readRoot(project: Project, path: string): Promise<Branch | undefined> {
  try {
    const bytes = await project.host.readFile(path);
    return await naming(path, async () => {
      const read = await readEither(bytes, formatOfPath(path));
      return (read.encrypted === undefined ? read.plain : read.encrypted.document).roots[0] ?? { kind: "branch", entries: [] };
    });
  } catch (error) {
    if (SottoError.is(error) && error.code === "FILE_MISSING") return undefined;
    throw error;
  }
}

/** As environments are merged: mappings, and everything else as one thing. */
function merge(into: MutableBranch, branch: Branch): void {
  for (const entry of branch.entries) {
    if (entry.kind !== "pair") continue;
    const kind = kindOf(entry.value);
    if (kind !== undefined) {
      into.children.set(entry.key, kind);
      continue;
    }
    const before = into.children.get(entry.key);
    const child = typeof before === "object" ? before : { children: new Map<string, MutableBranch | Kind>() };
    into.children.set(entry.key, child);
    if (entry.value.kind === "branch") merge(child, entry.value);
  }
}

/** @returns undefined for a mapping that holds something */
function kindOf(node: Node): Kind | undefined {
  switch (node.kind) {
    case "null":
      return "null";
    case "sequence":
      return "list";
    case "branch":
      return node.entries.some((entry) => entry.kind === "pair") ? undefined : "mapping";
    case "scalar": {
      const type = node.type === "str" ? (parseToken(node.canonical)?.type ?? "str") : node.type;
      return type === "int" || type === "float" || type === "bool" ? type : "str";
    }
  }
}
