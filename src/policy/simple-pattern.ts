/**
 * The everyday part of RE2 in a page of code: literals, `.`, classes, `* + ?`, one level of groups, `(?i)` in front.
 * Thousands of configs need no more, and loading the engine costs more than reading the config. What is not understood
 * here for certain is left to the engine; a property test holds both equal.
 */
import type { Pattern } from "./re2.ts";

/** One character of a set, perhaps optional, perhaps again and again. */
interface Step {
  /** Code points, lowest and highest by turns. */
  readonly ranges: readonly number[];
  readonly negated: boolean;
  readonly optional: boolean;
  readonly repeated: boolean;
}

type Atom = Pick<Step, "ranges" | "negated">;

const MAX_SEQUENCES = 32;
const MAX_STEPS = 256;
const DIGIT: Atom = { ranges: [0x30, 0x39], negated: false };
const WORD: Atom = { ranges: [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a], negated: false };
/** go regexp: without the flag `s` the dot does not match a line feed. */
const DOT: Atom = { ranges: [0x0a, 0x0a], negated: true };
const SPECIAL = ".+*?()|[]{}^$\\\uFFFD";

/** @returns undefined for everything that is not simple, valid or not */
export function compileSimple(source: string): Pattern | undefined {
  const fold = source.startsWith("(?i)");
  const body = Array.from(fold ? source.slice(4) : source);
  const start = body[0] === "^";
  const end = body.at(-1) === "$" && body.at(-2) !== "\\";
  const parser = new SimpleParser(body.slice(start ? 1 : 0, end ? -1 : undefined), fold);
  const sequences = parser.parse();
  if (sequences === undefined) return undefined;
  return { test: (text) => sequences.some((steps) => matches(steps, text, start, end)) };
}

class SimpleParser {
  readonly #chars: readonly string[];
  readonly #fold: boolean;
  #at = 0;

  constructor(chars: readonly string[], fold: boolean) {
    this.#chars = chars;
    this.#fold = fold;
  }

  parse(): readonly (readonly Step[])[] | undefined {
    let sequences: readonly (readonly Step[])[] = [[]];
    while (this.#at < this.#chars.length) {
      const alternatives = this.#peek() === "(" ? this.#group() : this.#alternative();
      if (alternatives === undefined) return undefined;
      if (sequences.length * alternatives.length > MAX_SEQUENCES) return undefined;
      sequences = sequences.flatMap((steps) => alternatives.map((more) => [...steps, ...more]));
      if (sequences.some((steps) => steps.length > MAX_STEPS)) return undefined;
    }
    return sequences;
  }

