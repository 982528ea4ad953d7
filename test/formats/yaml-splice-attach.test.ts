import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { yaml } from "../../formats/yaml.ts";
import type { Branch } from "../../src/model/tree.ts";
import { splice } from "../../src/model/tree.ts";
import { documents } from "./yaml-arbitrary.ts";
import { DOCUMENTS } from "./yaml-documents.ts";
import { block, list, mapping, signature, str } from "./yaml-splice-law.ts";

const SMALL = mapping(["mac", str("m")], ["version", str("3.13.3")]);

function attach(text: string, metadata: Branch = SMALL): string {
  return splice(text, yaml.attach(yaml.parse(text), metadata));
}

function detach(text: string): string {
  return splice(text, yaml.detach(yaml.parse(text)));
}

/** The lines that differ, as `-old` and `+new`, for texts of the same number of lines. */
function changedLines(before: string, after: string): string[] {
  const [left, right] = [before.split("\n"), after.split("\n")];
  expect(right.length).toBe(left.length);
  return left.flatMap((line, index) => (line === right[index] ? [] : [`-${line}`, `+${right[index] ?? ""}`]));
}

describe("attaching a block for the first time", () => {
  it("puts it behind everything, comments and blank lines included", () => {
    expect(attach("a: 1\n")).toBe("a: 1\nsops:\n    mac: m\n    version: 3.13.3\n");
    expect(attach("a: 1\n\n# end\n\n")).toBe("a: 1\n\n# end\n\nsops:\n    mac: m\n    version: 3.13.3\n");
    expect(attach("a: |+\n  x\n\n")).toBe("a: |+\n  x\n\nsops:\n    mac: m\n    version: 3.13.3\n");
  });

  it("adds no final newline to a file without one", () => {
    expect(attach("a: 1")).toBe("a: 1\nsops:\n    mac: m\n    version: 3.13.3");
    expect(attach("a: 1\r\nb: 2")).toBe("a: 1\r\nb: 2\r\nsops:\r\n    mac: m\r\n    version: 3.13.3");
  });

  it("stands in front of an entry that would get a line feed from it", () => {
    expect(attach("a: 1\n# c\nb: |\n  open")).toBe("a: 1\n# c\nsops:\n    mac: m\n    version: 3.13.3\nb: |\n  open");
    expect(attach("\uFEFFb:\n  - >+\n    x\n\n  ")).toBe("\uFEFFsops:\n    mac: m\n    version: 3.13.3\nb:\n  - >+\n    x\n\n  ");
    expect(attach("b: |-\n  x")).toBe("b: |-\n  x\nsops:\n    mac: m\n    version: 3.13.3");
  });

  it("changes no value of the document", () => {
    for (const { text } of DOCUMENTS) {
      for (const one of [text, text.replace(/\r?\n$/, ""), text.replace(/\r?\n$/, "\n   "), text.replace(/\r?\n/g, "\r\n")]) {
        expect(signature(yaml.parse(attach(one)))).toEqual(signature(yaml.parse(one)));
      }
    }
  });

  it("stands in the column of the root", () => {
    expect(attach("  a: 1\n  # c\n")).toBe("  a: 1\n  # c\n  sops:\n      mac: m\n      version: 3.13.3\n");
  });

  it("goes into every document of a stream, in front of what ends it", () => {
    const sops = "sops:\n    mac: m\n    version: 3.13.3\n";
    expect(attach("a: 1\n---\n---\n# c\nb: 2\n...\n# end\n")).toBe(`a: 1\n${sops}---\n${sops}---\n# c\nb: 2\n${sops}...\n# end\n`);
  });

  it("prints lists as sops does", () => {
    expect(attach("a: 1\n", block("bWFj"))).toBe(
      "a: 1\nsops:\n    age:\n        - enc: |\n            -----BEGIN AGE ENCRYPTED FILE-----\n            YWJj\n" +
        "            -----END AGE ENCRYPTED FILE-----\n          recipient: age1xyz\n" +
        '    lastmodified: "2024-01-02T03:04:05Z"\n    mac: ENC[AES256_GCM,data:bWFj,iv:aXY=,tag:dGFn,type:str]\n    version: 3.13.3\n',
    );
  });

  it("stands inside the braces of a flow root", () => {
    const sops = '"sops": {"mac": "m", "version": "3.13.3"}';
    expect(attach("{a: 1}\n")).toBe(`{a: 1, ${sops}}\n`);
    expect(attach("{a: 1,}\n")).toBe(`{a: 1,${sops},}\n`);
    expect(attach("{a: 1, }\n")).toBe(`{a: 1, ${sops},}\n`);
    expect(attach("{\n  a: 1 # c, d\n}")).toBe(`{\n  a: 1 # c, d\n, ${sops}}`);
    expect(attach("---\n{}\n")).toBe(`---\n{${sops}}\n`);
  });

  it("is refused where a document is only a null", () => {
    expect(() => attach("a: 1\n---\nnull\n")).toThrow(/only a null/);
  });
});

