/**
 * Plain `.env` files as other programs write them: values in quotes, comments behind them, `export` in front. What sops encrypts it
 * reads as `formats/dotenv` does, so nothing here is asked about encrypted files. Nothing is ever expanded or run.
 */
import { SottoError, positionAt } from "../model/error.ts";
import type { Branch, Pair } from "../model/tree.ts";

export const DIALECTS = ["sops", "dotenv", "docker", "posix"] as const;
/** `sops`: all behind the first `=`. `dotenv`: as the package of that name. `docker`: as `--env-file`. `posix`: as `. file` in a shell. */
export type Dialect = (typeof DIALECTS)[number];

type Variables = Readonly<Record<string, string | undefined>>;

/** Metadata of sops: every encrypted file has some. */
const ENCRYPTED = /^sops_\w+=/m;

/**
 * A name that comes twice has its last value, as for all of these programs.
 * @param env for names without a value, which docker takes from there
 * @returns undefined for an encrypted file
 * @throws SottoError `DOTENV_INVALID`
 */
export function parseDialect(text: string, dialect: Exclude<Dialect, "sops">, env: Variables): Branch | undefined {
  if (ENCRYPTED.test(text)) return undefined;
  const source = text.replace(/^\uFEFF/, "");
  const pairs = new Map(PARSERS[dialect](source, env));
  const entries = [...pairs].map(([key, value]): Pair => ({ kind: "pair", key, value: { kind: "scalar", type: "str", canonical: value } }));
  return { kind: "branch", entries };
}

type Assignments = Iterable<readonly [name: string, value: string]>;

const PARSERS: Readonly<Record<Exclude<Dialect, "sops">, (text: string, env: Variables) => Assignments>> = {
  docker: parseDocker,
  dotenv: parsePackage,
  posix: parseShell,
};

function* parseDocker(text: string, env: Variables): Assignments {
  let start = 0;
  for (const whole of text.split("\n")) {
    const line = whole.replace(/\r$/, "").replace(/^[ \t\v\f\r]+/, "");
    const equals = line.indexOf("=");
    const name = equals === -1 ? line : line.slice(0, equals);
    if (line !== "" && !line.startsWith("#")) {
      if (name === "" || /\s/.test(name)) throw invalid(text, start, "a name that is empty or has blanks in it");
      const value = equals === -1 ? env[name] : line.slice(equals + 1);
      if (value !== undefined) yield [name, value];
    }
    start += whole.length + 1;
  }
}

/** `NAME=`, `NAME: `, with `export` in front or not. */
const HEAD = /[^\S\n]*(?:export\s+)?([\w.-]+)(?:\s*=|:\s+)[^\S\n]*/y;
const QUOTES: Readonly<Record<string, RegExp>> = {
  "'": /'((?:\\'|[^'])*)'/y,
  '"': /"((?:\\"|[^"])*)"/y,
  "`": /`((?:\\`|[^`])*)`/y,
};

/** Lines that are no assignments are passed over, as the package does. */
function* parsePackage(whole: string): Assignments {
  const text = whole.replaceAll(/\r\n?/g, "\n");
  let at = 0;
  while (at < text.length) {
    HEAD.lastIndex = at;
    const head = HEAD.exec(text);
    if (head?.[1] === undefined) {
      at = endOfLine(text, at) + 1;
      continue;
    }
    at = HEAD.lastIndex;
    const mark = text[at] ?? "";
    const quoted = QUOTES[mark];
    if (quoted !== undefined) quoted.lastIndex = at;
    const inner = quoted?.exec(text)?.[1];
    const after = inner === undefined ? "" : text.slice(quoted?.lastIndex ?? at, endOfLine(text, quoted?.lastIndex ?? at));
    if (inner !== undefined && /^\s*(?:#.*)?$/.test(after)) {
      yield [head[1], mark === '"' ? inner.replaceAll(String.raw`\n`, "\n").replaceAll(String.raw`\r`, "\r") : inner];
      at = (quoted?.lastIndex ?? at) + after.length + 1;
    } else {
      const end = endOfLine(text, at);
      yield [head[1], text.slice(at, end).replace(/#.*/, "").trim()];
      at = end + 1;
    }
  }
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

/** What ends a word, or would make a shell do something. */
const OPERATORS = "|&;<>()";

/** Assignments and comments only: what a shell would expand or run is an error. */
function* parseShell(text: string): Assignments {
  const head = /[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)=/y;
  let at = 0;
  while (at < text.length) {
    const blank = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
    blank.lastIndex = at;
    if (blank.test(text)) {
      at = Math.max(blank.lastIndex, at + 1);
      continue;
    }
    head.lastIndex = at;
    const name = head.exec(text)?.[1];
    if (name === undefined) throw invalid(text, at, "this is no assignment (NAME=value)");
    const word = readWord(text, head.lastIndex);
    yield [name, word.value];
    at = word.end;
  }
}

/** @returns the word without its quotes, and where the next one may begin */
function readWord(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = "";
  let at = start;
  let quote: "'" | '"' | undefined;
  for (; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (quote === undefined && /[ \t\n]/.test(char)) break;
    if (quote === "'" && char !== "'") value += char;
    else if (char === quote) quote = undefined;
    else if (quote === undefined && (char === "'" || char === '"')) quote = char;
    else if (char === "\\") {
      const next = text[at + 1] ?? "";
      at += 1;
      if (next === "\n") continue;
      value += quote === undefined || /[$`"\\]/.test(next) ? next : char + next;
    } else if (char === "$" || char === "`") throw invalid(text, at, `${char} would be expanded by a shell; put it in single quotes`);
    else if (quote === undefined && OPERATORS.includes(char)) throw invalid(text, at, `${char} would run something; put it in quotes`);
    else value += char;
  }
  if (quote !== undefined) throw invalid(text, start, "a quote is not closed");
  return { value, end: at };
}

function invalid(text: string, at: number, message: string): SottoError {
  return new SottoError("DOTENV_INVALID", message, { position: positionAt(text, at) });
}
