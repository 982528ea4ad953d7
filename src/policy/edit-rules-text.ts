/** Places in the text of a config: where items begin and end, and the splices that take one out or put one in. All other text stays. */
import type { Alias, Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { SottoError } from "../model/error.ts";
import { type Splice, splice } from "../model/tree.ts";
import { canonicalLabel } from "./people.ts";

type Yaml = typeof import("yaml");
export type Value = Alias | Scalar | YAMLMap | YAMLSeq;
export type Collection = YAMLMap | YAMLSeq;

/** A Key Vault key with its version. */
const VERSIONED = /^(https:\/\/[^/]+\/keys\/[^/]+)\/[^/]+$/;

/** Two spellings of one key; one of them may leave the version open. */
export function isSameKey(one: string, other: string): boolean {
  const [a, b] = [canonicalLabel(one), canonicalLabel(other)];
  return a === b || a.replace(VERSIONED, "$1") === b || a === b.replace(VERSIONED, "$1");
}

/** The text of a config with its tree; loads the YAML package. */
export class RulesText {
  readonly text: string;
  readonly document: Document;
  readonly #yaml: Yaml;

  private constructor(text: string, document: Document, yaml: Yaml) {
    this.text = text;
    this.document = document;
    this.#yaml = yaml;
  }

  /** @throws SottoError `CONFIG_INVALID` */
  static async read(text: string): Promise<RulesText> {
    const yaml = await import("yaml");
    const document = yaml.parseDocument(text, { keepSourceTokens: true, uniqueKeys: false });
    if (document.errors.length > 0) throw new SottoError("CONFIG_INVALID", "the config is not valid YAML");
    return new RulesText(text, document, yaml);
  }

  get root(): YAMLMap | undefined {
    const { contents } = this.document;
    return this.#yaml.isMap(contents) ? contents : undefined;
  }

  asMap(node: unknown): YAMLMap | undefined {
    return this.#yaml.isMap(node) ? node : undefined;
  }

  asSeq(node: unknown): YAMLSeq | undefined {
    return this.#yaml.isSeq(node) ? node : undefined;
  }

  asScalar(node: unknown): Scalar | undefined {
    return this.#yaml.isScalar(node) ? node : undefined;
  }

  asAlias(node: unknown): Alias | undefined {
    return this.#yaml.isAlias(node) ? node : undefined;
  }

  resolve(alias: Alias): Node | undefined {
    return alias.resolve(this.document);
  }

  /** The node behind an alias, or itself. */
  follow(node: unknown): unknown {
    const alias = this.asAlias(node);
    return alias === undefined ? node : this.resolve(alias);
  }

  pairs(map: YAMLMap): readonly Pair[] {
    return map.items;
  }

  nameOf(pair: Pair): string {
    const key = this.asScalar(pair.key);
    return key === undefined ? "" : String(key.value);
  }

  find(map: YAMLMap | undefined, name: string): Pair | undefined {
    return map?.items.find((pair) => this.nameOf(pair) === name);
  }

  /** The children of a list, or the values of a mapping. */
  values(node: Collection): readonly unknown[] {
    return node.items.map((item) => (this.#yaml.isPair(item) ? item.value : item));
  }

  /** Where an item begins: at its dash, its key, or its anchor. */
  startOf(node: Collection, index: number): number {
    const token = node.srcToken;
    if (token === undefined || !("items" in token)) throw byHand();
    const item = token.items[index];
    const first = item?.start.find((one) => ["seq-item-ind", "explicit-key-ind", "anchor", "tag"].includes(one.type));
    const at = first?.offset ?? (item !== undefined && "key" in item ? item.key?.offset : undefined) ?? item?.value?.offset;
    if (at === undefined) throw byHand();
    return at;
  }

  /** Where the value of an item ends, without comments behind it. */
  endOf(node: Collection, index: number): number {
    const range = (this.values(node)[index] as Partial<Value> | null)?.range ?? undefined;
    if (range !== undefined) return range[1];
    const item = node.items[index];
    const key = this.#yaml.isPair(item) ? (item.key as Partial<Value>).range : undefined;
    if (key === undefined || key === null) throw byHand();
    return this.text.indexOf(":", key[1]) + 1;
  }

  lineStart(at: number): number {
    return this.text.lastIndexOf("\n", at - 1) + 1;
  }

  /** Behind the end of the line in which something ends. */
  lineEnd(at: number): number {
    if (this.text[at - 1] === "\n") return at;
    const end = this.text.indexOf("\n", at);
    return end === -1 ? this.text.length : end + 1;
  }

  indentAt(at: number): string {
    return " ".repeat(at - this.lineStart(at));
  }

  /** Takes items out, not all of them. */
  takeOut(node: Collection, gone: ReadonlySet<number>): readonly Splice[] {
    const indexes = [...gone].toSorted((a, b) => a - b);
    if (node.flow === true) return indexes.map((index) => this.#takeOutOfFlow(node, gone, index));
    return indexes.map((index) => {
      const start = this.startOf(node, index);
      const line = this.lineStart(start);
      const alone = this.text.slice(line, start).trim() === "";
      // The first key of a list item stands behind a dash, which the next key takes over.
      if (!alone) return { start, end: this.startOf(node, index + 1), text: "" };
      return { start: line, end: this.lineEnd(this.endOf(node, index)), text: "" };
    });
  }

  #takeOutOfFlow(node: Collection, gone: ReadonlySet<number>, index: number): Splice {
    const next = node.items.findIndex((_, at) => at > index && !gone.has(at));
    if (next !== -1) return { start: this.startOf(node, index), end: this.startOf(node, index + 1), text: "" };
    // Nothing stays behind it, so the comma in front goes.
    return { start: this.endOf(node, index - 1), end: this.endOf(node, index), text: "" };
  }

  /** Puts an item, `- x` or `key: x` without its dash in a list, behind the last one. @param lines of a block, all but the first indented */
  putIn(node: Collection, flow: string, block: readonly string[]): Splice {
    const last = node.items.length - 1;
    if (node.flow === true) {
      if (last >= 0) return insert(this.endOf(node, last), `, ${flow}`);
      return insert((node.range?.[0] ?? 0) + 1, flow);
    }
    if (last < 0) throw byHand();
    const start = this.startOf(node, last);
    const at = this.lineEnd(this.endOf(node, last));
    const broken = at > 0 && this.text[at - 1] !== "\n" ? "\n" : "";
    const dash = this.asSeq(node) === undefined ? "" : "- ";
    return insert(at, broken + block.map((line, index) => `${this.indentAt(start)}${index === 0 ? dash : ""}${line}\n`).join(""));
  }

  apply(splices: readonly Splice[]): string {
    return splice(this.text, splices);
  }
}

export function insert(at: number, text: string): Splice {
  return { start: at, end: at, text };
}

/** Words that YAML 1.1 takes for something else than text. */
const WORDS = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

/** A text as YAML: plain where every reader takes it for text, so never where it begins like a number. */
export function quote(text: string): string {
  const plain = /^[A-Za-z][A-Za-z0-9+/=.@_-]*(?:[: ][A-Za-z0-9+/=.@_-]+|:\/\/[A-Za-z0-9+/=.@_-]+)*$/.test(text);
  return plain && !WORDS.test(text) ? text : JSON.stringify(text);
}

/** What cannot be changed without changing more. */
export function byHand(line?: number): SottoError {
  return new SottoError("REFUSED", ".sops.yaml is written in a way that cannot be changed from here; nothing was changed", {
    hints: [
      `change it in your editor${line === undefined ? "" : `, at line ${line}`}, then bring the files in line with it: sotto updatekeys .`,
    ],
  });
}
