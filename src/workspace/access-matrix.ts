/** Who can read what: recipients against environments or files, by the rules and by what the files say. Needs no key and asks nobody. */
import { relative, sep } from "node:path";
import { formatOfPath } from "../../formats/index.ts";
import { titleOf } from "../../keys/index.ts";
import { EncryptedFile } from "../file/encrypted-file.ts";
import { type ErrorCode, SottoError } from "../model/error.ts";
import type { KeyGroup } from "../model/keys.ts";
import type { Metadata } from "../model/metadata.ts";
import type { Environment } from "../policy/environments.ts";
import { isSameKey } from "../policy/edit-rules.ts";
import { readAgainst } from "../policy/open-names.ts";
import type { CreationRule } from "../policy/rules.ts";
import type { Project } from "./project.ts";

/** `rule only`: the file lacks what its rule says. `file only`: the file has somebody whom its rule does not name. `mixed`: of several files some. */
export type AccessCell = "reads" | "rule only" | "file only" | "mixed" | "no";

export interface AccessColumn {
  /** Of an environment, or the path of a file that is in none. */
  readonly name: string;
  /** Paths of encrypted files, its own and inherited ones. */
  readonly files: readonly string[];
  readonly isolated: boolean;
  /** Files that differ from their rules. */
  readonly drift: readonly string[];
  /** Of files with several key groups: how many are needed, such as `2 of 3`. */
  readonly threshold: string | undefined;
}

export interface AccessRow {
  /** sops's type identifier, such as `age`. */
  readonly provider: string;
  /** The kind of key, for people. */
  readonly title: string;
  readonly label: string;
  readonly name: string | undefined;
  /** A pipeline or a server. */
  readonly machine: boolean;
  /** One for each column. */
  readonly cells: readonly AccessCell[];
}

export interface AccessMatrix {
  readonly columns: readonly AccessColumn[];
  /** In the order in which rules and files name them. */
  readonly rows: readonly AccessRow[];
  /** How many creation rules there are. */
  readonly rules: number;
  /** Columns that are as their rules say, and one sentence for each that is not. */
  readonly inLine: readonly string[];
  readonly differing: readonly { readonly column: string; readonly message: string }[];
  /** Files that cannot be read. */
  readonly problems: readonly { readonly path: string; readonly code: ErrorCode }[];
}

export interface AccessFile {
  /** From the current folder. */
  readonly path: string;
  readonly bytes?: Uint8Array;
  /** Instead of the bytes. */
  readonly metadata?: Metadata;
}

interface Described {
  readonly path: string;
  readonly metadata: Metadata;
  readonly rule: CreationRule | undefined;
  /** The groups of the rule; undefined when none speaks of the file. */
  readonly wanted: readonly KeyGroup[] | undefined;
}

/** @param environments none for a column for each file */
export async function describeAccess(
  project: Project,
  files: readonly AccessFile[],
  environments: readonly Environment[],
): Promise<AccessMatrix> {
  const described: Described[] = [];
  const problems: { path: string; code: ErrorCode }[] = [];
  for (const file of files) {
    try {
      described.push(await describeFile(project, file));
    } catch (error) {
      if (!SottoError.is(error)) throw error;
      problems.push({ path: file.path, code: error.code });
    }
  }
  const groups = groupFiles(project, described, environments);
  const columns = groups.map(({ name, isolated, members }) => ({
    name,
    isolated,
    files: members.map((file) => file.path),
    drift: members.filter(differs).map((file) => file.path),
    threshold: describeThreshold(members),
  }));
  const rows = listRecipients(project, described).map((row) => ({
    ...row,
    cells: groups.map(({ members }) => cellOf(row.label, members)),
  }));
  return {
    columns,
    rows,
    rules: project.config?.rules?.length ?? 0,
    inLine: groups.flatMap(({ name, members }) =>
      members.length > 0 && members.every((file) => file.wanted && !differs(file)) ? [name] : [],
    ),
    differing: groups.flatMap(({ name, members }) => describeDrift(rows, members).map((message) => ({ column: name, message }))),
    problems,
  };
}

async function describeFile(project: Project, { path, bytes, metadata: given }: AccessFile): Promise<Described> {
  const metadata = given ?? (await EncryptedFile.peek(bytes ?? (await project.host.readFile(path)), formatOfPath(path))).metadata;
  const rule = await project.policy(path);
  return { path, metadata, rule, wanted: rule === undefined ? undefined : readAgainst(metadata.groups, rule.groups) };
}

interface Group {
  readonly name: string;
  readonly isolated: boolean;
  readonly members: readonly Described[];
}

