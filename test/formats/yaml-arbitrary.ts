/** Random YAML documents with block and flow collections, all scalar styles, anchors, tags and comments. */
import { type Arbitrary, array, boolean, constant, constantFrom, oneof, string, tuple } from "fast-check";

const plain: Arbitrary<string> = constantFrom(
  "a b",
  "word",
  "0x1F",
  "1_000",
  "1.0",
  "1e3",
  "+7",
  "TRUE",
  "true",
  "null",
  "~",
  "",
  "2024-01-02",
  "a:b",
  "x#y",
  "-1",
  "<<x",
  "é",
  "!!str 5",
  "!!int 7",
  "!foo z",
  "&a1 anchored",
);
const inner: Arbitrary<string> = string({ unit: constantFrom("a", " ", "'", '"', "\\", "#", ":", ",", "é", "😀", "1", "]"), maxLength: 8 });
const single: Arbitrary<string> = inner.map((text) => `'${text.replaceAll("'", "''")}'`);
const double: Arbitrary<string> = inner.map((text) => `"${text.replace(/["\\]/g, "\\$&")}\\x41\\n"`);
const quoted: Arbitrary<string> = oneof(single, double);
const flow: Arbitrary<string> = oneof(
  constant("[]"),
  constant("{}"),
  array(oneof(constantFrom("x", "1", "1.50", "!!float 2", "a b", "null"), quoted), { minLength: 1, maxLength: 3 }).map(
    (items) => `[${items.join(", ")}]`,
  ),
  array(tuple(constantFrom("k", '"q"', "'s'"), quoted), { minLength: 1, maxLength: 2 }).map(
    (pairs) => `{ ${pairs.map(([key, text], index) => `${key.replace(/\w/, `$&${index}`)}: ${text}`).join(", ")} }`,
  ),
);
const blockText: Arbitrary<string[]> = array(constantFrom("text", "  lead", "", "# no comment", "two words", "tail  "), {
  minLength: 1,
  maxLength: 4,
});
const block: Arbitrary<string[]> = tuple(constantFrom("|", ">", "|-", ">-", "|+", ">+"), blockText).map(([header, body]) => [
  header,
  ...["start", ...body].map((line) => (line === "" ? "" : `  ${line}`)),
]);

type Lines = string[];

function indent(line: string): string {
  return line === "" ? line : `  ${line}`;
}

function documentsWith(comments: boolean): Arbitrary<string> {
  const comment: Arbitrary<string> = comments
    ? oneof({ weight: 4, arbitrary: constant("") }, { weight: 1, arbitrary: constantFrom(" # c", " #", "  # two  words") })
    : constant("");
  const between: Arbitrary<Lines> = oneof(
    { weight: 5, arbitrary: constant<Lines>([]) },
    { weight: 1, arbitrary: comments ? constantFrom<Lines>(["# head"], [""], ["# one", "", "# two"], ["#"]) : constant<Lines>([""]) },
  );

  const value = (depth: number): Arbitrary<Lines> => {
    const scalar = tuple(oneof(plain, quoted, flow), comment).map(([text, behind]) => [text + behind]);
    if (depth === 0) return oneof(scalar, block);
    return oneof(
      { weight: 3, arbitrary: scalar },
      { weight: 1, arbitrary: block },
      { weight: 2, arbitrary: mapping(depth - 1).map((lines) => ["", ...lines.map(indent)]) },
      { weight: 2, arbitrary: sequence(depth - 1).map((lines) => ["", ...lines.map(indent)]) },
    );
  };

  const mapping = (depth: number): Arbitrary<Lines> => {
    const entry = tuple(between, constantFrom("plain", '"quoted"', "'single'"), value(depth));
    return array(entry, { minLength: 1, maxLength: 3 }).map((entries) =>
      entries.flatMap(([lead, key, [first = "", ...below]], index) => {
        const name = key.replace(/[a-z]+/, (word) => word + index);
        return [...lead, first === "" ? `${name}:` : `${name}: ${first}`, ...below];
      }),
    );
  };

  const sequence = (depth: number): Arbitrary<Lines> => {
    const item = tuple(between, value(depth), boolean());
    return array(item, { minLength: 1, maxLength: 3 }).map((items) =>
      items.flatMap(([lead, [first = "", ...below], compact]) => {
        const [next = "", ...rest] = below;
        if (first === "" && compact && next !== "" && !next.includes("#")) return [...lead, `- ${next.slice(2)}`, ...rest];
        return [...lead, first === "" ? "-" : `- ${first}`, ...below];
      }),
    );
  };

  return tuple(mapping(2), boolean(), constantFrom("", "---\n", comments ? "# top\n" : "\n")).map(
    ([lines, final, lead]) => lead + lines.join("\n") + (final ? "\n" : ""),
  );
}

export const documents: Arbitrary<string> = documentsWith(true);
/** For laws about what is emitted: sops's emitter hands some comments to a neighbouring collection (sops: §4.1.6). */
export const documentsWithoutComments: Arbitrary<string> = documentsWith(false);
