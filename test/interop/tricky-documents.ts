/** Documents that are hard to encrypt in place: each is a layout, a spelling or an end that a careless writer would change. */
import type { SelectorSetting } from "../../src/model/metadata.ts";
import type { FormatId } from "../../src/model/tree.ts";

export interface TrickyDocument {
  readonly name: string;
  readonly format: FormatId;
  readonly text: string;
  readonly selector?: SelectorSetting;
  /** The first minor release of sops 3 that knows what is in it: dates, selectors by comment. */
  readonly since?: number;
}

function lines(...all: readonly string[]): string {
  return `${all.join("\n")}\n`;
}

function yaml(name: string, text: string, more: Partial<TrickyDocument> = {}): TrickyDocument {
  return { name, format: "yaml", text, ...more };
}

/** All the ways to write a number, or what looks like one. */
export const SPELLINGS: TrickyDocument = yaml(
  "spellings of numbers",
  lines(
    "a: 0x1F\nb: 1_000\nc: 1.0\nd: 1e3\ne: .5\nf: +7\ng: 017\nh: TRUE\ni: 08\nj: 2024-01-02",
    "k: 12345678901234567890123\nl: 2001-12-14 21:59:43.10\nm: 1e400\nn: 0o17\no: -0.0",
  ),
  { since: 10 },
);

const DUPLICATES = "b: 2\nb: 3\n";

export const TRICKY: readonly TrickyDocument[] = [
  yaml(
    "foot, head and end comments",
    lines("l:", "  # h1", "  # h2", "  - a # i", "  # h3", "", "  # h4", "  - b", "  # foot", "# tail", "z: 1"),
  ),
  yaml("a staircase of end comments", lines("a:", "  b:", "    c: 1", "    # at c", "  # at b", "# at a")),
  yaml("a comment below a sequence without indentation", lines("k0:", "- v0", "# c", "", "k1: v1")),
  yaml(
    "all headers of blocks",
    lines(
      "a: |\n  l1\n  l2\nb: |-\n  l1\n  l2\nc: >\n  folded\n  line\n\n  paragraph",
      "d: >2+\n\n  text\ne: |+\n  text\n\n\nf:\n  - |\n    item\n  - >-\n    item\n    more",
    ),
  ),
  yaml("a block that keeps its end before a comment", lines("a: |+", "  text", "", "", "# c", "b: 1")),
  yaml("a block that keeps its end at the end", lines("b: 1", "a: |+", "  text", "", "")),
  yaml("a comment behind a header, and one that is indented", lines("a: | # header comment", "  text", " # odd comment", "b: 1")),
  yaml("an indentation that is said", lines("a: |2", "    lead", "  x", "b: |", "", "  after blank")),
  yaml("blanks inside a literal", lines("a: |", "  t", "   ", "  u  ", " ", "b: 1")),
  yaml("a block without a line break at its end", "a: x\nb: |\n  open\n  lit"),
  yaml(
    "comments inside flow style",
    lines("a: [one,", "  two, # c2", "  # c3", '  "three" # c4', "  ]", "b: {k: v,", "  # c5", `  "k2": 'v2'} # c6`),
  ),
  yaml("a root in flow style with a comma at its end", lines("{", "  a: 1, # c1", '  b: "x",', "}")),
  yaml("JSON in YAML", '{"a":1,"b":["x",true,null]}'),
  SPELLINGS,
  yaml(
    "tags",
    lines('a: !!str 123\nb: !!int "5"\nc: !foo bar\nd: !!binary |\n  aGVsbG8g\n  d29ybGQ=', 'e: !!timestamp "2024-01-02"\nf: !c\n  k: v'),
    { since: 10 },
  ),
  yaml("aliases of values", lines("a: &x val", "b: *x", "c: [*x, 1]")),
  yaml("merged mappings", lines("base: &b", "  k: v", "use:", "  <<: *b", "  z: 1")),
  yaml(
    "aliases that stay plain",
    lines("a_unencrypted: &x val", "b_unencrypted: *x", "base_unencrypted: &b", "  k: v", "use_unencrypted:", "  <<: *b", "z: 1"),
  ),
  yaml("a stream", `%YAML 1.1\n---\na: 1\n---\n${DUPLICATES}# c\n--- {c: 3}\n... # end\n`),
  yaml("scalars of several lines", lines("a: one", "  two", "   three", 'b: "dq', "  folded \\", '  esc"', "c: 'sq", "", "  para'")),
  yaml("keys", lines('"q k": 1', "? explicit", ": 2", "? |", "  block key", ": 3", "yes: 4", '"a:b": 5', "a: {b: 6}", '"": 7')),
  yaml("compact nesting", lines("a:", "- - x", "  - y", "-", "  - z", "- k: v", "  l: w", "-  m: 1", "   n: 2", "- # c1", "  x: 1")),
  yaml("a byte order mark, CRLF and an open end", '\uFEFFa: "é😀\\u00e9"\r\nl:\r\n# s\r\n- 2'),
  yaml("tabs", 'a:\t"x"\t# c\r\nl: [1,\t2]\r\n'),
  yaml("a flow mapping whose value is nothing", lines("{b:, c: 1}")),
  yaml("a carriage return alone", "a: 1\rb: 2\n"),
  yaml("a selector for comments of items", lines("l:", "  # trig", "  # other", "  - x", "  - y"), {
    selector: { kind: "encrypted_comment_regex", pattern: "trig" },
    since: 9,
  }),
  {
    name: "JSON with odd white space, a repeated key and no line break at the end",
    format: "json",
    text: '{\n\t"a"  :  "x" ,\n\n\t"b":[ 1,2e3, 1.0, -0, 12345678901234567890 ],\n\t"a": "\\u00e9\\/é"\n}',
  },
  { name: "an empty object", format: "json", text: "{}" },
  { name: "JSON on one line", format: "json", text: '{"a":1}' },
  {
    name: "dotenv with quotes, exports and escapes",
    format: "dotenv",
    text: '# c\nA=1\n\nB="q v"\nexport C=x y\n#\nD=\nE=a\\nb\nE=c:\\new',
  },
  { name: "an empty dotenv file", format: "dotenv", text: "" },
  { name: "dotenv with CRLF", format: "dotenv", text: "# c\r\nA=1\r\nB=x y\r\n" },
  {
    name: "INI with every mark of a comment, a section twice and a line that goes on",
    format: "ini",
    text: lines("g=1", "; two", "# lines", "[s] ; sc", '  k   :   "v" ; inline', "k2=a\\", " b", "k3=`y;z`", "[s]", "d=e", ";end"),
  },
];

/** What sops cannot hold, or would change: refused with a place, and the file stays. */
export const REFUSED: readonly (readonly [format: FormatId, text: string, code: string, line: number, column: number])[] = [
  ["ini", "a=1\na=2\n", "INI_UNSUPPORTED", 2, 1],
  ["yaml", "[a:]\n", "YAML_INVALID", 1, 1],
  ["yaml", "1: x\n", "VALUE_UNSUPPORTED", 1, 1],
  ["yaml", "a: 9223372036854775808\n", "VALUE_UNSUPPORTED", 1, 4],
  ["yaml", 'a: "\\/"\n', "YAML_INVALID", 1, 5],
  ["json", '{"a":1} x', "JSON_UNSUPPORTED", 1, 9],
  ["dotenv", "A=1\r\n\r\nB=2\r\n", "DOTENV_INVALID", 2, 1],
];
