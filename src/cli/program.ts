/** Finds the command of a command line, reads its flags, runs it and reports. Help, reports and suggestions are loaded on use. */
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { SOPS_VERSION, SOTTO_VERSION } from "../model/version.ts";
import { suggest } from "../policy/suggest.ts";
import { parseFlags } from "./argv.ts";
import type { ParsedFlags } from "./argv.ts";
import type { Command, Context, Globals, Group, Row } from "./command.ts";
import { CLASSIC_FLAGS, GLOBAL_FLAGS, SHARED_FLAGS } from "./global-flags.ts";

/** The exit number when the reader of our output went away, as the shell reports it for a program that a SIGPIPE ended. */
const READER_GONE = 141;

/** The last word of a call by sops's completion scripts. */
const COMPLETE = "--generate-bash-completion";

/** Where a command line has got to; what an error report needs. */
interface Progress {
  command: string;
  json: boolean;
  /** Printed before a usage error. */
  usage: () => Promise<string>;
}

/**
 * @param argv without the program itself
 * @returns the exit number
 */
export async function runProgram(argv: readonly string[], table: readonly Row[], host: Host): Promise<number> {
  const progress: Progress = { command: "", json: asksForJson(argv), usage: async () => (await import("./help.ts")).overview(table) };
  try {
    return await dispatch(argv, table, host, progress);
  } catch (error) {
    if (isReaderGone(error)) return READER_GONE;
    return report(error, host, progress);
  }
}

async function report(error: unknown, host: Host, progress: Progress): Promise<number> {
  const { reportError } = await import("./report.ts");
  const usage = SottoError.is(error) && error.code === "USAGE" && !progress.json ? await progress.usage() : "";
  try {
    return reportError(error, { host, command: progress.command, json: progress.json, usage });
  } catch (failed) {
    // Nobody is left to report to.
    return isReaderGone(failed) ? READER_GONE : 1;
  }
}

async function dispatch(argv: readonly string[], table: readonly Row[], host: Host, progress: Progress): Promise<number> {
  if (argv.at(-1) === COMPLETE) return complete(argv.slice(0, -1), table, host);
  if (argv.length === 0 && host.isTerminal("input") && host.isTerminal("output")) {
    // `sotto` alone shows the project; where there is no screen to show it on, it ends as sops does.
    const { openTui, whyNoTui } = await import("./open-tui.ts");
    if (whyNoTui(host) === undefined) return openTui(host, {});
  }
  const before = parseFlags(argv, [...GLOBAL_FLAGS, ...CLASSIC_FLAGS], { flagsFirst: true, env: host.env });
  const [word, ...rest] = before.words;
  if (before.values["help"] === true) return printHelp(word === "help" || word === "h" ? rest : [], table, host, progress);
  if (before.values["version"] === true) {
    print(host, `sops ${SOPS_VERSION} (sotto ${SOTTO_VERSION})\n`);
    return 0;
  }
  if (word === "help" || word === "h") return printHelp(rest, table, host, progress);
  const called = table.some((row) => row.name === word) ? { before, words: before.words } : await withoutCommand(before, table, host);
  const found = await findCommand(called.words, table, progress);
  if (found.kind === "help") {
    print(host, await progress.usage());
    return 0;
  }
  return runCommand(found.command, found.words, called.before, host, progress);
}

async function complete(words: readonly string[], table: readonly Row[], host: Host): Promise<number> {
  const { listNames } = await import("./complete.ts");
  const names = await listNames(words, table, host.env["_CLI_ZSH_AUTOCOMPLETE_HACK"] === "1");
  print(host, names.map((name) => `${name}\n`).join(""));
  return 0;
}

interface Call {
  readonly before: ParsedFlags;
  readonly words: readonly string[];
}

