/**
 * Takes a command line apart with the rules of Go's `flag` package and of sops's sub-commands (sops: §7.1): `-name` is
 * `--name`, a boolean takes a value only behind `=`, short flags are not bundled, and known flags may follow arguments.
 * Unlike in sops, a boolean behind an argument does not swallow the next word.
 */
import { SottoError } from "../model/error.ts";
import { suggest } from "../policy/suggest.ts";
import type { Flag } from "./command.ts";
import { parseBoolean, parseInteger } from "./flag-value.ts";

type Value = string | boolean | number | readonly string[] | undefined;

export interface ParsedFlags {
  /** By flag name; every flag has an entry. */
  readonly values: Readonly<Record<string, Value>>;
  /** Names of the flags that the command line holds. */
  readonly given: ReadonlySet<string>;
  readonly words: readonly string[];
}

export interface ParseOptions {
  /** Nothing is a flag from the first argument on. */
  readonly flagsFirst?: boolean;
  /** Values from the environment count where a flag is absent. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Says where a flag that is unknown here belongs. */
  readonly place?: (name: string) => string | undefined;
}

/** @throws SottoError `USAGE` */
export function parseFlags(argv: readonly string[], flags: readonly Flag[], options: ParseOptions): ParsedFlags {
  const known = new Map<string, Flag>();
  for (const flag of flags) {
    known.set(flag.name, flag);
    if (flag.short !== undefined) known.set(flag.short, flag);
  }
  const values: Record<string, Value> = {};
  const given = new Set<string>();
  /** How each flag was called first. */
  const forms = new Map<Flag, string>();
  const words: string[] = [];
  let at = 0;
  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (word === "--") {
      at += 1;
      break;
    }
    if (!word.startsWith("-") || word === "-") {
      if (options.flagsFirst === true) break;
      words.push(word);
      continue;
    }
    const { name, text } = split(word);
    const flag = known.get(name);
    if (flag === undefined) {
      // Behind an argument it may be a negative number.
      if (words.length === 0) throw unknownFlag(word, name, known, options.place);
      words.push(word);
      continue;
    }
    given.add(flag.name);
    const form = forms.get(flag) ?? name;
    if (form !== name) {
      const both = `${flag.name} ${flag.short ?? ""}`;
      throw new SottoError("USAGE", `cannot use two forms of the same flag: ${both}`, { hints: [`keep one of them: --${flag.name}`] });
    }
    forms.set(flag, form);
    if (flag.type === "boolean") {
      values[flag.name] = toBoolean(text ?? "true", name);
      continue;
    }
    if (text === undefined) at += 1;
    const value = text ?? argv[at];
    if (value === undefined) {
      throw new SottoError("USAGE", `flag needs an argument: -${name}`, {
        hints: [`write --${flag.name}=${(flag.value ?? "value").toUpperCase()}`],
      });
    }
    values[flag.name] = toValue(flag, value, name, values[flag.name]);
  }
  for (; at < argv.length; at += 1) words.push(argv[at] ?? "");
  for (const flag of flags) {
    if (!given.has(flag.name)) values[flag.name] = fromEnvironment(flag, options.env);
  }
  return { values, given, words };
}

function split(word: string): { readonly name: string; readonly text: string | undefined } {
  const body = word.slice(word.startsWith("--") ? 2 : 1);
  if (body.startsWith("-") || body.startsWith("=")) throw new SottoError("USAGE", `bad flag syntax: ${word}`);
  const equals = body.indexOf("=");
  return equals === -1 ? { name: body, text: undefined } : { name: body.slice(0, equals), text: body.slice(equals + 1) };
}

function toBoolean(text: string, name: string): boolean {
  const value = parseBoolean(text);
  if (value === undefined) throw new SottoError("USAGE", `flag -${name} is either true or false, written -${name}=true or -${name}=false`);
  return value;
}

function toValue(flag: Flag, text: string, name: string, before: Value): Value {
  if (flag.type === "list") return [...(Array.isArray(before) ? before : []), text];
  // Empty is as good as absent (sops: §7.1).
  if (flag.type === "string") return text === "" ? undefined : text;
  const value = parseInteger(text);
  if (value === undefined) throw new SottoError("USAGE", `flag -${name} needs a whole number`);
  return value;
}

function fromEnvironment(flag: Flag, env: ParseOptions["env"]): Value {
  const text = flag.env === undefined ? undefined : env[flag.env];
  const where = flag.env ?? "";
  switch (flag.type) {
    case "boolean": {
      if (text === undefined) return flag.default ?? false;
      const value = text === "" ? false : parseBoolean(text);
      if (value === undefined) throw new SottoError("USAGE", `${where} is either true or false`);
      return value;
    }
    case "int": {
      if (text === undefined || text === "") return undefined;
      const value = parseInteger(text);
      if (value === undefined) throw new SottoError("USAGE", `${where} needs a whole number`);
      return value;
    }
    case "list":
      return text === undefined || text === "" ? [] : text.split(",");
    case "string":
      return text === "" ? undefined : text;
  }
}

/** Names only what stands before the `=`: what follows may be a secret. */
function unknownFlag(word: string, name: string, known: ReadonlyMap<string, Flag>, place: ParseOptions["place"]): SottoError {
  const dashes = word.startsWith("--") ? "--" : "-";
  const near = suggestFlag(name, known);
  const hint = place?.(name) ?? (near === undefined ? undefined : `did you mean ${near}?`);
  return new SottoError("USAGE", `flag provided but not defined: ${dashes}${name}`, hint === undefined ? {} : { hints: [hint] });
}

function suggestFlag(name: string, known: ReadonlyMap<string, Flag>): string | undefined {
  const letters = name.split("");
  if (letters.length > 1 && letters.every((letter) => known.get(letter)?.short === letter))
    return letters.map((one) => `-${one}`).join(" ");
  const near = suggest(
    name,
    [...known.keys()].filter((one) => one.length > 1),
  );
  return near === undefined ? undefined : `--${near}`;
}
