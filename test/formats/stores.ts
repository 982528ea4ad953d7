/** What sops's JSON, dotenv and INI stores read and print (test/vectors), held against a format. */
import { describe, expect, test } from "vitest";
import { SottoError } from "../../src/model/error.ts";
import type { Format } from "../../src/model/format.ts";
import { decodeText } from "../../src/model/text.ts";
import { splice } from "../../src/model/tree.ts";
import type { Branch, Document, Pair } from "../../src/model/tree.ts";
import { printFlat } from "../../formats/flat/text.ts";
import { branchOf, leavesOf, pair, shapeOf, shapesOf, str, textOf } from "../contracts/format-laws.ts";
import type { View } from "../contracts/format-laws.ts";
import { manifest, readVector } from "../support/vectors.ts";
import { readRows, toBranch } from "./yaml-emit-trees.ts";
import { normalise, notate } from "./yaml-read-tree.ts";
import type { ReadingNode } from "./yaml-read-tree.ts";

interface Row {
  readonly format?: string;
  readonly in?: string;
  readonly tree?: readonly ReadingNode[];
  readonly indent?: number;
  readonly out?: string;
  readonly error?: string;
}

/** Rows of `test/vectors/readings` for one format. */
function rowsOf(format: Format, ...names: readonly string[]): Row[] {
  return names.flatMap((name) => readRows<Row>(name)).filter((row) => (row.format ?? format.id) === format.id);
}

/** What came of a text: `same` tree, both `refuse`, or our refusal of what sops reads. */
function verdict(format: Format, row: Row): string {
  try {
    const document = format.parse(row.in ?? "");
    if (row.tree === undefined) return "accepted, sops refuses";
    const tree = JSON.stringify(wholeRoots(format, document).map((root) => notate(root)));
    return tree === JSON.stringify(row.tree.map(normalise)) ? "same" : "another tree";
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    if (row.tree === undefined) return "both refuse";
    return error.code.endsWith("_UNSUPPORTED") ? error.message : `${error.code}, sops reads it`;
  }
}

/** Counts the verdicts, for an exact comparison. */
export function countReadings(format: Format): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rowsOf(format, `${format.id}.jsonl`, "stores-read.jsonl")) {
    const found = verdict(format, row);
    counts[found] = (counts[found] ?? 0) + 1;
  }
  return counts;
}

/** Texts with a verdict. */
export function textsWith(format: Format, wanted: string): string[] {
  const rows = rowsOf(format, `${format.id}.jsonl`, "stores-read.jsonl");
  return rows.filter((row) => verdict(format, row) === wanted).map((row) => row.in ?? "");
}

/** The trees with the metadata as sops would hand them to its emitter. */
export function wholeRoots(format: Format, document: Document): Branch[] {
  const { metadata } = document;
  const [root] = document.roots;
  if (metadata?.kind !== "branch" || !root) return [...document.roots];
  const flat = metadata.entries.filter((entry) => entry.kind === "pair");
  const added: Pair[] = format.metadata === "flat" ? flat.map((one) => pair(`sops_${one.key}`, one.value)) : [pair("sops", metadata)];
  return [{ kind: "branch", entries: [...root.entries, ...added] }];
}

/** Values as a format without types gives them back. */
const FLAT: View = { leaf: (leaf) => ["str", printFlat(leaf)], comment: () => undefined };

/** True if a printed text gives the tree back, comments and types aside. */
function givesBack(format: Format, text: string, roots: readonly Branch[]): boolean {
  try {
    const read = format.parse(text);
    const first = roots[0]?.entries[0];
    const withDefault =
      format.metadata === "section" && !(first?.kind === "pair" && first.key === "DEFAULT")
        ? roots.map((root): Branch => ({ kind: "branch", entries: [pair("DEFAULT", { kind: "branch", entries: [] }), ...root.entries] }))
        : roots;
    const wanted = JSON.stringify(withDefault.map((root) => shapeOf(root, FLAT))).replaceAll('["null"]', '["str","<nil>"]');
    return JSON.stringify(shapesOf(read, FLAT)) === wanted;
  } catch (error) {
    if (SottoError.is(error)) return false;
    throw error;
  }
}

/** How our output compares: `same`, or where sops's does not read back whether ours does. */
export function countPrinted(format: Format): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rowsOf(format, "stores-printed.jsonl")) {
    const roots = (row.tree ?? []).map(toBranch);
    const text = format.emit(roots, { lossy: true, indent: row.indent ?? 0 });
    const sops = row.out ?? "";
    const found =
      text === sops
        ? "same"
        : `sops's ${givesBack(format, sops, roots) ? "reads back" : "does not read back"}, ours ${givesBack(format, text, roots) ? "does" : "does not"}`;
    counts[found] = (counts[found] ?? 0) + 1;
  }
  return counts;
}

const loadVector = (path: string): string => decodeText(readVector(path));

/** Files that a release wrote and opened again. */
function listVectors(suffix: string): { readonly path: string; readonly release: string; readonly plain: string }[] {
  return manifest.files.flatMap(({ file, decrypted, decrypt_exit: exit, sops }) =>
    file?.endsWith(suffix) && decrypted !== undefined && exit === 0 ? [{ path: file, release: sops, plain: decrypted }] : [],
  );
}

export function describeVectors(format: Format, suffix: string): void {
  const found = listVectors(suffix);
  const vectors = found.map((one) => [one.path, one.plain] as const);
  const newest = found.filter((one) => one.release === "3.13.3").map((one) => [one.path]);

  describe("files of sops", () => {
    test("are there", () => {
      expect(newest.length).toBeGreaterThan(3);
      expect(vectors.length).toBeGreaterThan(20);
    });

    test.each(newest)("%s is emitted to the byte, data and metadata at once or one after the other", (path) => {
      const text = loadVector(path);
      const document = format.parse(text);
      expect(format.emit(wholeRoots(format, document))).toBe(text);
      const data = format.emit(document.roots);
      const metadata = document.metadata?.kind === "branch" ? document.metadata : branchOf([]);
      expect(splice(data, format.attach(format.parse(data), metadata))).toBe(text);
      expect(splice(text, format.detach(document))).toBe(data);
    });

    test.each(vectors)("%s opened in place is what sops prints", (path, decrypted) => {
      const text = loadVector(path);
      const plain = loadVector(decrypted);
      const document = format.parse(text);
      const leaves = leavesOf(document).filter((leaf) => textOf(leaf) !== "");
      const values = leavesOf(format.parse(plain)).filter((leaf) => textOf(leaf) !== "");
      expect(values.length).toBe(leaves.length);
      const spelled = leaves.flatMap((leaf, index) => format.spell(document, leaf, values[index] ?? str("")));
      expect(splice(text, [...spelled, ...format.detach(document)])).toBe(plain);
      // Up to 3.9 JSON had no final line end.
      expect(format.emit(format.parse(plain).roots).trimEnd()).toBe(plain.trimEnd());
    });
  });
}
