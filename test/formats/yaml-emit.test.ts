import { describe, expect, test } from "vitest";
import { emitYaml, emitYamlValue } from "../../formats/yaml/emit.ts";
import { branch, comment, commentsOf, list, readRows, scalar, text, toBranch } from "./yaml-emit-trees.ts";
import type { PrintedRow, ReadRow } from "./yaml-emit-trees.ts";

/** Rows in which sops lets a comment slip into the next document. */
const SLIPPED: Readonly<Record<string, readonly number[]>> = { "yaml-emitted.jsonl": [1144], "yaml-printed.jsonl": [882] };

const trees = new Map(readRows<ReadRow>("yaml.jsonl").map((row) => [row.in, row.tree ?? []]));

function rootsOf(row: PrintedRow): ReturnType<typeof toBranch>[] {
  const roots = row.tree ?? trees.get(row.in ?? "");
  if (roots === undefined) throw new Error("a row without a tree");
  return roots.map((root) => toBranch(root));
}

function holdsAll(out: string, comments: readonly string[]): boolean {
  const wanted = Map.groupBy(comments, (line) => line);
  return [...wanted].every(([line, all]) => out.split(`#${line}`).length > all.length);
}

describe.each(["yaml-emitted.jsonl", "yaml-printed.jsonl"])("against what sops printed in %s", (name) => {
  const rows = readRows<PrintedRow>(name).map((row, index) => {
    const roots = rootsOf(row);
    return { row, index, roots, out: emitYaml(roots, row.indent === undefined ? {} : { indent: row.indent }) };
  });
  const slipped = SLIPPED[name] ?? [];

  test("the same bytes wherever sops reads the same tree from them", () => {
    const wrong = rows.filter(({ row, index, out }) => row.back === undefined && !slipped.includes(index) && out !== row.out);
    expect(wrong.map(({ row, out }) => [row.out, out])).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(1000);
  });

  test("other bytes where sops prints what it cannot read, or other values", () => {
    const broken = rows.filter(({ row }) => row.back === "data" || row.back === "error");
    expect(broken.filter(({ row, out }) => row.out === out)).toEqual([]);
    expect(broken.length).toBeGreaterThan(8);
  });

  test("where comments are lost on the way through sops, the same bytes or all comments", () => {
    const lost = rows.filter(({ row, index }) => row.back === "comments" || slipped.includes(index));
    const other = lost.filter(({ row, out }) => row.out !== out);
    expect(
      other
        .filter(
          ({ roots, out }) =>
            !holdsAll(
              out,
              roots.flatMap((root) => commentsOf(root)),
            ),
        )
        .map(({ out }) => out),
    ).toEqual([]);
    expect(other.length / rows.length).toBeLessThan(0.02);
  });
});

