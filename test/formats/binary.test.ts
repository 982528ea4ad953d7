import { describe, expect, test } from "vitest";
import { binary, binaryContainer } from "../../formats/binary.ts";
import { decodeText, encodeText } from "../../src/model/text.ts";
import { splice } from "../../src/model/tree.ts";
import { branchOf, leavesOf, shapesOf, str } from "../contracts/format-laws.ts";
import { manifest, readVector } from "../support/vectors.ts";
import { scalar } from "./yaml-emit-trees.ts";

const TOKEN = "ENC[AES256_GCM,data:1,iv:AA==,tag:BB==,type:str]";
const METADATA = branchOf([["mac", str("m")]]);

describe("a plain file", () => {
  test.each([["any text\n"], [""], ['{"data":"x","sops":{}}'], ["\uFEFF\0\r\n"]])("%j is one string, whatever it looks like", (text) => {
    const document = binary.parse(text);
    expect(shapesOf(document)).toEqual([["map", [["k", "data", ["str", text]]]]]);
    expect(document.metadata).toBeUndefined();
    expect(binary.emit(document.roots)).toBe(text);
  });

  test("all bytes survive", () => {
    const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
    expect(encodeText(binary.emit(binary.parse(decodeText(bytes)).roots))).toEqual(bytes);
  });

  test("becomes a container as sops writes it, and comes back", () => {
    const document = binary.parse("secret\n");
    const [leaf] = leavesOf(document);
    if (!leaf) throw new Error("no leaf");
    const container = splice(document.text, binary.cover(document, leaf, TOKEN));
    expect(container).toBe(`{\n\t"data": "${TOKEN}"\n}\n`);
    const sealed = splice(container, binaryContainer.attach(binaryContainer.parse(container), METADATA));
    expect(sealed).toBe(`{\n\t"data": "${TOKEN}",\n\t"sops": {\n\t\t"mac": "m"\n\t}\n}\n`);
    const opened = binaryContainer.parse(sealed);
    expect(shapesOf(opened)).toEqual([["map", [["k", "data", ["str", TOKEN]]]]]);
    expect(splice(document.text, binary.spell(document, leaf, str("other")))).toBe("other");
    expect([binary.source(document, leaf), binary.bare(document, leaf)]).toEqual(["secret\n", "secret\n"]);
  });

  test("has room for its value only", () => {
    const document = binary.parse("x");
    const [root] = document.roots;
    if (!root) throw new Error("no root");
    expect(splice(document.text, binary.replace(document, root, 0, str("y")))).toBe("y");
    for (const run of [
      () => binary.append(document, root, "k", str("v")),
      () => binary.remove(document, root, 0),
      () => binary.attach(document, METADATA),
      () => binary.replace(document, root, 0, scalar("int", "1")),
    ]) {
      expect(run).toThrow(expect.objectContaining({ code: "EMIT_FAILED" }));
    }
    expect(binary.detach(document)).toEqual([]);
  });
});

describe("printing", () => {
  test.each([
    ["no binary data found in tree", [branchOf([["a", str("x")]])]],
    ["the data of a binary file must be a string", [branchOf([["data", scalar("int", "1")]])]],
    ["there must be exactly one document", []],
    ["there must be exactly one document", [branchOf([]), branchOf([])]],
  ])("fails with %j", (message, roots) => {
    expect(() => binary.emit(roots)).toThrow(expect.objectContaining({ code: "EMIT_FAILED", message }));
  });

  test("other members beside the data are not printed", () => {
    expect(
      binary.emit([
        branchOf([
          ["a", str("x")],
          ["data", str("y")],
        ]),
      ]),
    ).toBe("y");
  });

  test("a single value must be a string", () => {
    expect(binary.emitValue(str("x"))).toBe("x");
    expect(binary.emitValue(branchOf([["data", str("y")]]))).toBe("y");
    expect(() => binary.emitValue(scalar("int", "1"))).toThrow(expect.objectContaining({ code: "EMIT_FAILED" }));
  });
});

describe("containers of sops", () => {
  const files = manifest.files.flatMap(({ file, decrypted, decrypt_exit: exit }) =>
    file !== undefined && /\.(?:bin|txt)$/.test(file) && decrypted !== undefined && exit === 0 ? [[file, decrypted] as const] : [],
  );

  test("are there", () => {
    expect(files.length).toBeGreaterThan(20);
  });

  test.each(files)("%s holds one token and the metadata, and opens to the plain file", (path, decrypted) => {
    const document = binaryContainer.parse(decodeText(readVector(path)));
    expect(document).toMatchObject({ format: "binary", metadata: { kind: "branch" } });
    const [leaf, ...more] = leavesOf(document);
    expect(more).toEqual([]);
    const plain = decodeText(readVector(decrypted));
    const value = str(plain);
    const opened = leaf
      ? splice(document.text, [...binaryContainer.spell(document, leaf, value), ...binaryContainer.detach(document)])
      : "";
    // JSON cannot hold bytes that are not UTF-8; the tree can.
    expect(binaryContainer.parse(opened).roots[0]).toMatchObject({
      entries: [{ key: "data", value: { canonical: plain.toWellFormed() } }],
    });
    expect(binary.emit([branchOf([["data", value]])])).toBe(plain);
  });
});
