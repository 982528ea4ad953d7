/** The manual page, from the table of commands. The build writes it to `dist/sotto.1`. */
import { SOPS_VERSION, SOTTO_VERSION } from "../model/version.ts";
import { listPlaces } from "./complete.ts";
import type { LoadedPlace } from "./complete.ts";
import type { Argument, Command, Flag, Row } from "./command.ts";
import { GLOBAL_FLAGS, SHARED_FLAGS } from "./global-flags.ts";

const EXITS: readonly (readonly [number: string, meaning: string])[] = [
  ["0", "Done."],
  ["1", "An error without a number of its own."],
  ["51", "The MAC is wrong: the file was tampered with, or merged by hand."],
  ["91, 100", "No such key in the file; no such file, or none named."],
  ["128", "No identity opens the data key."],
  ["200", "The file was not changed in the editor."],
  ["203", "The file is encrypted already."],
  ["204", "Refused, since a secret would have become readable."],
  ["205", "The file was changed by somebody else meanwhile."],
  ["206", "A check found something."],
];

/** @returns roff, as man(7) defines it */
export async function renderManPage(table: readonly Row[]): Promise<string> {
  const [, ...places] = await listPlaces(table);
  const commands = places.filter((place) => place.loaded?.kind === "command");
  const shared = new Set(SHARED_FLAGS.map((flag) => flag.name));
  return [
    `.TH SOTTO 1 "" "sotto ${escape(SOTTO_VERSION)}" "User Commands"`,
    ".SH NAME",
    String.raw`sotto \- a team's secrets in its git repository, encrypted value by value`,
    ".SH SYNOPSIS",
    ".B sotto",
    String.raw`.RI [ flags ]\ command\ [ arguments ]`,
    ".SH DESCRIPTION",
    escape(
      "sotto keeps secrets in YAML, JSON, dotenv, INI and binary files, each value encrypted on its own, and reads and writes the files of sops, with the same commands, flags and exit numbers.",
    ),
    `It answers as sops ${escape(SOPS_VERSION)} does.`,
    ".SH FLAGS BEFORE THE COMMAND",
    ...GLOBAL_FLAGS.flatMap(renderFlag),
    ".SH COMMANDS",
    "Flags of all commands are",
    escape(`${SHARED_FLAGS.map((flag) => `--${flag.name}`).join(", ")}, which mean what they mean before the command.`),
    ...commands.flatMap((place) => renderCommand(place, shared)),
    ".SH EXIT STATUS",
    ...EXITS.flatMap(([number, meaning]) => [".TP", `.B ${number}`, escape(meaning)]),
    ".SH ENVIRONMENT",
    ...listVariables(commands).flatMap(([name, flags]) => [".TP", `.B ${escape(name)}`, escape(`The same as ${flags}.`)]),
    ".SH FILES",
    ".TP",
    ".B .sops.yaml",
    "Who can read which file, for this folder and those below it.",
    "",
  ].join("\n");
}

function renderCommand({ path, loaded }: LoadedPlace, shared: ReadonlySet<string>): readonly string[] {
  if (loaded?.kind !== "command") return [];
  const { spec } = loaded;
  const usage = spec.usage ?? [path.join(" "), "[flags]", ...spec.args.map(describeArgument)].join(" ");
  const flags = spec.flags.filter((flag) => flag.hidden !== true && !shared.has(flag.name));
  return [
    `.SS ${escape(path.join(" "))}`,
    escape(`${spec.summary}.`),
    ".PP",
    `.B ${escape(`sotto ${usage}`)}`,
    ...(spec.description === undefined ? [] : [".PP", ...spec.description.split("\n").map(escape)]),
    ...flags.flatMap(renderFlag),
    ...renderExamples(spec.examples ?? []),
  ];
}

function renderExamples(examples: readonly string[]): readonly string[] {
  return examples.length === 0 ? [] : [".PP", "Examples:", ".PP", ".nf", ...examples.map((line) => `    ${escape(line)}`), ".fi"];
}

function renderFlag(flag: Flag): readonly string[] {
  const value = flag.type === "boolean" ? "" : String.raw` \fI${escape(flag.value ?? (flag.type === "int" ? "number" : "value"))}\fR`;
  const short = flag.short === undefined ? "" : String.raw`\fB${escape(`-${flag.short}`)}\fR, `;
  return [".TP", String.raw`${short}\fB${escape(`--${flag.name}`)}\fR${value}`, escape(`${flag.help}.`)];
}

function describeArgument({ name, rest, optional }: Argument): string {
  const shown = rest === true ? `${name}...` : name;
  return optional === true ? `[${shown}]` : shown;
}

/** Variables that stand for flags, sorted, with the flags. */
function listVariables(commands: readonly LoadedPlace[]): readonly (readonly [name: string, flags: string])[] {
  const found = new Map<string, Set<string>>();
  const specs = commands.flatMap(({ loaded }) => (loaded?.kind === "command" ? [loaded] : []));
  const flags = [...GLOBAL_FLAGS, ...specs.flatMap((command: Command) => command.spec.flags)];
  for (const { name, env } of flags) {
    if (env !== undefined) found.set(env, (found.get(env) ?? new Set()).add(`--${name}`));
  }
  return [...found].map(([name, names]) => [name, [...names].join(" and ")] as const).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** A dash is a dash, a backslash a backslash, a sign beyond ASCII its number, and a line never begins like a request. */
function escape(text: string): string {
  const plain = text
    .replaceAll("\\", String.raw`\e`)
    .replaceAll("-", String.raw`\-`)
    .replaceAll(/[^\n -~]/gu, (sign) => String.raw`\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`);
  return /^[.']/.test(plain) ? String.raw`\&${plain}` : plain;
}
