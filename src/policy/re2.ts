/**
 * Patterns of configs and files: Go's RE2 dialect, unanchored, linear time. Shapes that are plain strings are matched
 * as strings, simple ones by `simple-pattern.ts`, so that the usual rules load no engine; all else goes to re2js, imported on first need.
 */
import { compileSimple } from "./simple-pattern.ts";

export interface Pattern {
  /** True if the pattern matches anywhere in the text. */
  test(text: string): boolean;
}

/** What a pattern of the form `^?(a|b|c)$?` says. */
interface Shape {
  readonly start: boolean;
  readonly end: boolean;
  readonly words: readonly string[];
}

/**
 * Compiles a pattern as Go's `regexp.Compile` does.
 * @returns undefined when it is not valid RE2 (look-around, back-references, unbalanced groups, …)
 */
export async function compilePattern(source: string): Promise<Pattern | undefined> {
  // go regexp: a pattern that is not UTF-8 does not compile
  if (!source.isWellFormed()) return undefined;
  const shape = readShape(source);
  if (shape !== undefined) return matchShape(shape);
  return compileSimple(source) ?? (await compileWithEngine(source));
}

/** The engine path of {@link compilePattern}, without the shortcuts; tests hold them against each other. */
export async function compileWithEngine(source: string): Promise<Pattern | undefined> {
  const { RE2JS } = await import("re2js");
  const compile = (text: string): Pattern => {
    const compiled = RE2JS.compile(text);
    // go regexp: every byte that is not UTF-8 is read as U+FFFD
    return { test: (subject) => compiled.test(subject.isWellFormed() ? subject : subject.toWellFormed()) };
  };
  try {
    return compile(source);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("duplicate capture group")) return undefined;
  }
  // Go allows two groups of one name, re2js does not; nobody asks for groups here
  try {
    return compile(dropGroupNames(source));
  } catch {
    return undefined;
  }
}

function readShape(source: string): Shape | undefined {
  const start = source.startsWith("^");
  const words: string[] = [];
  let at = start ? 1 : 0;
  let word = "";
  let grouped = false;
  let closed = false;
  if (source.startsWith("(?:", at)) {
    grouped = true;
    at += 3;
  } else if (source.startsWith("(", at)) {
    grouped = true;
    at += 1;
  }
  for (; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (char === "$" && at === source.length - 1 && (closed || !grouped)) {
      words.push(word);
      return { start, end: true, words: closed ? words.slice(0, -1) : words };
    }
    if (closed) return undefined;
    if (char === "|" && grouped) {
      words.push(word);
      word = "";
    } else if (char === ")" && grouped) {
      words.push(word);
      word = "";
      closed = true;
    } else if (char === "\\") {
      at += 1;
      const escaped = source.charAt(at);
      if (!isAsciiPunctuation(escaped)) return undefined;
      word += escaped;
    } else if (".+*?()|[]{}^$\uFFFD".includes(char)) {
      return undefined;
    } else {
      word += char;
    }
  }
  if (grouped && !closed) return undefined;
  if (!grouped) words.push(word);
  return { start, end: false, words };
}

function isAsciiPunctuation(char: string): boolean {
  return char !== "" && "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".includes(char);
}

function matchShape({ start, end, words }: Shape): Pattern {
  if (start && end) {
    const set = new Set(words);
    return { test: (text) => set.has(text) };
  }
  const [only] = words;
  if (words.length === 1 && only !== undefined) {
    if (start) return { test: (text) => text.startsWith(only) };
    if (end) return { test: (text) => text.endsWith(only) };
    return { test: (text) => text.includes(only) };
  }
  if (start) return { test: (text) => words.some((word) => text.startsWith(word)) };
  if (end) return { test: (text) => words.some((word) => text.endsWith(word)) };
  return { test: (text) => words.some((word) => text.includes(word)) };
}

/** `(?P<n>` and `(?<n>` become `(`, outside of classes, escapes and `\Q…\E`. */
function dropGroupNames(source: string): string {
  const token = /\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]|\[\^?\]?(?:\[:\^?\w+:\]|\\[\s\S]|[^\]\\])*\]|\((?:\?P?<\w+>)?|[^\\[(]+|[\s\S]/gu;
  return source.replaceAll(token, (part) => (part.startsWith("(") ? "(" : part));
}
