/** Random YAML documents: all styles and layouts that people use, and some that only machines do. */
import { array, boolean, constant, constantFrom, oneof, option, record, tuple } from "fast-check";
import type { Arbitrary } from "fast-check";
import { nasty, remark, secret, stem } from "./words.ts";
import { flow, scalar } from "./yaml-scalars.ts";
import type { Layout } from "./yaml-scalars.ts";

/** Lines of a block node: the rest of the key's line, then lines in the column of the children. */
type Print = (layout: Layout) => { readonly head: string; readonly below: readonly string[] };

interface Lead {
  readonly lines: readonly string[];
  /** Columns to the right or left of the item. */
  readonly shift: number;
}

const lead: Arbitrary<Lead> = oneof(
  { weight: 8, arbitrary: constant<Lead>({ lines: [], shift: 0 }) },
  {
    weight: 3,
    arbitrary: tuple(
      array(oneof({ weight: 3, arbitrary: remark.map((text) => `#${text}`) }, { weight: 1, arbitrary: constant("") }), {
        minLength: 1,
        maxLength: 3,
      }),
      constantFrom(0, 0, 0, 0, 0, 0, 1, -1),
    ).map(([lines, shift]) => ({ lines, shift })),
  },
);

const inline: Arbitrary<string> = oneof(
  { weight: 5, arbitrary: constant("") },
  { weight: 1, arbitrary: tuple(constantFrom(" ", "  ", "\t"), remark).map(([gap, text]) => `${gap}#${text}`) },
);

const key: Arbitrary<(index: number) => string> = oneof(
  { weight: 8, arbitrary: stem.map((end) => (index: number) => `k${index}_${end}`) },
  { weight: 1, arbitrary: stem.map((end) => (index: number) => `"k${index} ${end}"`) },
  { weight: 1, arbitrary: stem.map((end) => (index: number) => `'${index}:${end}'`) },
  {
    weight: 1,
    arbitrary: constantFrom("yes", "a.b", "é😀", "x y", "-x", "?x", "a#b", "a:b").map((end) => (index: number) => `${end}${index}`),
  },
);

function indent(line: string, columns: number): string {
  return line === "" ? "" : " ".repeat(columns) + line;
}

function shiftLead({ lines, shift }: Lead): readonly string[] {
  return lines.map((line) => (shift > 0 ? indent(line, shift) : line));
}

const blockText: Arbitrary<readonly string[]> = array(
  oneof(
    { weight: 3, arbitrary: secret },
    { weight: 1, arbitrary: constantFrom("  lead", "", "", "# no comment", "two words", "tail  ", "  ", "a: b", "- c", "\ttab", "é😀") },
  ),
  { minLength: 1, maxLength: 5 },
);

const blockScalar: Arbitrary<Print> = tuple(constantFrom("|", ">", "|-", ">-", "|+", ">+", "|D", ">D-", "|-D"), blockText, inline).map(
  ([style, body, behind]): Print =>
    (layout) => {
      const digit = String(layout.step);
      const header = style.replace("D", digit);
      const first = style.includes("D") ? [] : ["start"];
      return { head: header + (behind.startsWith("\t") ? "" : behind), below: [...first, ...body] };
    },
);

const leaf: Arbitrary<Print> = oneof(
  {
    weight: 8,
    arbitrary: tuple(scalar, inline).map(
      ([print, behind]): Print =>
        (layout) =>
          toLines(print(layout) + behind),
    ),
  },
  {
    weight: 2,
    arbitrary: tuple(flow, inline).map(
      ([print, behind]): Print =>
        (layout) =>
          toLines(print(layout) + behind),
    ),
  },
  { weight: 2, arbitrary: blockScalar },
);

function toLines(text: string): { head: string; below: readonly string[] } {
  const [head = "", ...below] = text.split("\n");
  return { head, below };
}

const properties: Arbitrary<string> = oneof({ weight: 14, arbitrary: constant("") }, { weight: 1, arbitrary: constantFrom("!c", "!!map") });

interface Item {
  readonly lead: Lead;
  readonly key: (index: number) => string;
  readonly explicit: boolean;
  readonly behind: string;
  readonly properties: string;
  readonly value: Value;
}

type Value =
  | { readonly kind: "leaf"; readonly print: Print }
  | { readonly kind: "map" | "seq"; readonly items: readonly Item[]; readonly foot: Lead };

function items(depth: number): Arbitrary<readonly Item[]> {
  const item: Arbitrary<Item> = record({
    lead,
    key,
    explicit: constantFrom(false, false, false, false, false, false, false, true),
    behind: inline,
    properties,
    value: value(depth),
  });
  return array(item, { minLength: 1, maxLength: 4 });
}

function value(depth: number): Arbitrary<Value> {
  const one: Arbitrary<Value> = leaf.map((print) => ({ kind: "leaf", print }));
  if (depth === 0) return one;
  const nested = record({ kind: constantFrom<("map" | "seq")[]>("map", "seq"), items: items(depth - 1), foot: lead });
  return oneof({ weight: 5, arbitrary: one }, { weight: 3, arbitrary: nested });
}

function printMap(list: readonly Item[], foot: Lead, layout: Layout): string[] {
  const lines: string[] = [];
  for (const [index, item] of list.entries()) {
    lines.push(...shiftLead(item.lead));
    const name = item.key(index);
    if (item.explicit && item.value.kind !== "leaf") lines.push(`? ${name}`, ...attach(":", item, layout));
    else lines.push(...attach(`${name}:`, item, layout));
  }
  return [...lines, ...shiftLead(foot)];
}

