/** Renders help from the tables of commands and flags. */
import type { Argument, Command, Flag, Group, Row } from "./command.ts";
import { GLOBAL_FLAGS, SHARED_FLAGS } from "./global-flags.ts";

const WIDTH = 100;

/** `sotto --help` */
export function overview(table: readonly Row[]): string {
  const blocks = ["sotto - a team's secrets in its git repository, encrypted value by value\n\nusage: sotto [flags] command [arguments]\n"];
  const shown = table.filter((row) => row.hidden !== true);
  for (const group of new Set(shown.map((row) => row.group ?? "commands"))) {
    blocks.push(`${group}:\n${columns(shown.filter((row) => (row.group ?? "commands") === group).map((row) => [row.name, row.summary]))}`);
  }
  blocks.push(`flags before the command:\n${flagColumns(GLOBAL_FLAGS)}`);
  blocks.push("sotto help COMMAND tells more about one command.\n");
  return blocks.join("\n");
}

/** `sotto keys --help` */
export function groupHelp(group: Group, path: string): string {
  const rows = group.rows.filter((row) => row.hidden !== true);
  return `sotto ${path} - ${group.summary}\n\nusage: sotto ${path} command [arguments]\n\ncommands:\n${columns(rows.map((row) => [row.name, row.summary]))}`;
}

/** `sotto encrypt --help` */
export function commandHelp(command: Command, path: string): string {
  const { spec } = command;
  const own = new Set(spec.flags.map((flag) => flag.name));
  const flags = [...spec.flags, ...SHARED_FLAGS.filter((flag) => !own.has(flag.name))];
  const usage = spec.usage ?? [path, "[flags]", ...spec.args.map(describeArgument)].join(" ");
  const blocks = [`sotto ${path} - ${spec.summary}\n`, `usage: sotto ${usage}\n`];
  if (spec.description !== undefined) blocks.push(`${wrap(spec.description, WIDTH).join("\n")}\n`);
  blocks.push(`flags:\n${flagColumns(flags)}`);
  if (spec.examples !== undefined && spec.examples.length > 0) {
    blocks.push(`examples:\n${spec.examples.map((line) => `  ${line}\n`).join("")}`);
  }
  return blocks.join("\n");
}

function describeArgument(argument: Argument): string {
  const name = argument.rest === true ? `${argument.name}…` : argument.name;
  return argument.optional === true ? `[${name}]` : name;
}

function flagColumns(flags: readonly Flag[]): string {
  return columns(
    flags
      .filter((flag) => flag.hidden !== true)
      .map((flag) => {
        const short = flag.short === undefined ? "    " : `-${flag.short}, `;
        const value = flag.type === "boolean" ? "" : ` ${flag.value ?? (flag.type === "int" ? "number" : "value")}`;
        const env = flag.env === undefined ? "" : ` [$${flag.env}]`;
        return [`${short}--${flag.name}${value}`, `${flag.help}${env}`];
      }),
  );
}

/** Two columns; the second is wrapped below itself. */
function columns(rows: readonly (readonly [left: string, right: string])[] | readonly (readonly string[])[]): string {
  const width = Math.min(34, Math.max(0, ...rows.map(([left = ""]) => left.length)));
  const indent = " ".repeat(width + 4);
  return rows
    .map(([left = "", right = ""]) => {
      const lines = wrap(right, WIDTH - indent.length);
      const first = left.length > width ? `  ${left}\n${indent}` : `  ${left.padEnd(width)}  `;
      return `${first}${lines.join(`\n${indent}`)}`.trimEnd();
    })
    .join("\n")
    .concat("\n");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines;
}