function groupFiles(project: Project, files: readonly Described[], environments: readonly Environment[]): readonly Group[] {
  const base = project.config?.directory ?? project.host.cwd;
  const placed = new Map(files.map((file) => [relative(base, project.absolute(file.path)).split(sep).join("/"), file]));
  const used = new Set<Described>();
  const groups = environments
    .filter((environment) => !environment.abstract)
    .map(({ name, isolated, files: own, inherited }): Group => {
      const members = [...new Set([...inherited, ...own])].flatMap((path) => placed.get(path) ?? []);
      for (const member of members) used.add(member);
      return { name, isolated, members };
    });
  const rest = files.filter((file) => !used.has(file)).map((file): Group => ({ name: file.path, isolated: false, members: [file] }));
  return [...groups, ...rest];
}

const has = (groups: readonly KeyGroup[] | undefined, label: string): boolean =>
  groups?.some((group) => group.some((key) => isSameKey(key.label, label))) === true;

/** Nobody is asked for more than one key group here: a row tells in which files the key counts. */
function cellOf(label: string, members: readonly Described[]): AccessCell {
  const cells = new Set(
    members.map(({ metadata, wanted }): AccessCell => {
      const inFile = has(metadata.groups, label);
      if (wanted === undefined) return inFile ? "reads" : "no";
      if (inFile) return has(wanted, label) ? "reads" : "file only";
      return has(wanted, label) ? "rule only" : "no";
    }),
  );
  // What differs from the rules is more than what does not.
  for (const cell of ["file only", "rule only"] as const) if (cells.has(cell)) return cell;
  if (cells.size > 1) return "mixed";
  return cells.values().next().value ?? "no";
}

function differs({ metadata, rule, wanted }: Described): boolean {
  if (rule === undefined || wanted === undefined) return false;
  if (outline(metadata.groups) !== outline(wanted.map(unique))) return true;
  return rule.threshold !== 0 && metadata.groups.length > 1 && rule.threshold !== metadata.threshold;
}

function outline(groups: readonly KeyGroup[]): string {
  return JSON.stringify(groups.map((group) => group.map((key) => `${key.provider} ${key.label}`).toSorted()));
}

function unique(group: KeyGroup): KeyGroup {
  return group.filter((key, index) => group.findIndex((one) => one.provider === key.provider && one.label === key.label) === index);
}

function describeThreshold(members: readonly Described[]): string | undefined {
  const texts = members.flatMap(({ metadata: { groups, threshold } }) =>
    groups.length > 1 ? [`${threshold === 0 ? groups.length : threshold} of ${groups.length}`] : [],
  );
  return texts.length === 0 ? undefined : [...new Set(texts)].join(", ");
}

function describeDrift(rows: readonly AccessRow[], members: readonly Described[]): readonly string[] {
  const called = (label: string): string => rows.find((row) => row.label === label)?.name ?? shorten(label);
  const strangers = rows.filter(({ label }) =>
    members.some((file) => file.wanted && has(file.metadata.groups, label) && !has(file.wanted, label)),
  );
  const missing = rows.filter(({ label }) => members.some((file) => has(file.wanted, label) && !has(file.metadata.groups, label)));
  const messages = [
    ...strangers.map(({ label }) => `the file has ${called(label)}, the rule does not`),
    ...missing.map(({ label }) => `the rule has ${called(label)}, the file does not`),
  ];
  if (messages.length > 0) return messages;
  return members.some(differs) ? ["the key groups are not those of the rule"] : [];
}

function shorten(label: string): string {
  return label.length > 24 ? `${label.slice(0, 12)}…${label.slice(-6)}` : label;
}

function listRecipients(project: Project, files: readonly Described[]): readonly Omit<AccessRow, "cells">[] {
  const { config, access } = project;
  // As files have them first: a rule may leave a version open.
  const keys = [
    ...files.flatMap(({ metadata, wanted }) => [...metadata.groups, ...(wanted ?? [])]),
    ...(config?.rules ?? []).flatMap((rule) => rule.groups),
  ];
  const rows: Omit<AccessRow, "cells">[] = [];
  for (const { provider, label } of keys.flat()) {
    if (rows.some((row) => row.provider === provider && isSameKey(row.label, label))) continue;
    const name = access.nameOf?.(label);
    const machine = name !== undefined && config?.sotto?.people.some((person) => person.name === name && person.machine) === true;
    rows.push({ provider, title: titleOf(provider), label, name, machine });
  }
  const order = (config?.rules ?? []).flatMap((rule) => rule.groups.flat());
  const placeOf = (row: Omit<AccessRow, "cells">): number => {
    const at = order.findIndex((key) => key.provider === row.provider && isSameKey(key.label, row.label));
    return at === -1 ? order.length : at;
  };
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b));
}
