/** For Terraform and OpenTofu: a file of variables, and the answer to an `external` data source. */
import { formatPath } from "../../file/path.ts";
import { SottoError } from "../../model/error.ts";
import { encodeText } from "../../model/text.ts";
import type { Branch, Node, Pair, Scalar } from "../../model/tree.ts";
import { treeOf, unfit } from "../environment.ts";
import { chooseValues } from "../choose.ts";
import { holdsBytes, nameTexts } from "./names.ts";
import type { Renderer } from "./renderer.ts";
import { scalarsOf } from "./scalars.ts";

export const renderTfvars: Renderer = (all, options) => {
  const values = chooseValues(all, options.only);
  const tree = treeOf({ values });
  const problems = values.flatMap(({ path, node }) => {
    const own = path.map((key): Scalar => ({ kind: "scalar", type: "str", canonical: key }));
    const flaws = [...own, ...scalarsOf(node)].map((scalar) => changed(scalar.canonical) ?? noNumber(scalar));
    return flaws.flatMap((flaw) => (flaw === undefined ? [] : [`${formatPath(path)} ${flaw}`]));
  });
  const pairs = pairsOf(tree);
  for (const { key } of pairs) if (!VARIABLE.test(key)) problems.push(`${JSON.stringify(key)} is no name of a Terraform variable`);
  if (problems.length > 0) throw unfit([...new Set(problems)], ["change the keys or values, or choose others with --only"]);
  return { bytes: encodeText(pairs.map(({ key, value }) => `${key} = ${write(value, "")}\n`).join("")) };
};

export const renderExternal: Renderer = (values, options) => {
  const only = [...(options.only ?? []), ...readQuery(options.query)];
  const named = nameTexts(values, { ...options, only }, { isName: () => true, noun: "name", flaws: ({ text }) => [changed(text)] });
  // `fromEntries` defines properties, so `__proto__` is a name like any other.
  return { bytes: encodeText(`${JSON.stringify(Object.fromEntries(named.map(({ name, text }) => [name, text])))}\n`) };
};

/**
 * The query is an object of texts; `only` chooses as the flag does, several with commas between them.
 * @throws SottoError `BAD_FLAGS`
 */
function readQuery(text: string | undefined): readonly string[] {
  if (text === undefined || text.trim() === "") return [];
  let query: unknown;
  try {
    query = JSON.parse(text);
  } catch {
    query = undefined;
  }
  if (typeof query !== "object" || query === null || Array.isArray(query)) throw badQuery("is no JSON object");
  const unknown = Object.keys(query).filter((key) => key !== "only");
  if (unknown.length > 0) throw badQuery(`has ${unknown.map((key) => JSON.stringify(key)).join(", ")}, which means nothing here`);
  const only: unknown = "only" in query ? query.only : "";
  if (typeof only !== "string") throw badQuery("has an only that is no text");
  return only.split(",").filter((one) => one !== "");
}

function badQuery(message: string): SottoError {
  return new SottoError("BAD_FLAGS", `the query on standard input ${message}`, {
    hints: ['write query = { only = "database.password" }, or no query'],
  });
}

/** Terraform brings every text into normal form C: another one would not come out as it went in. */
function changed(text: string): string | undefined {
  const bytes = holdsBytes(text, "Terraform");
  if (bytes !== undefined) return bytes;
  return text.normalize("NFC") === text ? undefined : "is not in Unicode's normal form C, and Terraform would change it";
}

function noNumber({ type, canonical }: Scalar): string | undefined {
  return type === "float" && /inf|nan/i.test(canonical) ? "is no number that Terraform can hold" : undefined;
}

const VARIABLE = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;
const PLAIN_KEY = /^(?!(?:for|if|in|true|false|null)$)[A-Za-z_]\w*$/;

function pairsOf(branch: Branch): readonly Pair[] {
  return branch.entries.filter((entry) => entry.kind === "pair");
}

function write(node: Node, indent: string): string {
  switch (node.kind) {
    case "null":
      return "null";
    case "scalar":
      if (node.type === "bool") return node.canonical.toLowerCase();
      return (node.type === "int" || node.type === "float") && /^-?\d/.test(node.canonical) ? node.canonical : quote(node.canonical);
    case "sequence":
      return `[${node.items.flatMap((item) => (item.kind === "comment" ? [] : [write(item, indent)])).join(", ")}]`;
    case "branch": {
      const inner = `${indent}  `;
      const lines = pairsOf(node).map(({ key, value }) => `${inner}${PLAIN_KEY.test(key) ? key : quote(key)} = ${write(value, inner)}\n`);
      return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
    }
  }
}

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

// oxlint-disable-next-line no-control-regex
const SPECIAL = /["\\\u0000-\u001f\u007f]/g;

/** A quoted template without templates in it: `${` and `%{` are doubled, and spelled out where doubling could be misread. */
function quote(text: string): string {
  const escaped = text
    .replaceAll(SPECIAL, (char) => SHORT[char] ?? spellOut(char))
    .replaceAll(/[$%]+(?=\{)/g, (run) => (run.length === 1 ? run + run : Array.from(run, (char) => spellOut(char)).join("")));
  return `"${escaped}"`;
}

function spellOut(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