/** A value behind `key:`, or behind `:` of an explicit key. */
function attach(name: string, item: Item, layout: Layout): string[] {
  const { value: one } = item;
  if (one.kind === "leaf") {
    const { head, below } = one.print(layout);
    return [head === "" ? name : `${name} ${head}`, ...below.map((line) => indent(line, layout.step))];
  }
  const open = `${name}${item.properties === "!!map" && one.kind === "seq" ? "" : item.properties && ` ${item.properties}`}${item.behind}`;
  if (one.kind === "map") return [open, ...printMap(one.items, one.foot, layout).map((line) => indent(line, layout.step))];
  const inner = printSeq(one.items, one.foot, layout);
  return [open, ...(layout.indentless ? inner : inner.map((line) => indent(line, layout.step)))];
}

function printSeq(list: readonly Item[], foot: Lead, layout: Layout): string[] {
  const lines: string[] = [];
  for (const item of list) {
    lines.push(...shiftLead(item.lead));
    lines.push(...printItem(item, layout));
  }
  return [...lines, ...shiftLead(foot)];
}

function printItem(item: Item, layout: Layout): string[] {
  const { value: one } = item;
  if (one.kind === "leaf") {
    const { head, below } = one.print(layout);
    return [head === "" ? "-" : `- ${head}`, ...below.map((line) => indent(line, layout.step))];
  }
  const inner = one.kind === "map" ? printMap(one.items, one.foot, layout) : printSeq(one.items, one.foot, layout);
  const [first = "", ...rest] = inner;
  if (item.behind === "" && first !== "" && !first.startsWith("#")) return [`- ${first}`, ...rest.map((line) => indent(line, 2))];
  // A tab behind the dash is no YAML.
  return [`-${item.behind.replace("\t", " ")}`, ...inner.map((line) => indent(line, 2))];
}

/** Anchors and aliases: of scalars, of collections, merged. */
const anchors: Arbitrary<readonly string[]> = oneof(
  { weight: 12, arbitrary: constant<readonly string[]>([]) },
  { weight: 1, arbitrary: secret.map((text) => [`a0: &a0 ${text}`, "a1: *a0", "a2_unencrypted: *a0", "a3: [*a0, x]"]) },
  { weight: 1, arbitrary: secret.map((text) => ["b0: &b0", `  k: ${text}`, "  n: 1.0", "b1:", "  <<: *b0", "  z: 1", "b2: [*b0, x]"]) },
);

const body: Arbitrary<(layout: Layout) => string[]> = oneof(
  {
    weight: 12,
    arbitrary: tuple(items(2), lead, anchors).map(([list, foot, extra]) => (layout: Layout) => [
      ...printMap(list, { lines: [], shift: 0 }, layout),
      ...extra,
      ...shiftLead(foot),
    ]),
  },
  {
    weight: 1,
    arbitrary: tuple(secret, nasty).map(([one, two]) => () => [
      `{ k0_password: ${one},`,
      `  k1_key: '${two.replaceAll("'", "''")}' , # in flow`,
      "  k2: [1, {a: b}],",
      "}",
    ]),
  },
  { weight: 1, arbitrary: secret.map((text) => () => [JSON.stringify({ k0_data: text, k1: [1, true, null, { k: "v w" }] })]) },
);

export interface YamlOptions {
  /** False for one document only. */
  readonly streams?: boolean;
}

/** Texts of YAML files. A few of them sops cannot read. */
export function yamlDocuments(options: YamlOptions = {}): Arbitrary<string> {
  const more =
    options.streams === false
      ? constant<(typeof body extends Arbitrary<infer T> ? T : never)[]>([])
      : oneof({ weight: 5, arbitrary: constant([]) }, { weight: 1, arbitrary: array(body, { minLength: 1, maxLength: 2 }) });
  return record({
    step: constantFrom(2, 2, 2, 4, 4, 3, 1, 8),
    indentless: boolean(),
    opening: oneof(
      { weight: 6, arbitrary: constant("") },
      { weight: 1, arbitrary: constantFrom("---", "%YAML 1.1\n---", "# top", "# top\n", "# top\n---", "--- # doc") },
    ),
    closing: oneof({ weight: 8, arbitrary: constant("") }, { weight: 1, arbitrary: constantFrom("...", "... # end", "# tail", "\n") }),
    separator: constantFrom("---", "---", "--- # next", "...\n---"),
    first: body,
    more,
    lineEnd: oneof({ weight: 6, arbitrary: constant("\n") }, { weight: 1, arbitrary: constantFrom("\r\n") }),
    bom: constantFrom(false, false, false, false, false, true),
    final: option(constant(true), { freq: 4 }),
  }).map((one) => {
    const layout: Layout = { step: one.step, indentless: one.indentless };
    const parts = [one.first, ...one.more].map((print) => print(layout).join("\n"));
    const text = [one.opening, parts.join(`\n${one.separator}\n`), one.closing].filter((part) => part !== "").join("\n");
    return `${one.bom ? "\uFEFF" : ""}${(one.final ? `${text}\n` : text).replaceAll("\n", one.lineEnd)}`;
  });
}