describe("layout", () => {
  const tree = branch(["m", branch(["k", "v"])], ["l", list("a", list("b", branch(["x", "1"], ["y", "2"])))]);

  test.each([
    [undefined, 'm:\n    k: v\nl:\n    - a\n    - - b\n      - x: "1"\n        "y": "2"\n'],
    [0, 'm:\n    k: v\nl:\n    - a\n    - - b\n      - x: "1"\n        "y": "2"\n'],
    [1, 'm:\n  k: v\nl:\n  - a\n  - - b\n    - x: "1"\n      "y": "2"\n'],
    [2, 'm:\n  k: v\nl:\n  - a\n  - - b\n    - x: "1"\n      "y": "2"\n'],
    [9, 'm:\n         k: v\nl:\n         - a\n         - - b\n           - x: "1"\n             "y": "2"\n'],
    [10, 'm:\n  k: v\nl:\n  - a\n  - - b\n    - x: "1"\n      "y": "2"\n'],
  ])("indentation %s", (indent, out) => {
    expect(emitYaml([tree], indent === undefined ? {} : { indent })).toBe(out);
  });

  test("a negative indentation is refused", () => {
    expect(() => emitYaml([tree], { indent: -1 })).toThrow(expect.objectContaining({ code: "EMIT_FAILED" }));
  });

  test("documents are kept apart by ---, empty ones are {}", () => {
    expect(emitYaml([branch(["a", "x"]), branch(), branch(["b", list()])])).toBe("a: x\n---\n{}\n---\nb: []\n");
    expect(emitYaml([])).toBe("");
  });

  test("long and multi-line keys are explicit, long lines are not folded", () => {
    const long = "k".repeat(129);
    const words = "word ".repeat(100).trim();
    expect(emitYaml([branch([long, words], ["a\nb", branch(["c", "d"])])])).toBe(`? ${long}\n: ${words}\n? |-\n    a\n    b\n:   c: d\n`);
    expect(emitYaml([branch(["k".repeat(128), "v"])])).toBe(`${"k".repeat(128)}: v\n`);
  });

  test("a merge key carries its tag", () => {
    expect(emitYaml([branch(["<<", branch(["k", "v"])], ["a", "<<"])])).toBe("!!merge <<:\n    k: v\na: !!merge <<\n");
  });

  test("bytes that are no UTF-8 become !!binary", () => {
    const bytes = "\uDCFF\uDC80";
    expect(emitYaml([branch(["a", bytes], [bytes, list(bytes.repeat(30))])])).toBe(
      `a: !!binary /4A=\n!!binary /4A=:\n    - !!binary |\n      ${"/4D/gP+A".repeat(9).slice(0, 70)}\n      ${"/4D/gP+A".repeat(10).slice(70)}\n`,
    );
  });

  test("comments stand above, behind and below; unseen ones are left out", () => {
    const commented = branch(
      comment(" head"),
      comment("hidden"),
      ["a", "x"],
      comment(" b"),
      comment(" behind", true),
      ["b", "y\nz\n"],
      ["c", list(comment(" c"), "1", comment(""))],
      comment(" foot"),
    );
    const entries = commented.entries.map((entry) =>
      entry.kind === "comment" && entry.text === "hidden" ? { ...entry, unseen: true } : entry,
    );
    expect(emitYaml([{ kind: "branch", entries }])).toBe(
      '# head\na: x\n# b\nb: | # behind\n    y\n    z\nc:\n    # c\n    - "1"\n    #\n# foot\n',
    );
  });

  test("nesting deeper than readers allow is refused, without a stack overflow", () => {
    let deep = list("x");
    for (let depth = 1; depth < 9999; depth += 1) deep = list(deep);
    expect(emitYaml([branch(["a", deep])])).toContain("- - x\n");
    for (let depth = 0; depth < 100_000; depth += 1) deep = list(deep);
    expect(() => emitYaml([branch(["a", deep])])).toThrow(expect.objectContaining({ code: "EMIT_FAILED" }));
  });
});

