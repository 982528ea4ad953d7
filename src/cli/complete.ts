/** What can stand where on a command line, read from the table of commands: for the completion of every shell, and the manual page. */
import type { Argument, Command, Flag, Group, Row } from "./command.ts";
import { GLOBAL_FLAGS, SHARED_FLAGS } from "./global-flags.ts";

/** What is offered where a value is expected; `nothing` where only the user knows. */
export type Offer = "files" | "commands" | "nothing" | readonly string[];

export interface OfferedFlag {
  readonly name: string;
  readonly short: string | undefined;
  /** One line. */
  readonly help: string;
  /** Of its value; undefined for one without. */
  readonly offer: Offer | undefined;
  readonly repeats: boolean;
}

export interface Word {
  readonly name: string;
  readonly summary: string;
}

/** A place on the command line: the program itself, a group, or a command. */
export interface Place {
  /** The words that lead here; none for the program itself. */
  readonly path: readonly string[];
  readonly summary: string;
  /** What goes on from here; none for a command. */
  readonly words: readonly Word[];
  readonly flags: readonly OfferedFlag[];
  /** For each argument; the last counts for all that follow when `repeats`. */
  readonly args: readonly Offer[];
  readonly repeats: boolean;
  /** Nothing is a flag behind the first argument. */
  readonly flagsFirst: boolean;
}

/** A place and what its help is made of. */
export interface LoadedPlace extends Place {
  readonly loaded: Command | Group | undefined;
}

const FORMATS: readonly string[] = ["yaml", "json", "dotenv", "ini", "binary"];

/** By the names that values have in the help. */
const OFFERS: Readonly<Record<string, Offer>> = {
  file: "files",
  "file or folder": "files",
  before: "files",
  after: "files",
  encrypted: "files",
  command: "commands",
  format: FORMATS,
};

/** By the name of the flag, where the name of its value does not tell. */
const FLAG_OFFERS: Readonly<Record<string, Offer>> = { "filename-override": "files", network: ["tcp", "unix"] };

/** All places, the program first, each group before what is in it. What is hidden from the help is left out. */
export async function listPlaces(table: readonly Row[]): Promise<readonly LoadedPlace[]> {
  const places: LoadedPlace[] = [];
  const root = { kind: "group", name: "", summary: "", rows: table } as const;
  await collect([], root, places);
  return places;
}

async function collect(path: readonly string[], loaded: Command | Group, places: LoadedPlace[]): Promise<void> {
  places.push(describePlace(path, loaded));
  if (loaded.kind === "command") return;
  for (const row of shown(loaded.rows)) await collect([...path, row.name], await row.load(), places);
}

/**
 * One place.
 * @param path the words that lead to it
 */
export function describePlace(path: readonly string[], loaded: Command | Group): LoadedPlace {
  if (loaded.kind === "group") {
    const words = shown(loaded.rows).map(({ name, summary }) => ({ name, summary }));
    const flags = path.length === 0 ? GLOBAL_FLAGS : SHARED_FLAGS.filter((flag) => flag.name === "help");
    const rest = { args: [], repeats: false, flagsFirst: path.length === 0 };
    return { path, summary: loaded.summary, words, flags: flags.map(describeFlag), ...rest, loaded };
  }
  const { spec } = loaded;
  const own = new Set(spec.flags.map((flag) => flag.name));
  const flags = [...spec.flags, ...SHARED_FLAGS.filter((flag) => !own.has(flag.name))].filter((flag) => flag.hidden !== true);
  return {
    path,
    summary: spec.summary,
    words: [],
    flags: flags.map(describeFlag),
    args: spec.args.map(offerOf),
    repeats: spec.args.at(-1)?.rest === true,
    flagsFirst: spec.flagsFirst === true,
    loaded,
  };
}

function shown(rows: readonly Row[]): readonly Row[] {
  return rows.filter((row) => row.hidden !== true);
}

function describeFlag(flag: Flag): OfferedFlag {
  const { name, short, help, type } = flag;
  const offer = type === "boolean" ? undefined : (FLAG_OFFERS[name] ?? OFFERS[flag.value ?? ""] ?? "nothing");
  return { name, short, help, offer, repeats: type === "list" };
}

function offerOf(argument: Argument): Offer {
  return OFFERS[argument.name] ?? "nothing";
}

/**
 * What sops answers when its own completion script calls it with `--generate-bash-completion` as the last word: a name a line.
 * Such scripts are installed on many machines, and go on to work with sotto under the name of sops.
 * @param words without the last one
 * @param described `name:summary`, as zsh wants it
 */
export async function listNames(words: readonly string[], table: readonly Row[], described: boolean): Promise<readonly string[]> {
  let loaded: Command | Group = { kind: "group", name: "", summary: "", rows: table };
  const path: string[] = [];
  for (const word of words) {
    if (loaded.kind === "command") break;
    const row: Row | undefined = loaded.rows.find((one) => one.name === word);
    if (row === undefined) continue;
    loaded = await row.load();
    path.push(word);
  }
  const place = describePlace(path, loaded);
  const last = words.at(-1) ?? "";
  if (!last.startsWith("-")) {
    return place.words.map(({ name, summary }) => (described ? `${name}:${summary}` : name));
  }
  const wanted = last.startsWith("--") ? last : last.replace(/^-/, "--");
  const flags = place.flags.filter((flag) => `--${flag.name}`.startsWith(wanted));
  return flags.map((flag) => (described ? `--${flag.name}:${flag.help}` : `--${flag.name}`));
}
