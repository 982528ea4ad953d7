/**
 * A text with places for values: `{{ database.password }}`, with filters behind it (`{{ database | json }}`). `{{{{` is `{{`.
 * Strict: every place must have a value, and all that have none are told at once.
 */
import { formatPath, parsePath } from "../file/path.ts";
import { encodeText, hasRawBytes } from "../model/text.ts";
import { positionAt, SottoError } from "../model/error.ts";
import type { Branch, Node } from "../model/tree.ts";
import { suggest } from "../policy/suggest.ts";
import { type EnvironmentValue, treeOf, unfit } from "./environment.ts";
import { jsonText } from "./json-text.ts";
import { textOf } from "./names.ts";
import { chooseValues } from "./choose.ts";
import type { Renderer } from "./render/renderer.ts";
import { scalarsOf } from "./render/scalars.ts";
import { quoteShell } from "./render/shell-quote.ts";

export const renderTemplate: Renderer = (values, options) => ({
  bytes: encodeText(fillTemplate(options.template ?? "", chooseValues(values, options.only))),
});

/** @throws SottoError `ENVIRONMENT_UNFIT` with the line of everything that cannot be filled in */
export function fillTemplate(template: string, values: readonly EnvironmentValue[]): string {
  const tree = treeOf({ values });
  const problems: string[] = [];
  const parts = splitTemplate(template).map((part) => {
    if (part.kind === "text") return part.text;
    const filled = part.kind === "open" ? { problem: "{{ is not closed" } : fill(part.inner, tree);
    if (filled.text !== undefined) return filled.text;
    const { line, column } = positionAt(template, part.at);
    problems.push(`line ${line}, column ${column}: ${filled.problem}`);
    return "";
  });
  if (problems.length > 0) throw unfit(problems, ["sotto get FILE lists what is there; {{{{ stands for {{"]);
  return parts.join("");
}

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "place"; readonly inner: string; readonly at: number }
  | { readonly kind: "open"; readonly at: number };

function splitTemplate(template: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (let open = template.indexOf("{{"); open !== -1; open = template.indexOf("{{", at)) {
    parts.push({ kind: "text", text: template.slice(at, open) });
    if (template.startsWith("{{{{", open)) {
      parts.push({ kind: "text", text: "{{" });
      at = open + 4;
      continue;
    }
    const close = findClose(template, open + 2);
    if (close === undefined) {
      parts.push({ kind: "open", at: open });
      at = open + 2;
      continue;
    }
    parts.push({ kind: "place", inner: template.slice(open + 2, close), at: open });
    at = close + 2;
  }
  parts.push({ kind: "text", text: template.slice(at) });
  return parts;
}

/** On the same line, outside quotes, not behind a backslash. */
function findClose(template: string, start: number): number | undefined {
  let quote: string | undefined;
  for (let at = start; at < template.length; at += 1) {
    const char = template[at];
    if (char === "\n") return undefined;
    if (char === "\\") at += 1;
    else if (quote !== undefined) quote = char === quote ? undefined : quote;
    else if ((char === '"' || char === "'") && template[at - 1] === "[") quote = char;
    else if (template.startsWith("}}", at)) return at;
  }
  return undefined;
}

type Filled = { readonly text: string; readonly problem?: undefined } | { readonly text?: undefined; readonly problem: string };

function fill(inner: string, tree: Branch): Filled {
  const [name = "", ...filters] = splitFilters(inner);
  const unknown = filters.find((filter) => !FILTERS.has(filter));
  if (unknown !== undefined) {
    const near = suggest(unknown, [...FILTERS.keys()]);
    return {
      problem: `there is no filter ${unknown}; ${near === undefined ? `filters are ${[...FILTERS.keys()].join(", ")}` : `did you mean ${near}?`}`,
    };
  }
  if (name === "") return { problem: "no path" };
  const found = find(tree, name);
  if (found.node === undefined) return { problem: found.problem };
  const { node } = found;
  const [first, ...others] = filters;
  if (node.kind === "null" && first !== "json") return { problem: `${name} is null; | json writes null` };
  if (first === "json" || node.kind !== "scalar") {
    // JSON would spell such bytes in a way that nobody reads back.
    const isText = !scalarsOf(node).some(({ canonical }) => hasRawBytes(canonical));
    return chain(isText ? jsonText(node) : undefined, first === "json" ? others : filters, name, "json");
  }
  return chain(textOf(node), filters, name);
}

function chain(text: string | undefined, filters: readonly string[], name: string, before = ""): Filled {
  let at = text;
  let last = before;
  for (const filter of filters) {
    if (at === undefined) break;
    at = FILTERS.get(filter)?.(at);
    last = filter;
  }
  return at === undefined ? { problem: `${name} holds bytes that ${last} cannot write` } : { text: at };
}

/** Each gives undefined for what it cannot write. */
const FILTERS: ReadonlyMap<string, (text: string) => string | undefined> = new Map([
  ["json", (text: string) => (hasRawBytes(text) ? undefined : JSON.stringify(text))],
  ["base64", (text: string) => Buffer.from(encodeText(text)).toString("base64")],
  ["shell", (text: string) => (text.includes("\0") ? undefined : quoteShell(text))],
  ["url", (text: string) => escapeUrl(text)],
]);

/** RFC 3986: all but unreserved characters, byte by byte. */
function escapeUrl(text: string): string {
  return Array.from(encodeText(text), (byte) => {
    const char = String.fromCharCode(byte);
    return /[\w.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}

/** At every `|` that is neither in quotes nor behind a backslash. */
function splitFilters(inner: string): readonly string[] {
  const parts = [""];
  let quote: string | undefined;
  for (let at = 0; at < inner.length; at += 1) {
    const char = inner[at] ?? "";
    if (char === "|" && quote === undefined) {
      parts.push("");
      continue;
    }
    if (quote !== undefined) quote = char === quote ? undefined : quote;
    else if ((char === '"' || char === "'") && inner[at - 1] === "[") quote = char;
    const own = char === "\\" ? inner.slice(at, at + 2) : char;
    at += own.length - 1;
    parts[parts.length - 1] += own;
  }
  return parts.map((part) => part.trim());
}

type Found = { readonly node: Node } | { readonly node?: undefined; readonly problem: string };

function find(tree: Branch, text: string): Found {
  let node: Node = tree;
  try {
    for (const part of parsePath(text)) {
      const next: Node | undefined = childOf(node, part);
      if (next === undefined) return { problem: nearest(node, part, text) };
      node = next;
    }
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    return { problem: error.message };
  }
  return { node };
}

function childOf(node: Node, part: string | number): Node | undefined {
  if (node.kind === "branch") {
    const entry = node.entries.find((one) => one.kind === "pair" && one.key === String(part));
    return entry?.kind === "pair" ? entry.value : undefined;
  }
  if (node.kind !== "sequence" || !/^\d+$/.test(String(part))) return undefined;
  return node.items.filter((item): item is Node => item.kind !== "comment")[Number(part)];
}

function nearest(node: Node, part: string | number, text: string): string {
  const keys = node.kind === "branch" ? node.entries.flatMap((entry) => (entry.kind === "pair" ? [entry.key] : [])) : [];
  const near = suggest(String(part), keys);
  return `there is no ${text}${near === undefined ? "" : `; did you mean ${formatPath([near])}?`}`;
}
