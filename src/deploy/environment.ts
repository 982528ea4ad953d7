/** An environment as its files come to it: opened in order and merged, a later file over an earlier one (product rule: environments). */
import { join, relative } from "node:path";
import { formatOfPath } from "../../formats/index.ts";
import type { OpenFile } from "../file/encrypted-file.ts";
import { SottoError } from "../model/error.ts";
import { decodeText } from "../model/text.ts";
import type { Branch, Comment, Leaf, Node, Scalar, Sequence } from "../model/tree.ts";
import { findEnvironment, listEnvironments, type Environment } from "../policy/environments.ts";
import { listFiles } from "../workspace/files.ts";
import { naming, type Project } from "../workspace/project.ts";
import { readEither } from "../workspace/read.ts";
import type { Dialect } from "./dialects.ts";

/** What an environment is made of: a name of the configuration, or files without any. */
export type Selection = { readonly environment: string } | { readonly files: readonly string[] };

/** One value: a scalar, a list as a whole, null, or an empty mapping. */
export interface EnvironmentValue {
  readonly path: readonly string[];
  readonly node: Node;
  /** The file that it comes from, as it was named. */
  readonly file: string;
  /** False where anybody who can change the file could have written it. */
  readonly encrypted: boolean;
}

export interface OpenEnvironment {
  /** Of the environment; undefined for files. */
  readonly name: string | undefined;
  readonly setting: Environment | undefined;
  readonly files: readonly string[];
  /** In the order of the files, each path once. */
  readonly values: readonly EnvironmentValue[];
}

export interface OpenEnvironmentOptions {
  /** How files that end in `.env` and are not encrypted are read. */
  readonly dialect?: Dialect | undefined;
}

/**
 * Opens all files before anything is made of them.
 * @throws SottoError `ENVIRONMENT_UNKNOWN` with the nearest name, `FILE_MISSING`, `DATA_KEY_UNAVAILABLE` and what opening a file throws;
 *   when several files cannot be opened, one error that tells of all
 */