describe("exceptions: sops prints what no reader takes, or what reads differently", () => {
  test("the indentation digit of a block in a sequence counts from the dash", () => {
    expect(emitYaml([branch(["l", list("  a\nb", branch(["k", "\nb\n"]))])])).toBe(
      "l:\n    - |2-\n        a\n      b\n    - k: |2\n\n        b\n",
    );
  });

  test("the digit stays sops's where all lines are empty", () => {
    expect(emitYaml([branch(["l", list("\n", "x")])])).toBe("l:\n    - |4+\n\n    - x\n");
  });

  test("several lines that start with a TAB are quoted; sops prints null", () => {
    expect(emitYaml([branch(["a", "\tx\ny"], ["b", "x\n\ty\n"])])).toBe('a: "\\tx\\ny"\nb: |\n    x\n    \ty\n');
  });

  test("several lines with U+2028 or U+2029 are quoted; one line is not", () => {
    expect(emitYaml([branch(["a", "x\n\u2028y"], ["b", "x\u2029y"])])).toBe("a: \"x\\n\\Ly\"\nb: 'x\u2029    y'\n");
  });

  test("<< in front of what cannot be merged is quoted", () => {
    const one = scalar("int", "1");
    expect(emitYaml([branch(["<<", one])])).toBe('"<<": 1\n');
    expect(emitYaml([branch(["<<", list(one)])])).toBe('"<<":\n    - 1\n');
    expect(emitYaml([branch(["<<", list(branch(["a", one]))])])).toBe("!!merge <<:\n    - a: 1\n");
  });

  test("negative zero keeps its point, or it would come back as the integer 0", () => {
    expect(emitYaml([branch(["a", scalar("float", "-0")])])).toBe("a: -0.0\n");
  });

  test("comments that wait do not push an empty collection into column 0", () => {
    const inner = branch(["k", "v"]);
    expect(emitYaml([branch(["l", list(comment("c", true), inner)], ["m", branch(["e", branch()])], ["z", "x"])])).toBe(
      "l:\n    - k: v\nm: #c\n    e: {}\nz: x\n",
    );
    expect(emitYaml([branch(["l", list(comment("c", true), inner)], ["e", list()])])).toBe("l:\n    - k: v\ne: [] #c\n");
    expect(emitYaml([branch(["l", list(inner, comment("foot"))], ["e", list()])])).toBe("l:\n    - k: v\ne: []\n#foot\n");
  });

  test("a comment that comes when another one waits does not replace it", () => {
    expect(emitYaml([branch(["l", list(comment("1"), branch(comment("2"), ["k", "v"]))])])).toBe("l:\n    #1\n    #2\n    - k: v\n");
    expect(emitYaml([branch(["e", list(comment("1"))], comment("2"), ["k", "v"])])).toBe("e: []\n#1\n#2\nk: v\n");
  });

  test("an inline comment that no value took ends its own document", () => {
    const tree = branch(["l", list(comment("c", true), branch(["k", "v"]))]);
    expect(emitYaml([tree, branch(["a", "x"])])).toBe("l:\n    - k: v\n\n#c\n---\na: x\n");
  });

  test("a blank line in front of a comment does not become part of a text that keeps its last lines", () => {
    expect(emitYaml([branch(["l", list(branch(["k", "x\n\n"]), comment("c"))])])).toBe("l:\n    - k: |+\n        x\n\n#c\n");
  });

  test("several inline comments do not slip into a block text", () => {
    expect(emitYaml([branch(comment("1", true), comment("2", true), ["k", "x\ny"])])).toBe("k: |- #1\n    x\n    y\n#2\n");
  });

  test("line breaks in a comment are LF", () => {
    expect(emitYaml([branch(comment("a\rb\u2028#c\u0085"), ["k", "v"])])).toBe("#a\n# b\n#c\nk: v\n");
  });

  test("a comment with control characters or bytes that are no UTF-8 is refused, without its text in the message", () => {
    for (const bad of ["secret\u0007", "secret\uDCFF", "secret\uFEFF"]) {
      const emit = (): string => emitYaml([branch(comment(bad), ["k", "v"])]);
      expect(emit).toThrow(expect.objectContaining({ code: "EMIT_FAILED", message: expect.not.stringContaining("secret") as string }));
    }
    expect(emitYaml([branch(comment("\t😀"), ["k", "v"])])).toBe("#\t😀\nk: v\n");
  });
});

describe("one node, as decrypt --extract prints it", () => {
  test("strings raw, other scalars with a line end", () => {
    expect(emitYamlValue(text("a\nb"))).toBe("a\nb");
    expect(emitYamlValue(text("yes"))).toBe("yes");
    expect(emitYamlValue(scalar("int", "5"))).toBe("5\n");
    expect(emitYamlValue(scalar("float", "1000000"))).toBe("1e+06\n");
    expect(emitYamlValue(scalar("bool", "True"))).toBe("true\n");
    expect(emitYamlValue({ kind: "null" })).toBe("null\n");
    expect(emitYamlValue(scalar("time", "2024-01-02T00:00:00Z"))).toBe("2024-01-02T00:00:00Z\n");
  });

  test("collections as documents; a sequence does not know the configured indentation", () => {
    const inner = branch(["k", branch(["x", list("1")])]);
    expect(emitYamlValue(inner, { indent: 2 })).toBe('k:\n  x:\n    - "1"\n');
    expect(emitYamlValue(list(comment(" c"), inner), { indent: 2 })).toBe('# c\n- k:\n    x:\n        - "1"\n');
    expect(emitYamlValue(list())).toBe("[]\n");
    expect(emitYamlValue(branch())).toBe("{}\n");
  });

  test("a comment as a record of its fields", () => {
    expect(emitYamlValue(comment(" c0"))).toBe("value: ' c0'\ninline: false\n");
  });
});
