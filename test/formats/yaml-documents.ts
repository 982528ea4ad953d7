/** Tricky YAML documents, by what is tricky about them. */

export interface TrickyDocument {
  readonly name: string;
  readonly text: string;
}

function lines(...all: string[]): string {
  return `${all.join("\n")}\n`;
}

export const DOCUMENTS: readonly TrickyDocument[] = [
  {
    name: "foot, head and end comments",
    text: lines("l:", "  # h1", "  # h2", "  - a # i", "  # h3", "", "  # h4", "  - b", "  # foot", "# tail", "z: 1"),
  },
  { name: "a staircase of end comments", text: lines("a:", "  b:", "    c: 1", "    # at c", "  # at b", "# at a") },
  { name: "a comment below an indentless sequence", text: lines("k0:", "- v0", "# c", "", "k1: v1") },
  {
    name: "all block scalar headers",
    text: lines(
      "a: |",
      "  l1",
      "  l2",
      "b: |-",
      "  l1",
      "c: >",
      "  one",
      "  two",
      "",
      "  paragraph",
      "d: >2+",
      "   extra",
      "  x",
      "",
      "e: |+",
      "  text",
      "",
      "",
      "l:",
      "  - |",
      "    item",
      "  - >-",
      "    folded",
      "    item",
    ),
  },
  {
    name: "a comment on a block scalar header, and an odd one below",
    text: lines("a: | # header comment", "  text", " # odd comment", "b: 1"),
  },
  { name: "kept line feeds above a comment", text: lines("a: |+", "  text", "", "", "# c", "b: 1") },
  { name: "kept line feeds at the end of the file", text: lines("b: 1", "a: |+", "  text", "", "") },
  { name: "kept line feeds and nothing else", text: lines("a: |+", "", "b: 1") },
  { name: "an indentation digit, and a blank line in front", text: lines("a: |2", "    lead", "  x", "b: |", "", "  after blank") },
  { name: "lines of white space inside a literal", text: lines("a: |", "  t", "   ", "  u  ", " ", "b: 1") },
  { name: "an open literal at the end of the file", text: "a: x\nb: |\n  open\n  lit" },
  {
    name: "flow collections over several lines with comments",
    text: lines("a: [one,", "  two, # c2", "  # c3", '  "three" # c4', "  ]", "b: {k: v,", "  # c5", "  \"k2\": 'v2'} # c6"),
  },
  { name: "a flow root with a trailing comma", text: lines("{", "  a: 1, # c1", '  b: "x",', "}") },
  { name: "JSON as YAML", text: lines('{"a":1,"b":["x",true,null]}') },
  {
    name: "odd spellings of numbers and dates",
    text: lines(
      "a: 0x1F",
      "b: 1_000",
      "c: 1.0",
      "d: 1e3",
      "e: .5",
      "f: +7",
      "g: 017",
      "h: TRUE",
      "i: 08",
      "j: 2024-01-02",
      "k: 12345678901234567890123",
      "l: 2001-12-14 21:59:43.10",
      "m: 1e400",
      "n: 0o17",
      "o: -0.0",
    ),
  },
  {
    name: "tags",
    text: lines(
      "a: !!str 123",
      'b: !!int "5"',
      "c: !foo bar",
      "d: !!binary |",
      "  AAEC",
      "  AwQF",
      'e: !!timestamp "2024-01-02"',
      "f: !c",
      "  g: !!float 1",
      "h: !!int &n 5",
      "i: &m !!int 6",
    ),
  },
  { name: "aliases of scalars", text: lines("a: &x val", "b: *x", "c: [*x, 1]") },
  { name: "aliases of collections", text: lines("base: &b", "  k: v", "  n: 1.0", "use:", "  <<: *b", "  z: 1", "l: [*b, x]") },
  {
    name: "a stream",
    text: lines("%YAML 1.1", "---", "a: 1", "---", "b: 2", "b: 3", "# c", "--- {c: 3}", "... # end"),
  },
  {
    name: "scalars over several lines",
    text: lines("a: one", "  two", "   three", 'b: "dq', "  folded \\", '  esc"', "c: 'sq", "", "  para'"),
  },
  {
    name: "odd keys",
    text: lines('"q k": 1', "? explicit", ": 2", "? |", "  block key", ": 3", "yes: 4", '"a:b": 5', "a: {b: 6}", '"": 7'),
  },
  {
    name: "compact nesting",
    text: lines("a:", "- - x", "  - y", "-", "  - z", "- k: v", "  l: w", "-  m: 1", "   n: 2", "- # c1", "  x: 1"),
  },
  { name: "BOM, CR LF and no final newline", text: '\uFEFFa: "é😀\\u00e9"\r\nl:\r\n# s\r\n- 2' },
  { name: "tabs", text: 'a:\t"x"\t# c\r\nl: [1,\t2]\r\n' },
  { name: "comments in a sequence", text: lines("l:", "  # trig", "  # other", "  - x", "  - y") },
  { name: "a block scalar with CR LF", text: "a: |\r\n  l1\r\n\r\n  l2\r\nb: >-\r\n  f1\r\n  f2\r\n" },
  { name: "a root that is indented", text: lines("  a: 1", "  b:", "    - x", "  # end") },
  { name: "an empty document in a stream", text: lines("a: 1", "---", "---", "b: 2") },
  {
    name: "values that need quotes once they are plain",
    text: lines("a: 'yes'", "b: '# no comment'", "c: ['1', \"true\", 'a, b']", "d: '''q'''"),
  },
];