describe("detaching", () => {
  it("is the inverse", () => {
    for (const { text } of DOCUMENTS) {
      for (const one of [text, text.replace(/\n$/, ""), text.replace(/\r?\n/g, "\r\n"), `${text}\n   \n# end`]) {
        expect(detach(attach(one, block("bWFj")))).toBe(one);
      }
    }
    for (const one of ["{a: 1}", "{a: 1,}", "{a: 1, }", "{a: 1 ,\n}", "{ }", "{a}", "{a: , # c\n}"]) expect(detach(attach(one))).toBe(one);
  });

  it("is the inverse for generated documents", () => {
    assert(
      property(documents, (text) => {
        expect(detach(attach(text, block("bWFj")))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it("removes a block that stands first or in the middle, and leaves what is around", () => {
    const sops = "sops:\n  mac: m\n  # inner\n  version: 1\n";
    expect(detach(`${sops}a: 1\n`)).toBe("a: 1\n");
    expect(detach(`a: 1\n# head\n${sops}# next\nb: 2\n`)).toBe("a: 1\n# head\n# next\nb: 2\n");
    expect(detach('{"sops": {"mac": "m"}, a: 1}')).toBe("{a: 1}");
    expect(detach('{a: 1, "sops": {"mac": "m"}, b: 2}')).toBe("{a: 1, b: 2}");
  });
});

describe("bringing a block up to date", () => {
  it("changes nothing if nothing changed", () => {
    for (const { text } of DOCUMENTS) {
      const attached = attach(text, block("bWFj"));
      expect(attach(attached, block("bWFj"))).toBe(attached);
    }
  });

  it("changes only the line of the MAC, in each document", () => {
    for (const { text } of DOCUMENTS) {
      const attached = attach(text, block("bWFj"));
      const changes = changedLines(attached, attach(attached, block("bmV3")));
      expect(changes).toHaveLength(2 * yaml.parse(text).roots.length);
      for (const [index, line] of changes.entries()) {
        expect(line.replace("bmV3", "bWFj").slice(1)).toBe(changes[index - (index % 2)]?.slice(1));
        expect(line).toContain(index % 2 === 0 ? "data:bWFj" : "data:bmV3");
      }
    }
  });

  const foreign = [
    "a: 1",
    "sops:",
    "  # ours",
    "  kms: []",
    "  pgp: null",
    "  shamir_threshold: '2'",
    '  lastmodified: "2020-01-01T00:00:00Z" # when',
    "  mac: 'old'",
    "  zz: kept",
    "  version: 3.9.4",
    "b: 2",
    "",
  ].join("\n");

  it("keeps the style, the order, the comments and the place of the block", () => {
    const next = mapping(
      ["lastmodified", str("2024-01-02T03:04:05Z")],
      ["mac", str("new")],
      ["shamir_threshold", { kind: "scalar", type: "int", canonical: "2" }],
      ["version", str("3.9.4")],
      ["zz", str("kept")],
    );
    expect(changedLines(foreign, attach(foreign, next))).toEqual([
      '-  lastmodified: "2020-01-01T00:00:00Z" # when',
      '+  lastmodified: "2024-01-02T03:04:05Z" # when',
      "-  mac: 'old'",
      "+  mac: 'new'",
    ]);
  });

  it("writes new and changed lists in the block's own indentation, in alphabetical place, and drops what is gone", () => {
    const next = mapping(
      ["age", list(mapping(["enc", str("l1\nl2\n")], ["recipient", str("age1")]))],
      ["lastmodified", str("2020-01-01T00:00:00Z")],
      ["mac", str("old")],
      ["pgp", list(mapping(["fp", str("AB")]))],
      ["version", str("3.9.4")],
      ["zzz", str("end")],
    );
    expect(attach(foreign, next).split("\n")).toEqual([
      "a: 1",
      "sops:",
      "  # ours",
      "  age:",
      "    - enc: |",
      "        l1",
      "        l2",
      "      recipient: age1",
      "  kms: []",
      "  pgp:",
      "    - fp: AB",
      '  lastmodified: "2020-01-01T00:00:00Z" # when',
      "  mac: 'old'",
      "  version: 3.9.4",
      "  zzz: end",
      "b: 2",
      "",
    ]);
  });

  it("replaces a list by another", () => {
    const attached = attach("a: 1\n", block("bWFj"));
    const next = mapping(
      ["age", list(mapping(["enc", str("X\n")], ["recipient", str("age1a")]), mapping(["enc", str("Y\n")], ["recipient", str("age1b")]))],
      ["lastmodified", str("2024-01-02T03:04:05Z")],
      ["mac", str("ENC[AES256_GCM,data:bWFj,iv:aXY=,tag:dGFn,type:str]")],
      ["version", str("3.13.3")],
    );
    expect(attach(attached, next)).toBe(attach("a: 1\n", next));
  });

  it("finds fields written in capitals, as sops does", () => {
    expect(attach("a: 1\nsops:\n    MAC: x\n    version: 3.13.3\n", mapping(["mac", str("z")], ["version", str("3.13.3")]))).toBe(
      "a: 1\nsops:\n    MAC: z\n    version: 3.13.3\n",
    );
  });

  it("keeps the file's line ends and its missing final newline", () => {
    const attached = attach("a: 1\r\nb: 2");
    expect(attach(attached, mapping(["age", list(mapping(["enc", str("x\ny\n")]))], ["mac", str("m")], ["version", str("3.13.3")]))).toBe(
      "a: 1\r\nb: 2\r\nsops:\r\n    age:\r\n        - enc: |\r\n            x\r\n            y\r\n    mac: m\r\n    version: 3.13.3",
    );
    expect(attach(attached, mapping(["mac", str("m")]))).toBe("a: 1\r\nb: 2\r\nsops:\r\n    mac: m");
  });

  it("updates a block inside braces", () => {
    expect(attach('{a: 1, "sops": {"mac": "m", "version": "3.13.3"}}', mapping(["mac", str("n")], ["version", str("3.13.3")]))).toBe(
      '{a: 1, "sops": {"mac": "n", "version": "3.13.3"}}',
    );
    expect(attach('{a: 1, "sops": {"mac": "m"}}', mapping(["age", list(mapping(["enc", str("x\n")]))], ["mac", str("m")]))).toBe(
      '{a: 1, "sops": {"age": [{"enc": "x\\n"}], "mac": "m"}}',
    );
  });
});
