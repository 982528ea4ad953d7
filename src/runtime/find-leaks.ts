/** Looks for secret values in files that everybody may read: as they are, escaped, encoded, or a part of a long one. */
import type { EnvironmentValue } from "../deploy/environment.ts";
import { textOf } from "../deploy/names.ts";
import { Automaton, type Pattern } from "../deploy/redact-automaton.ts";
import { formsOf, isRedacted } from "../deploy/redact-forms.ts";
import { formatPath } from "../file/path.ts";
import type { Node } from "../model/tree.ts";

/** Shorter values stand in any program by chance. */
const SHORTEST = 6;
/** So do numbers of fewer digits. */
const SHORTEST_NUMBER = 9;

/** Values of variables that are encrypted with all others, and that every bundle has. */
const COMMON: ReadonlySet<string> = new Set(
  "production development staging localhost undefined default enabled disabled postgres postgresql 127.0.0.1 0.0.0.0".split(" "),
);

/** Escapes in escapes: a program in the source map of a program. */
const ROUNDS = 2;

export class LeakFinder {
  /** Paths of the values that are looked for. */
  readonly looked: readonly string[];
  /** Paths of encrypted values that are not, since they are too short or too common. */
  readonly skipped: readonly string[];
  readonly #automaton: Automaton;

  /** @param allowed paths that may be public, with what is below them */
  constructor(values: readonly EnvironmentValue[], allowed: readonly string[] = []) {
    const secrets = values
      .filter(({ encrypted }) => encrypted)
      .map(({ path, node }) => ({ path: formatPath(path), texts: textsIn(node) }))
      .filter(({ path }) => !allowed.some((one) => path === one || path.startsWith(`${one}.`)));
    const looked = secrets.map(({ path, texts }) => ({ path, texts: texts.filter(isTelling) })).filter(({ texts }) => texts.length > 0);
    this.looked = looked.map(({ path }) => path);
    const known = new Set(this.looked);
    this.skipped = secrets.map(({ path }) => path).filter((path) => !known.has(path));
    this.#automaton = new Automaton(
      looked.flatMap(({ texts }, owner) =>
        texts.flatMap((text) => formsOf(text, { shortest: SHORTEST }).map((bytes): Pattern => ({ bytes, owner }))),
      ),
    );
  }

  /** @returns the paths of the values that stand in there, each once */
  find(content: Uint8Array): readonly string[] {
    const found = new Set<number>();
    this.#scan(content, found);
    let texts = [Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("utf8")];
    const seen = new Set(texts);
    for (let round = 0; round < ROUNDS; round += 1) {
      texts = texts.flatMap((text) => [withoutEscapes(text), withoutEntities(text)]).filter((text) => !seen.has(text));
      for (const text of texts) {
        if (!seen.has(text)) this.#scan(Buffer.from(text), found);
        seen.add(text);
      }
    }
    return this.looked.filter((_path, owner) => found.has(owner));
  }

  #scan(bytes: Uint8Array, into: Set<number>): void {
    const { found, owner } = this.#automaton;
    let state = 0;
    for (const byte of bytes) {
      state = this.#automaton.step(state, byte);
      if (found[state] !== 0) into.add(owner[state] ?? 0);
    }
  }
}

/** A list may be spread over a program, item by item. */
function textsIn(node: Node): readonly string[] {
  switch (node.kind) {
    case "scalar":
      return [textOf(node)];
    case "null":
      return [];
    case "sequence":
      return node.items.flatMap((item) => (item.kind === "comment" ? [] : textsIn(item)));
    case "branch":
      return node.entries.flatMap((entry) => (entry.kind === "comment" ? [] : textsIn(entry.value)));
  }
}

function isTelling(text: string): boolean {
  if (!isRedacted(text.trim(), SHORTEST) || COMMON.has(text.trim().toLowerCase())) return false;
  return !/^[+-]?[\d.]+$/.test(text) || text.length >= SHORTEST_NUMBER;
}

const ESCAPE = /\\(?:u\{([\da-f]{1,6})\}|u([\da-f]{4})|x([\da-f]{2})|(\r?\n)|([^]))/gi;
const LETTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v", "0": "\0" };
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(quot|amp|lt|gt|apos));/gi;
const ENTITIES: Readonly<Record<string, string>> = { quot: '"', amp: "&", lt: "<", gt: ">", apos: "'" };

/** What strings of JavaScript stand for. */
function withoutEscapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(ESCAPE, (_whole, long?: string, four?: string, two?: string, line?: string, char: string = "") => {
    if (line !== undefined) return "";
    const code = long ?? four ?? two;
    return code === undefined ? (LETTERS[char] ?? char) : character(Number.parseInt(code, 16));
  });
}

/** What a text in HTML stands for. */
function withoutEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(ENTITY, (_whole, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? "";
    return character(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal));
  });
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}