export async function openEnvironment(
  project: Project,
  selection: Selection,
  options: OpenEnvironmentOptions = {},
): Promise<OpenEnvironment> {
  const setting = "environment" in selection ? await findSetting(project, selection.environment) : undefined;
  const files = "files" in selection ? selection.files : filesOf(project, setting);
  const root = newBranch();
  const errors: SottoError[] = [];
  for (const path of files) {
    try {
      await addFile(project, root, path, options);
    } catch (error) {
      if (!SottoError.is(error) || error.code === "INTERRUPTED") throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw allOf(errors);
  return { name: setting?.name, setting, files, values: listValues(root, []) };
}

/** One file's error as it is. */
function allOf(errors: readonly SottoError[]): SottoError {
  const [first, ...others] = errors;
  if (first === undefined || others.length === 0) return first ?? unfit([]);
  const lines = errors.map(({ file = "", message }) => (message.includes(file) ? message : `${file}: ${message}`));
  const hints = [...new Set(errors.flatMap((error) => error.hints))];
  return new SottoError(first.code, severalLines(`${errors.length} files cannot be opened:`, lines), { hints, cause: first });
}

/** All environments of the project; where none are named, what the names of its files suggest. */
export async function environmentsOf(project: Project): Promise<readonly Environment[]> {
  const { config, host } = project;
  if (config?.sotto?.environments !== undefined) return listEnvironments(config, []);
  const directory = config?.directory ?? project.root;
  const files = (await listFiles(host, [directory])).map(({ path }) => relative(directory, path));
  return listEnvironments(config, files);
}

async function findSetting(project: Project, name: string): Promise<Environment> {
  return findEnvironment(await environmentsOf(project), name);
}

function filesOf(project: Project, setting: Environment | undefined): readonly string[] {
  const directory = project.config?.directory ?? project.root;
  const files = [...(setting?.inherited ?? []), ...(setting?.files ?? [])];
  return files.map((file) => relative(project.host.cwd, join(directory, file)));
}

async function addFile(project: Project, root: MergedBranch, path: string, { dialect }: OpenEnvironmentOptions): Promise<void> {
  await naming(path, async () => {
    const bytes = await project.host.readFile(path);
    const format = formatOfPath(path);
    if (format === "dotenv" && dialect !== undefined && dialect !== "sops") {
      const { parseDialect } = await import("./dialects.ts");
      const plain = parseDialect(decodeText(bytes), dialect, project.host.env);
      if (plain !== undefined) return merge(root, plain, { file: path, value: (leaf) => leaf, isSealed: () => false });
    }
    const read = await readEither(bytes, format);
    if (read.encrypted === undefined) {
      const [plain] = read.plain.roots;
      if (plain !== undefined) merge(root, plain, { file: path, value: (leaf) => leaf, isSealed: () => false });
      return;
    }
    using open = await read.encrypted.unlock({ ...project.access, file: path });
    addOpen(root, open, path);
  });
}

function addOpen(root: MergedBranch, open: OpenFile, file: string): void {
  const [document] = open.current.document.roots;
  if (document === undefined) return;
  const leaves = new Map(open.opened.leaves.map((one) => [one.leaf, one]));
  merge(root, document, {
    file,
    value: (leaf) => leaves.get(leaf)?.value ?? leaf,
    isSealed: (leaf) => leaves.get(leaf)?.sealed !== undefined,
  });
}

interface MergedBranch {
  readonly children: Map<string, MergedBranch | MergedValue>;
}
interface MergedValue {
  readonly node: Node;
  readonly file: string;
  readonly encrypted: boolean;
}

interface Source {
  readonly file: string;
  readonly value: (leaf: Leaf) => Scalar | Comment;
  readonly isSealed: (leaf: Leaf) => boolean;
}

const newBranch = (): MergedBranch => ({ children: new Map() });

/** Mappings are merged; everything else is one thing that takes the place of what was there. */
function merge(into: MergedBranch, branch: Branch, source: Source): void {
  for (const entry of branch.entries) {
    if (entry.kind !== "pair") continue;
    const before = into.children.get(entry.key);
    if (entry.value.kind === "branch" && entry.value.entries.some((one) => one.kind === "pair")) {
      const child = before !== undefined && "children" in before ? before : newBranch();
      into.children.set(entry.key, child);
      merge(child, entry.value, source);
    } else into.children.set(entry.key, toValue(entry.value, source));
  }
}

function toValue(node: Node, source: Source): MergedValue {
  let encrypted = false;
  let plain = false;
  const open = (one: Node): Node => {
    switch (one.kind) {
      case "null":
        return { kind: "null" };
      case "scalar": {
        if (source.isSealed(one)) encrypted = true;
        else if (one.canonical !== "") plain = true;
        const value = source.value(one);
        return {
          kind: "scalar",
          type: value.kind === "scalar" ? value.type : "str",
          canonical: value.kind === "scalar" ? value.canonical : value.text,
        };
      }
      case "sequence":
        return { kind: "sequence", items: itemsOf(one).map(open) };
      case "branch":
        return {
          kind: "branch",
          entries: one.entries.flatMap((entry) =>
            entry.kind === "pair" ? [{ kind: "pair", key: entry.key, value: open(entry.value) } as const] : [],
          ),
        };
    }
  };
  const opened = open(node);
  return { node: opened, file: source.file, encrypted: encrypted && !plain };
}

function itemsOf(sequence: Sequence): readonly Node[] {
  return sequence.items.filter((item): item is Node => item.kind !== "comment");
}

function listValues(branch: MergedBranch, path: readonly string[]): readonly EnvironmentValue[] {
  const values: EnvironmentValue[] = [];
  const collect = (at: MergedBranch, above: readonly string[]): void => {
    for (const [key, child] of at.children) {
      const own = [...above, key];
      if ("children" in child) collect(child, own);
      else values.push({ path: own, node: child.node, file: child.file, encrypted: child.encrypted });
    }
  };
  collect(branch, path);
  return values;
}

/** The merged tree again, for those who print it as a whole. */
export function treeOf({ values }: Pick<OpenEnvironment, "values">): Branch {
  const root: MutableBranch = { kind: "branch", entries: [] };
  const branches = new Map<MutableBranch, Map<string, MutableBranch>>();
  for (const { path, node } of values) {
    let at = root;
    for (const key of path.slice(0, -1)) {
      const below = branches.get(at) ?? new Map<string, MutableBranch>();
      branches.set(at, below);
      let next = below.get(key);
      if (next === undefined) {
        next = { kind: "branch", entries: [] };
        below.set(key, next);
        at.entries.push({ kind: "pair", key, value: next });
      }
      at = next;
    }
    at.entries.push({ kind: "pair", key: path.at(-1) ?? "", value: node });
  }
  return root;
}

interface MutableBranch {
  readonly kind: "branch";
  readonly entries: { kind: "pair"; key: string; value: Node }[];
}

/** One error for several problems, each on a line of its own: nobody mends them one by one. */
export function unfit(problems: readonly string[], hints: readonly string[] = []): SottoError {
  const [first = "", ...others] = problems;
  const message = others.length === 0 ? first : severalLines(`${problems.length} things are wrong:`, problems);
  return new SottoError("ENVIRONMENT_UNFIT", message, { hints });
}

/** Each line is one, whatever a key is called. */
function severalLines(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `  ${line.replaceAll("\n", String.raw`\n`)}`)].join("\n");
}
