/** What a command is: data (name, flags, arguments, examples) and one function. Nothing here knows a particular command. */
import type { ErrorCode } from "../model/error.ts";
import type { Host } from "../model/host.ts";

export interface Flag {
  /** Without dashes. */
  readonly name: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** `list` may be given several times. */
  readonly type: "string" | "boolean" | "int" | "list";
  /** Environment variable that gives the value when the flag is absent. Empty counts as unset, except for a boolean, where it is false (sops: §7.1). */
  readonly env?: string;
  /** What a boolean is without the flag. */
  readonly default?: boolean;
  /** Name of the value in the help, `value` if absent. */
  readonly value?: string;
  readonly help: string;
  /** Accepted, but not in the help. */
  readonly hidden?: boolean;
}

export interface Argument {
  readonly name: string;
  readonly optional?: boolean;
  /** Takes all that is left. Only the last argument may. */
  readonly rest?: boolean;
}

type FlagValue<F extends Flag> = F["type"] extends "boolean"
  ? boolean
  : F["type"] extends "int"
    ? number | undefined
    : F["type"] extends "list"
      ? readonly string[]
      : string | undefined;

type ArgumentValue<A extends Argument> = A extends { readonly rest: true }
  ? readonly string[]
  : A extends { readonly optional: true }
    ? string | undefined
    : string;

/** Without those whose names are known only when the program runs. */
export type FlagValues<F extends readonly Flag[]> = {
  readonly [K in F[number] as string extends K["name"] ? never : K["name"]]: FlagValue<K>;
};
export type ArgumentValues<A extends readonly Argument[]> = { readonly [K in A[number] as K["name"]]: ArgumentValue<K> };

/** The flags that stand before the sub-command and that every command may look at (sops: §7.1). */
export interface Globals {
  readonly config: string | undefined;
  readonly indent: number | undefined;
  readonly macOnlyEncrypted: boolean;
  readonly verbose: boolean;
}

/** All that a command gets to see. */
export interface Context<F = Readonly<Record<string, unknown>>, A = Readonly<Record<string, unknown>>> {
  /** With the group in front: `keys generate`. */
  readonly command: string;
  readonly flags: F;
  readonly args: A;
  readonly globals: Globals;
  readonly host: Host;
  /** True when one JSON object is wanted: then call {@link Context.result} and print nothing to standard output. */
  readonly json: boolean;
  /** Standard output may be coloured. */
  readonly color: boolean;
  /** Standard output is a terminal. */
  readonly terminal: boolean;
  /** Writes to standard output, as it is, without a line end of its own. */
  readonly out: (data: string | Uint8Array) => void;
  /** Writes to standard error, as it is. */
  readonly err: (text: string) => void;
  /** One line `warning: …` on standard error. */
  readonly warn: (message: string) => void;
  /** The text with control, bidirectional and invisible characters spelled out when it goes to a terminal, else as it is. */
  readonly visible: (text: string) => string;
  /** Sets the `result` of `--json`. Without `--json` it is dropped. */
  readonly result: (value: unknown) => void;
}

export interface CommandSpec<F extends readonly Flag[], A extends readonly Argument[]> {
  readonly name: string;
  /** One line, lower case, no full stop. */
  readonly summary: string;
  /** What the help says below the summary. */
  readonly description?: string;
  /** Replaces the generated usage line, without the name of the program. */
  readonly usage?: string;
  readonly args: A;
  readonly flags: F;
  /** Whole command lines. */
  readonly examples?: readonly string[];
  /** The error of too few arguments; `NO_FILE` unless given. */
  readonly missing?: ErrorCode;
  /** More arguments than there are names: a usage error, the error of too few, or a warning as in sops's `decrypt` and `encrypt`. */
  readonly surplus?: "error" | "missing" | "warn";
  /** Flags count only before the first argument: for commands that start another program. */
  readonly flagsFirst?: boolean;
  /** @returns the exit number */
  run(context: Context<FlagValues<F>, ArgumentValues<A>>): number | Promise<number>;
}

/** A command whose flags and arguments are known only by their rows. */
export interface Command {
  readonly kind: "command";
  readonly spec: Omit<CommandSpec<readonly Flag[], readonly Argument[]>, "run"> & {
    run(context: Context): number | Promise<number>;
  };
}

/** A word with sub-commands: `keys generate`. */
export interface Group {
  readonly kind: "group";
  readonly name: string;
  readonly summary: string;
  readonly rows: readonly Row[];
}

/** A row of a table of commands: what the overview needs, and where the rest is. */
export interface Row {
  readonly name: string;
  readonly summary: string;
  /** Heading in the overview. */
  readonly group?: string;
  readonly hidden?: boolean;
  load(): Promise<Command | Group>;
}

/** @example defineCommand({ name: "get", summary: "print one value", args: [{ name: "file" }], flags: [], run: ({ args }) => show(args.file) }) */
export function defineCommand<const F extends readonly Flag[], const A extends readonly Argument[]>(spec: CommandSpec<F, A>): Command {
  // The parser builds `flags` and `args` from the same rows that their types come from.
  return { kind: "command", spec };
}

export function defineGroup(name: string, summary: string, rows: readonly Row[]): Group {
  return { kind: "group", name, summary, rows };
}
