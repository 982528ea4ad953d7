/** What a command gets of an environment: variables, files, and what must not be printed. All problems are found before anything starts. */
import { formatPath } from "../file/path.ts";
import { SottoError } from "../model/error.ts";
import { encodeText } from "../model/text.ts";
import type { Node } from "../model/tree.ts";
import { suggest } from "../policy/suggest.ts";
import type { Project } from "../workspace/project.ts";
import { foldName } from "./child-environment.ts";
import { valueCanStartCode } from "./code-names.ts";
import type { Dialect } from "./dialects.ts";
import { type EnvironmentValue, openEnvironment, type OpenEnvironment, type Selection, unfit } from "./environment.ts";
import { nameOf } from "./name-of.ts";
import { findNames, type FoundNames, type NamedValue, type NameOptions, RENAME, textOf } from "./names.ts";
import type { Unprintable } from "./redact-forms.ts";

export interface RunRequest {
  readonly selection: Selection;
  readonly dialect?: Dialect | undefined;
  readonly prefix?: string | undefined;
  /** Names or paths; empty for all. */
  readonly only?: readonly string[];
  /** `KEY=PATH`, or `KEY` for a path of its own in the variable `KEY_FILE`. */
  readonly asFiles?: readonly string[];
  /** Names that may be set although they decide what programs load or start. */
  readonly allowed?: readonly string[];
}

/** A value that the command gets as a file. */
export interface SecretFile {
  readonly content: Uint8Array;
  /** As it was named. */
  readonly path?: string | undefined;
  /** What holds the path where none was named. */
  readonly variable?: string | undefined;
}

export interface RunPlan {
  readonly environment: Pick<OpenEnvironment, "name" | "setting" | "files">;
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly secretFiles: readonly SecretFile[];
  /** Collected when it is asked for. */
  readonly unprintable: () => readonly Unprintable[];
}

/**
 * @param isTaken tells of the path of a file that something else lies there
 * @throws SottoError `ENVIRONMENT_UNFIT` with all problems, `REFUSED` where the only ones are names that decide what programs load or start,
 *   and what `openEnvironment` throws
 */
export async function planRun(project: Project, request: RunRequest, isTaken: (path: string) => boolean = () => false): Promise<RunPlan> {
  const { selection, prefix = "", only = [], asFiles = [], allowed = [], dialect } = request;
  const { platform } = project.host;
  const { values, ...environment } = await openEnvironment(project, selection, { dialect });
  if (environment.setting?.abstract === true) {
    throw unfit([`${environment.setting.name} is there to be extended only`], ["name an environment that extends it: sotto env list"]);
  }
  const files = findFiles(values, asFiles, prefix);
  const names = nameOthers(values, files.found, { prefix, only, platform });
  const own = new Set(names.named.map(({ name }) => foldName(name, platform)));
  const about = [...names.problems, ...(platform === "linux" ? findLarge(names.named) : [])];
  const aboutFiles = [
    ...files.problems,
    ...findTaken(files.found, isTaken),
    ...files.found.flatMap(({ variable }) =>
      variable !== undefined && own.has(foldName(variable, platform)) ? [`the path of a file and a value give one name, ${variable}`] : [],
    ),
  ];
  const hints = [...(about.length > 0 ? [RENAME] : []), ...(aboutFiles.length > 0 ? [FILES] : [])];
  const through = new Set(allowed.map((name) => foldName(name, platform)));
  const code = names.named.filter(({ name, text }) => valueCanStartCode(name, text, platform) && !through.has(foldName(name, platform)));
  refuse([...about, ...aboutFiles], hints, code);
  const printable = [...names.named, ...files.found];
  return {
    environment,
    variables: names.named.map(({ name, text }) => [name, text]),
    secretFiles: files.found.map(({ node, path, variable }) => ({ content: encodeText(textOf(node)), path, variable })),
    unprintable: () =>
      printable.flatMap(({ name, node }) => [...new Set([textOf(node), ...textsIn(node)])].map((text) => ({ name, text }))),
  };
}