/** `sotto -d FILE`, `sotto FILE`; or a command that is mistyped. @throws SottoError */
async function withoutCommand(before: ParsedFlags, table: readonly Row[], host: Host): Promise<Call> {
  const { oldStyleCommand, rewriteOldStyle } = await import("./old-style.ts");
  const command = oldStyleCommand(before);
  if (command === undefined) {
    throw new SottoError("NO_FILE", "no file and no command given", { hints: ["run: sotto --help"] });
  }
  const [word] = before.words;
  const row = table.find((one) => one.name === command);
  if (word !== undefined && (row === undefined || (command === "edit" && (await isMistyped(word, table, host))))) {
    throw unknownCommand(word, table, "");
  }
  if (row === undefined) throw new SottoError("NO_FILE", "no file specified");
  const words = await rewriteOldStyle(before, row, host, (message) => print(host, `warning: ${message}\n`, "errors"));
  return { before: { ...before, given: new Set() }, words };
}

/** sops would open an editor on a new file of that name. */
async function isMistyped(word: string, table: readonly Row[], host: Host): Promise<boolean> {
  if (!/^[a-z-]+$/i.test(word) || nearest(word, table) === undefined) return false;
  return (await host.stat(word)) === undefined;
}

type Found =
  | { readonly kind: "command"; readonly command: Command; readonly words: readonly string[] }
  | { readonly kind: "help"; readonly group: Group };

/** Follows words through groups. @throws SottoError `USAGE` for a word that is nothing here */
async function findCommand(words: readonly string[], table: readonly Row[], progress: Progress): Promise<Found> {
  let rows = table;
  for (let at = 0; ; at += 1) {
    const word = words[at] ?? "";
    const row = rows.find((one) => one.name === word);
    if (row === undefined) {
      // Below a group sops shows no help.
      if (at > 0) progress.usage = () => Promise.resolve("");
      throw unknownCommand(word, rows, progress.command);
    }
    progress.command = progress.command === "" ? word : `${progress.command} ${word}`;
    const { command: path } = progress;
    const loaded = await row.load();
    progress.usage = async () => {
      const help = await import("./help.ts");
      return loaded.kind === "group" ? help.groupHelp(loaded, path) : help.commandHelp(loaded, path);
    };
    if (loaded.kind === "command") return { kind: "command", command: loaded, words: words.slice(at + 1) };
    const next = words[at + 1];
    if (next === undefined || next === "help" || next === "-h" || next === "--help" || next === "-help") {
      return { kind: "help", group: loaded };
    }
    rows = loaded.rows;
  }
}

function unknownCommand(word: string, rows: readonly Row[], parent: string): SottoError {
  const near = nearest(word, rows);
  const prefix = parent === "" ? "sotto" : `sotto ${parent}`;
  return new SottoError("USAGE", `${word} is no command of ${prefix}`, {
    hints: near === undefined ? [`run: ${prefix} --help`] : [`did you mean: ${prefix} ${near}`],
  });
}

function nearest(word: string, rows: readonly Row[]): string | undefined {
  return suggest(
    word,
    rows.filter((row) => row.hidden !== true).map((row) => row.name),
  );
}

async function printHelp(words: readonly string[], table: readonly Row[], host: Host, progress: Progress): Promise<number> {
  const [word] = words;
  if (word !== undefined) {
    if (!table.some((row) => row.name === word)) {
      progress.command = "help";
      progress.usage = () => Promise.resolve("");
      throw unknownCommand(word, table, "");
    }
    await findCommand(words, table, progress);
  }
  print(host, await progress.usage());
  return 0;
}

