/** Environments for the tests of what is rendered: trees of JavaScript values, named ones and random ones. */
import { type Arbitrary, array, bigInt, boolean, constantFrom, dictionary, double, letrec, oneof, string } from "fast-check";
import type { EnvironmentValue } from "../../src/deploy/environment.ts";
import type { RenderOptions } from "../../src/deploy/render/renderer.ts";
import { renderEnvironment } from "../../src/deploy/render/render.ts";
import { type SecretValue, valueFromJavaScript } from "../../src/file/value.ts";
import { decodeText } from "../../src/model/text.ts";
import type { Branch, Node } from "../../src/model/tree.ts";

export interface Tree {
  readonly [key: string]: SecretValue;
}

/** As if a file with this tree had been opened. */
export function valuesOf(tree: Tree, encrypted = true): readonly EnvironmentValue[] {
  return flatten(valueFromJavaScript(tree), [], encrypted);
}

function flatten(node: Node, path: readonly string[], encrypted: boolean): readonly EnvironmentValue[] {
  if (node.kind !== "branch" || (node.entries.length === 0 && path.length > 0)) return [{ path, node, file: "a.yaml", encrypted }];
  return pairsOf(node).flatMap(([key, value]) => flatten(value, [...path, key], encrypted));
}

function pairsOf(branch: Branch): readonly (readonly [string, Node])[] {
  return branch.entries.flatMap((entry) => (entry.kind === "pair" ? [[entry.key, entry.value] as const] : []));
}

export async function renderTree(tree: Tree, format: string, options: Partial<RenderOptions> = {}): Promise<string> {
  const { bytes } = await renderEnvironment({ values: valuesOf(tree) }, format, { platform: "linux", ...options });
  return decodeText(bytes);
}

/** What goes wrong with careless quoting, by name. */
export const HARD: Readonly<Record<string, string>> = {
  EMPTY: "",
  BLANKS: "  two  blanks  ",
  LINES: "one\ntwo\n\nthree\n",
  CRLF: "one\r\ntwo\r",
  SINGLE: "it's",
  DOUBLE: 'say "so"',
  DOLLAR: "$HOME ${PATH} $(id) `id` $$ $${x} %{if} %%{x}",
  BACKSLASH: String.raw`C:\new\tab\\`,
  INJECTION: "x\nPATH=/tmp/evil",
  HASH: "# not a comment",
  EMOJI: "🤫 café 🇨🇭",
  EQUALS: "a=b=c==",
  DELIMITER: "EOF\nghadelimiter_1\n<<x",
  TEMPLATE: "{{ password }} {{{{",
  UNICODE: "\u2028line\u2029 \u0085 \u00a0nbsp",
  YES: "yes",
  NUMBER: "0123",
  CONTROL: "\u001b[31mred\u0007\u007f\b\f\v",
};

export const LARGE: string = "0123456789 'abc\"$\\\n".repeat(58_000).slice(0, 1_000_000);

const piece: Arbitrary<string> = oneof(
  { weight: 3, arbitrary: string({ unit: "grapheme", maxLength: 6 }) },
  constantFrom("'", '"', "`", "\\", "\n", "\r", "$", "${", "%{", "{{", "}}", "#", "=", ":", " ", "\t", "\\n", "\\r", "\u2028", "🤫"),
);

/** Texts of any well-formed characters but NUL, with more of those that mean something somewhere. */
export const texts: Arbitrary<string> = array(piece, { maxLength: 8 }).map((parts) => parts.join("").replaceAll("\0", ""));

/** Trees of texts at the top alone, with names that every form takes. */
export const flatTrees = (text: Arbitrary<string> = texts): Arbitrary<Readonly<Record<string, string>>> =>
  dictionary(
    string({ unit: constantFrom(..."ABCXYZ_09".split("")), minLength: 1, maxLength: 5 }).map((name) => `K${name}`),
    text,
    { maxKeys: 6 },
  );

const keys: Arbitrary<string> = oneof(
  string({ unit: constantFrom(..."abz_19-".split("")), minLength: 1, maxLength: 5 }).map((key) => `k${key}`),
  constantFrom("true", "null", "for", "yes", "1", "a b", "a.b", 'q"q', "é", "${x}", "#", "~", "__proto__"),
);
const scalars: Arbitrary<SecretValue> = oneof(
  texts,
  boolean(),
  bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  double({ noNaN: true, noDefaultInfinity: true }),
);

/** Nested trees of everything but null, which some forms lack. */
export const trees: Arbitrary<Tree> = letrec<{ node: SecretValue; map: Tree }>((tie) => ({
  node: oneof({ maxDepth: 3 }, scalars, array(tie("node"), { maxLength: 3 }), tie("map")),
  map: dictionary(keys, tie("node"), { maxKeys: 4, noNullPrototype: true }) as Arbitrary<Tree>,
})).map;