/** What goes into files is no variable. */
function nameOthers(values: readonly EnvironmentValue[], files: readonly FoundFile[], options: NameOptions): FoundNames {
  const keys = new Set(files.flatMap(({ name, key }) => [name, key]));
  const { only = [] } = options;
  const rest = only.filter((one) => !keys.has(one));
  if (only.length > 0 && rest.length === 0) return { named: [], problems: [] };
  const taken = new Set(files.map(({ key }) => key));
  const others = taken.size === 0 ? values : values.filter(({ path }) => !taken.has(formatPath(path)));
  return findNames(others, { ...options, only: rest });
}

interface FoundFile {
  readonly name: string;
  /** Its path in the environment. */
  readonly key: string;
  readonly node: Node;
  readonly path: string | undefined;
  readonly variable: string | undefined;
}

function findFiles(
  values: readonly EnvironmentValue[],
  asFiles: readonly string[],
  prefix: string,
): { readonly found: readonly FoundFile[]; readonly problems: readonly string[] } {
  const found: FoundFile[] = [];
  const problems: string[] = [];
  if (asFiles.length === 0) return { found, problems };
  const places = values.map(({ path, node }) => ({ name: prefix + nameOf(path), key: formatPath(path), node }));
  for (const text of asFiles) {
    const [wanted = "", ...rest] = text.split("=");
    const named = rest.join("=");
    const path = named === "" || named === "-" ? undefined : named;
    const fitting = places.filter(({ name, key, node }) => (name === wanted || key === wanted) && node.kind !== "null");
    const [one] = fitting;
    if (one === undefined) {
      const meant = suggest(wanted, [...new Set(places.flatMap(({ name, key }) => [name, key]))]);
      problems.push(`there is no ${wanted} to put into a file${meant === undefined ? "" : `; did you mean ${meant}?`}`);
    } else if (fitting.length > 1) problems.push(`${wanted} is ${fitting.map(({ key }) => key).join(" and ")}: name one by its path`);
    else found.push({ ...one, path, variable: path === undefined ? `${one.name}_FILE` : undefined });
  }
  for (const { variable } of found) {
    if (variable !== undefined && !NAME.test(variable)) problems.push(`${JSON.stringify(variable)} is no name of a variable: name a path`);
  }
  return { found, problems };
}

function findTaken(files: readonly FoundFile[], isTaken: (path: string) => boolean): readonly string[] {
  const paths = files.flatMap(({ path }) => (path === undefined ? [] : [path]));
  return paths.flatMap((path, at) => {
    if (paths.indexOf(path) < at) return [`${path} is named for two files`];
    return isTaken(path) ? [`${path} is there already; a file is put where nothing is`] : [];
  });
}

const FILES = "write --as-file KEY=PATH: KEY is a name or a path of the environment, and nothing lies at PATH";

const NAME = /^[A-Za-z_]\w*$/;

/** execve(2): a variable with its name, the equals sign and the end. */
const LARGEST = 131_072;

function findLarge(named: readonly NamedValue[]): readonly string[] {
  return named
    .filter(({ name, text }) => text.length * 3 > LARGEST - 256 && name.length + encodeText(text).length + 2 > LARGEST)
    .map(({ name, path }) => `${formatPath(path)} is larger than a variable can be: --as-file ${name} hands it over as a file`);
}

/** @throws SottoError */
function refuse(problems: readonly string[], about: readonly string[], code: readonly NamedValue[]): void {
  const names = [...new Set(code.map(({ name }) => name))];
  const hints = names.length === 0 ? [] : [`if it is meant to: ${names.map((name) => `--allow-env ${name}`).join(" ")}`];
  if (problems.length > 0) {
    throw unfit([...problems, ...names.map((name) => `${name} decides what programs load or start`)], [...about, ...hints]);
  }
  if (names.length === 0) return;
  const what = names.length === 1 ? "decides" : "decide";
  throw new SottoError("REFUSED", `${names.join(", ")} ${what} what programs load or start, so no value may set that`, { hints });
}

/** A list may be printed item by item. */
function textsIn(node: Node): readonly string[] {
  switch (node.kind) {
    case "null":
      return [];
    case "scalar":
      return node.type === "bool" ? [] : [node.canonical];
    case "sequence":
      return node.items.flatMap((item) => (item.kind === "comment" ? [] : textsIn(item)));
    case "branch":
      return node.entries.flatMap((entry) => (entry.kind === "comment" ? [] : textsIn(entry.value)));
  }
}