  #peek(): string | undefined {
    return this.#chars[this.#at];
  }

  #group(): readonly (readonly Step[])[] | undefined {
    this.#at += this.#chars[this.#at + 1] === "?" && this.#chars[this.#at + 2] === ":" ? 3 : 1;
    const alternatives: Step[][] = [[]];
    for (;;) {
      const char = this.#peek();
      if (char === undefined) return undefined;
      if (char === ")") break;
      if (char === "|") {
        this.#at += 1;
        alternatives.push([]);
        continue;
      }
      const step = this.#step();
      if (step === undefined) return undefined;
      alternatives.at(-1)?.push(...step);
    }
    this.#at += 1;
    return "*+?{".includes(this.#peek() ?? "|") ? undefined : alternatives;
  }

  #alternative(): readonly (readonly Step[])[] | undefined {
    const step = this.#step();
    return step === undefined ? undefined : [step];
  }

  #step(): readonly Step[] | undefined {
    const atom = this.#atom();
    if (atom === undefined) return undefined;
    const once: Step = { ...atom, optional: false, repeated: false };
    const quantifier = this.#peek();
    if (quantifier === "{") return undefined;
    if (quantifier !== "*" && quantifier !== "+" && quantifier !== "?") return [once];
    this.#at += 1;
    // lazy or greedy: the same texts match
    if (this.#peek() === "?") this.#at += 1;
    if ("*+?{".includes(this.#peek() ?? "|")) return undefined;
    if (quantifier === "?") return [{ ...once, optional: true }];
    const many: Step = { ...once, optional: true, repeated: true };
    return quantifier === "*" ? [many] : [once, many];
  }

  #atom(): Atom | undefined {
    const char = this.#peek() ?? "";
    this.#at += 1;
    if (char === ".") return DOT;
    if (char === "[") return this.#class();
    if (char === "\\") {
      const escaped = this.#peek() ?? "";
      this.#at += 1;
      if (escaped === "d") return DIGIT;
      if (escaped === "w") return this.#fold ? undefined : WORD;
      return isPunctuation(escaped) ? this.#literal(escaped) : undefined;
    }
    return char === "" || SPECIAL.includes(char) ? undefined : this.#literal(char);
  }

  #literal(char: string): Atom | undefined {
    const code = char.codePointAt(0) ?? 0;
    if (!this.#fold) return { ranges: [code, code], negated: false };
    if (code > 0x7f) return undefined;
    const variants = new Set([char.toLowerCase(), char.toUpperCase()]);
    // unicode.SimpleFold: the two ASCII letters with a third form
    if (variants.has("k")) variants.add("\u212A");
    if (variants.has("s")) variants.add("\u017F");
    return { ranges: [...variants].flatMap((one) => [one.codePointAt(0) ?? 0, one.codePointAt(0) ?? 0]), negated: false };
  }

  /** `[abc]`, `[^/]`, `[a-z0-9_-]`: literal characters and ranges of them. */
  #class(): Atom | undefined {
    const negated = this.#peek() === "^";
    if (negated) this.#at += 1;
    const ranges: number[] = [];
    while (this.#peek() !== "]" || ranges.length === 0) {
      const low = this.#classChar();
      // go regexp: a dash is itself at the start or the end of a class only
      if (low === undefined || (low === 0x2d && ranges.length > 0 && this.#peek() !== "]")) return undefined;
      const isRange = this.#peek() === "-" && this.#chars[this.#at + 1] !== "]";
      if (isRange) this.#at += 1;
      const high = isRange ? this.#classChar() : low;
      if (high === undefined || high < low) return undefined;
      ranges.push(low, high);
      if (this.#fold && (low !== high || low > 0x7f || /[a-z]/i.test(String.fromCharCode(low)))) return undefined;
    }
    this.#at += 1;
    return { ranges, negated };
  }

  #classChar(): number | undefined {
    let char = this.#peek() ?? "";
    this.#at += 1;
    if (char === "\\") {
      char = this.#peek() ?? "";
      this.#at += 1;
      if (!isPunctuation(char)) return undefined;
    } else if (char === "" || "[]^\uFFFD".includes(char)) {
      return undefined;
    }
    return char.codePointAt(0);
  }
}

function isPunctuation(char: string): boolean {
  return char !== "" && "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".includes(char);
}

/** All ways at once, one character after the other: time is steps times characters. */
function matches(steps: readonly Step[], text: string, start: boolean, end: boolean): boolean {
  let reached = new Uint8Array(steps.length + 1);
  let next = new Uint8Array(steps.length + 1);
  reach(steps, reached, 0);
  for (const char of text) {
    if (!end && reached[steps.length] === 1) return true;
    if (!start) reach(steps, reached, 0);
    const code = char.codePointAt(0) ?? 0;
    // go regexp: every byte that is not UTF-8 is read as U+FFFD
    const point = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    next.fill(0);
    for (const [index, step] of steps.entries()) {
      if (reached[index] === 1 && includes(step, point)) reach(steps, next, step.repeated ? index : index + 1);
    }
    [reached, next] = [next, reached];
  }
  if (!start) reach(steps, reached, 0);
  return reached[steps.length] === 1;
}

function reach(steps: readonly Step[], reached: Uint8Array, from: number): void {
  for (let index = from; reached[index] !== 1; index += 1) {
    reached[index] = 1;
    if (steps[index]?.optional !== true) return;
  }
}

function includes({ ranges, negated }: Step, point: number): boolean {
  for (let index = 0; index < ranges.length; index += 2) {
    if (point >= (ranges[index] ?? 0) && point <= (ranges[index + 1] ?? 0)) return !negated;
  }
  return negated;
}
