/** How a value may look where a program prints it: as it is, escaped, encoded, or a line of it. */
import { encodeText } from "../model/text.ts";

/** Something that must not be printed. */
export interface Unprintable {
  /** What it is called where it stood. */
  readonly name: string;
  readonly text: string;
}

export interface FormOptions {
  /** Values with fewer characters stay: whatever is so short stands everywhere. 4 without it. */
  readonly shortest?: number;
}

export const SHORTEST = 4;

/** A line of a value that has several. */
const SHORTEST_LINE = 8;
/** What an encoding leaves of a short value; less would be found in any text. */
const SHORTEST_CODE = 4;
/** Words that are values and no secrets. */
const COMMON: ReadonlySet<string> = new Set(["true", "false", "null", "none"]);
/** Of a larger value only the usual forms are looked for; no variable of a program can be much larger anyway. */
const LARGE = 65_536;
/** The lines around keys and certificates are the same in all of them. */
const ARMOUR = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;
/** Columns in which `base64` and PEM break their lines. */
const COLUMNS = [76, 64];

/** @returns bytes to look for, each once; none for a value that is too short or is no secret */
export function formsOf(text: string, { shortest = SHORTEST }: FormOptions = {}): readonly Uint8Array[] {
  const forms = new Set<string>();
  for (const one of new Set([text, text.trim()])) {
    if (isRedacted(one, shortest)) for (const form of allForms(one)) forms.add(form);
  }
  if (isRedacted(text, shortest)) for (const line of linesOf(text)) for (const form of writtenForms(line)) forms.add(form);
  return [...forms].map((form) => Uint8Array.from(Buffer.from(form, "latin1")));
}

/** True for what is long enough, and not a word like `true`. */
export function isRedacted(text: string, shortest: number = SHORTEST): boolean {
  // A character is at most two units of a string.
  const isLong = text.length >= 2 * shortest || Array.from(text).length >= shortest;
  return isLong && text !== "" && (text.length > 5 || !COMMON.has(text.toLowerCase()));
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim());
  return lines.length < 2 ? [] : lines.filter((line) => line.length >= SHORTEST_LINE && !ARMOUR.test(line));
}

/** Bytes are strings of Latin-1 here, so that each is kept once. */
function latin(text: string): string {
  return Buffer.from(encodeText(text)).toString("latin1");
}

function* allForms(text: string): Generator<string> {
  const bytes = Buffer.from(encodeText(text));
  if (text.length > LARGE) {
    // All forms of a megabyte would take seconds.
    yield bytes.toString("latin1");
    for (const before of [0, 1, 2]) yield base64At(bytes, before).sure;
    return;
  }
  yield* writtenForms(text);
  for (const code of codes(bytes)) if (code.length >= SHORTEST_CODE) yield code;
}

/** Forms with the same characters, some of them escaped. */
function* writtenForms(text: string): Generator<string> {
  yield latin(text);
  for (const escaped of jsonForms(text)) yield latin(escaped);
  yield* urlForms(latin(text));
  // In a shell's own quotes.
  if (text.includes("'")) yield latin(text.replaceAll("'", String.raw`'\''`));
}

const escapeLow = (char: string): string => String.raw`\u` + char.charCodeAt(0).toString(16).padStart(4, "0");
const escapeHigh = (char: string): string => String.raw`\u` + char.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase();
const FOREIGN = /[^\0-\u007f]/g;

/** Inside of a JSON string, as the libraries of several languages print it. */
function jsonForms(text: string): readonly string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const foreign = plain.replaceAll(FOREIGN, escapeLow);
  const markup = plain.replaceAll(/[<>&\u2028\u2029]/g, escapeLow);
  const strict = plain.replaceAll(String.raw`\"`, String.raw`\u0022`).replaceAll(/[<>&'+`]|[^\0-\u007f]/g, escapeHigh);
  return [
    plain,
    foreign,
    plain.replaceAll(FOREIGN, escapeHigh),
    markup,
    strict,
    ...[plain, foreign].map((one) => one.replaceAll("/", String.raw`\/`)),
    // A log line that holds JSON.
    JSON.stringify(plain).slice(1, -1),
  ];
}

/** What is encoded, by who does it: `encodeURIComponent`, RFC 3986, `encodeURI`, Python, URLs with a password in them. */
const ENCODED = [/[^\w.!~*'()-]/g, /[^\w.~-]/g, /[^\w.!~*'();/?:@&=+$,#-]/g, /[^\w.~/-]/g, /[^\w.~!$&'()*+,%-]/g];
/** The same for forms, where a blank is a plus. */
const ENCODED_IN_FORMS = [/[^\w.*-]/g, /[^\w.~-]/g, /[^\w.-]/g];

/** @param bytes as Latin-1 */
function* urlForms(bytes: string): Generator<string> {
  if (/^[\w.-]*$/.test(bytes)) return;
  for (const [encoded, blank] of [...ENCODED.map((one) => [one, "%20"] as const), ...ENCODED_IN_FORMS.map((one) => [one, "+"] as const)]) {
    for (const upper of [true, false]) yield bytes.replaceAll(encoded, (char) => (char === " " ? blank : percent(char, upper)));
  }
}

function percent(char: string, upper: boolean): string {
  const hex = char.charCodeAt(0).toString(16).padStart(2, "0");
  return `%${upper ? hex.toUpperCase() : hex}`;
}

function* codes(bytes: Buffer): Generator<string> {
  const hex = bytes.toString("hex");
  yield hex;
  yield hex.toUpperCase();
  for (const before of [0, 1, 2]) {
    const { whole, sure } = base64At(bytes, before);
    for (const code of new Set([sure, ...(before === 0 ? [whole] : [])])) {
      yield code;
      yield code.replaceAll("+", "-").replaceAll("/", "_");
    }
    if (before === 0) for (const columns of COLUMNS) yield* wrapped(whole, columns);
  }
}

/**
 * Base64 with so many other bytes in front, modulo 3.
 * @returns `sure`: the characters that depend on nothing around
 */
function base64At(bytes: Buffer, before: number): { readonly whole: string; readonly sure: string } {
  const whole = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
  const first = Math.ceil((before * 8) / 6);
  const last = Math.floor(((before + bytes.length) * 8) / 6);
  return { whole, sure: whole.slice(first, last) };
}

function* wrapped(code: string, columns: number): Generator<string> {
  if (code.length <= columns) return;
  for (let at = 0; at < code.length; at += columns) {
    const line = code.slice(at, at + columns);
    if (line.length >= SHORTEST_LINE) yield line;
  }
}