async function runCommand(
  command: Command,
  words: readonly string[],
  before: ParsedFlags,
  host: Host,
  progress: Progress,
): Promise<number> {
  const { spec } = command;
  const own = new Set(spec.flags.map((flag) => flag.name));
  const flags = [...spec.flags, ...SHARED_FLAGS.filter((flag) => !own.has(flag.name))];
  // A command with a `--json` of its own prints its data, never our object.
  if (own.has("json")) progress.json = false;
  const place = (name: string): string | undefined =>
    GLOBAL_FLAGS.some((flag) => flag.name === name) ? `it stands before the command: sotto --${name} … ${progress.command} …` : undefined;
  const parsed = parseFlags(words, flags, { flagsFirst: spec.flagsFirst === true, env: host.env, place });
  if (!own.has("help") && parsed.values["help"] === true) {
    print(host, await progress.usage());
    return 0;
  }
  const values = own.has("json") && before.values["json"] === true ? { ...parsed.values, json: true } : parsed.values;
  const json = !own.has("json") && (parsed.values["json"] === true || before.values["json"] === true);
  progress.json = json;
  let result: unknown;
  const warn = (message: string): void => print(host, `warning: ${message}\n`, "errors");
  for (const name of before.given) {
    if (CLASSIC_FLAGS.some((flag) => flag.name === name)) {
      warn(`--${name} has no effect before the sub-command; write it behind: sotto ${progress.command} --${name} …`);
    }
  }
  const args = nameArguments(command, parsed.words, warn);
  const terminal = host.isTerminal("output");
  const { visible, wantsColor } = terminal ? await import("./terminal.ts") : { visible: same, wantsColor: () => false };
  const context: Context = {
    command: progress.command,
    flags: values,
    args,
    globals: toGlobals(before, own.has("config") ? before : parsed),
    host,
    json,
    color: !json && wantsColor(host, "output"),
    terminal,
    out: (data) => host.write("output", typeof data === "string" ? encode(data) : data),
    err: (text) => print(host, text, "errors"),
    warn,
    visible,
    result: (value) => {
      result = value;
    },
  };
  const exit = await spec.run(context);
  if (json) {
    const object = { ok: exit === 0, command: progress.command, ...(exit === 0 ? {} : { exit }), result: result ?? null };
    print(host, `${JSON.stringify(object)}\n`);
  }
  return exit;
}

function toGlobals(before: ParsedFlags, config: ParsedFlags): Globals {
  const chosen = (config.given.has("config") ? config : before).values["config"];
  const { indent } = before.values;
  return {
    config: typeof chosen === "string" ? chosen : undefined,
    indent: typeof indent === "number" ? indent : undefined,
    macOnlyEncrypted: before.values["mac-only-encrypted"] === true,
    verbose: before.values["verbose"] === true,
  };
}

/** @throws SottoError `NO_FILE` (or what the command says) for too few, `USAGE` for too many */
function nameArguments(command: Command, words: readonly string[], warn: (message: string) => void): Record<string, unknown> {
  const { spec } = command;
  const named: Record<string, unknown> = {};
  for (const [index, argument] of spec.args.entries()) {
    if (argument.rest === true) {
      named[argument.name] = words.slice(index);
    } else {
      named[argument.name] = words[index];
    }
    if (argument.optional !== true && words[index] === undefined) {
      throw new SottoError(spec.missing ?? "NO_FILE", `${argument.name} is missing`, { hints: [`run: sotto ${spec.name} --help`] });
    }
  }
  const surplus = spec.args.at(-1)?.rest === true ? undefined : words[spec.args.length];
  if (surplus === undefined) return named;
  const what = surplus.startsWith("-") ? "is no flag of this command" : "is one argument too many";
  if (spec.surplus === "missing") {
    // It may be a value.
    throw new SottoError(spec.missing ?? "NO_FILE", "there is one argument too many", { hints: [`run: sotto ${spec.name} --help`] });
  }
  if (spec.surplus !== "warn") throw new SottoError("USAGE", `${surplus} ${what}`);
  warn(`${surplus} ${what} and is ignored`);
  return named;
}

/** Before anything is parsed, so that an error in the flags can answer in the form that was asked for. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end === -1 ? argv.length : end).some((word) => word === "--json" || word === "-json" || word === "--json=true");
}

function isReaderGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause } = error;
  return cause instanceof Error && "code" in cause && cause.code === "EPIPE";
}

function print(host: Host, text: string, stream: "output" | "errors" = "output"): void {
  host.write(stream, encode(text));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function same(text: string): string {
  return text;
}
