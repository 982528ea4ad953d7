import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeText } from "../../../src/model/text.ts";
import type { Node } from "../../../src/model/tree.ts";
import { type Edit, type Edits, makeEdit, NO_EDITS, redoEdit, undoEdit } from "../../../src/tui/model/edits.ts";
import { type FileView, newFile } from "../../../src/tui/model/files.ts";
import { cellAt, findPath, pathAt, rowKey, sourceAt, type Tree, treeOf } from "../../../src/tui/model/tree.ts";
import { SessionFile } from "../../../src/workspace/session/session-file.ts";
import { applyEdits, type SessionEdit } from "../../../src/workspace/session/session-edits.ts";
import { assertAlways, assertAlwaysNow } from "../../support/property.ts";
import { LATER, sealText, unlockText } from "../../support/sotto.ts";
import { factsOf, fileOf, valueRef } from "../states.ts";

const PLAIN = `# head
a:
    x: one
    # about y
    y:
        deep: two
        other: three
b: four
c:
    - five
    - six
    - seven
d_unencrypted: plain
e: null
f:
    g: eight
`;
const sealed = await sealText(PLAIN, "yaml");
const session = await SessionFile.read(encodeText(sealed), "s.yaml", "yaml");
const file: FileView = { ...newFile("s.yaml", "yaml"), state: "read", key: "open", rows: session.rows };

/** What a person might do, as numbers that mean something in whatever tree there is by then. */
const intents = fc.array(
  fc.record({
    kind: fc.constantFrom("set", "add", "remove", "rename"),
    row: fc.nat(),
    name: fc.constantFrom("b", "x", "n", "m"),
    text: fc.constantFrom("p", "q", "one"),
  }),
  { maxLength: 8 },
);
type Intent = typeof intents extends fc.Arbitrary<infer T> ? (T extends readonly (infer One)[] ? One : never) : never;

const isLive = (tree: Tree, index: number): boolean => tree.change(index)?.kind !== "removed";

/** An edit that the screens would offer; undefined where they would refuse. */
function editFor(tree: Tree, { kind, row, name, text }: Intent, number: number): Edit | undefined {
  const live = tree.rows.flatMap((one, index) => (isLive(tree, index) && one.kind !== "comment" ? [index] : []));
  const index = live[row % Math.max(1, live.length)];
  const one = index === undefined ? undefined : tree.rows[index];
  if (index === undefined || one === undefined) return undefined;
  const path = pathAt(tree, index);
  const inList = tree.rows[one.parent]?.kind === "list";
  switch (kind) {
    case "set":
      if (one.kind !== "value" && one.kind !== "null") return undefined;
      return { file: "s.yaml", path, change: { kind: "set", value: valueRef(`v${number}`, text) } };
    case "add": {
      const target = one.kind === "map" ? [...path, name] : inList ? undefined : [...path.slice(0, -1), name];
      if (target === undefined || isTaken(tree, target)) return undefined;
      return {
        file: "s.yaml",
        path: number % 2 === 0 ? target : [...target, "below"],
        change: { kind: "set", value: valueRef(`v${number}`, text) },
      };
    }
    case "remove":
      return { file: "s.yaml", path, change: { kind: "remove" } };
    case "rename":
      if (inList || isTaken(tree, [...path.slice(0, -1), name])) return undefined;
      return { file: "s.yaml", path, change: { kind: "rename", to: name } };
  }
}

function isTaken(tree: Tree, path: readonly string[]): boolean {
  const index = findPath(tree, path);
  return index !== undefined && isLive(tree, index);
}

function edited(all: readonly Intent[]): Edits {
  let edits = NO_EDITS;
  for (const [number, intent] of all.entries()) {
    const edit = editFor(treeOf(file, edits), intent, number);
    if (edit !== undefined) edits = makeEdit(edits, { label: "", edits: [edit] });
  }
  return edits;
}

const texts = (all: readonly Intent[]): ReadonlyMap<string, string> => new Map(all.map(({ text }, number) => [`v${number}`, text]));

/** What is shown, row by row, but for removed ones and comments. */
function shown(edits: Edits, typed: ReadonlyMap<string, string>, plain: ReadonlyMap<number, string>): readonly string[] {
  const tree = treeOf(file, edits);
  return tree.rows.flatMap((row, index) => {
    if (!isLive(tree, index) || row.kind === "comment") return [];
    const cell = cellAt(file, tree, index);
    const path = pathAt(tree, index).join(".");
    if (cell.kind === "map" || cell.kind === "list") return [`${path}: ${cell.kind} ${cell.count}`];
    const source = sourceAt(file, tree, index);
    const text = source?.kind === "kept" ? typed.get(source.id) : source?.kind === "row" ? plain.get(source.row) : "null";
    return [`${path}: ${text}`];
  });
}

function flatten(node: Node, path: string, lines: string[]): void {
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  if (node.kind === "branch") {
    const pairs = node.entries.filter((entry) => entry.kind === "pair");
    if (path !== "") lines.push(`${path}: map ${pairs.length}`);
    for (const pair of pairs) flatten(pair.value, at(pair.key), lines);
  } else if (node.kind === "sequence") {
    const items = node.items.filter((item) => item.kind !== "comment");
    lines.push(`${path}: list ${items.length}`);
    for (const [index, item] of items.entries()) flatten(item, at(String(index)), lines);
  } else lines.push(`${path}: ${node.kind === "null" ? "null" : node.canonical}`);
}

async function plaintexts(): Promise<ReadonlyMap<number, string>> {
  using open = await unlockText(sealed, "yaml");
  const lines: string[] = [];
  const root = open.roots()[0];
  if (root !== undefined) flatten(root, "", lines);
  const byPath = new Map(lines.map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]));
  return new Map(session.rows.map((_, row) => [row, byPath.get(session.pathOf(row).join(".")) ?? ""]));
}
const plain = await plaintexts();

const editOf = (path: string, change: Edit["change"]): Edit => ({ file: "a.yaml", path: path.split("."), change });

describe("a tree with unsaved edits", () => {
  test("shows what the file would say if they were saved", async () => {
    await assertAlways(intents, 150, async (all) => {
      const edits = edited(all);
      const typed = texts(all);
      using open = await unlockText(sealed, "yaml");
      const changes = edits.done.flatMap(({ edits: [edit] }): SessionEdit[] => {
        if (edit === undefined) return [];
        const { path, change } = edit;
        if (change.kind !== "set") return [{ ...change, path }];
        return [{ kind: "set", path, node: { kind: "scalar", type: "str", canonical: typed.get(change.value.id) ?? "" } }];
      });
      applyEdits(open, changes);
      const lines: string[] = [];
      // As it is read again, not as it is in memory.
      using again = await unlockText(new TextDecoder().decode(open.encode(LATER)), "yaml");
      const root = again.roots()[0];
      if (root !== undefined) flatten(root, "", lines);
      // What is set again after it was removed goes to the end of the file, and is shown where it was.
      expect(shown(edits, typed, plain).toSorted()).toEqual(lines.toSorted());
    });
  });

  test("is as before when all is undone, and as after when all is done again", () => {
    assertAlwaysNow(intents, 300, (all) => {
      const end = edited(all);
      const typed = texts(all);
      const seen = [shown(end, typed, plain)];
      let edits = end;
      while (edits.done.length > 0) {
        edits = undoEdit(edits);
        seen.push(shown(edits, typed, plain));
      }
      expect(seen.at(-1)).toEqual(shown(NO_EDITS, typed, plain));
      expect(treeOf(file, edits).rows).toBe(file.rows);
      for (const before of seen.slice(0, -1).toReversed()) {
        edits = redoEdit(edits);
        expect(shown(edits, typed, plain)).toEqual(before);
      }
      expect(edits).toEqual({ ...end, undone: [] });
    });
  });

  test("has rows whose parents stand above them, and no two live ones of one path", () => {
    assertAlwaysNow(intents, 300, (all) => {
      const tree = treeOf(file, edited(all));
      for (const [index, row] of tree.rows.entries()) {
        expect(row.parent).toBeLessThan(index);
        expect(row.depth).toBe((tree.rows[row.parent]?.depth ?? -1) + 1);
      }
      const keys = tree.rows.flatMap((_, index) => (isLive(tree, index) ? [rowKey(tree, index)] : []));
      expect(new Set(keys).size).toBe(keys.length);
      const live = tree.rows.flatMap((row, index) => (isLive(tree, index) && row.kind !== "comment" ? [index] : []));
      expect(live.map((index) => findPath(tree, pathAt(tree, index)))).toEqual(live);
    });
  });

  test("marks what changed and how", () => {
    const small = fileOf("a.yaml", { a: { b: "one", c: "two" }, d: "three" });
    const edits = makeEdit(NO_EDITS, {
      label: "four at once",
      edits: [
        editOf("a.b", { kind: "set", value: valueRef("v1", "new") }),
        editOf("a.c", { kind: "remove" }),
        editOf("d", { kind: "rename", to: "e" }),
        editOf("m.n", { kind: "set", value: valueRef("v2", "far") }),
      ],
    });
    const tree = treeOf(small, edits);
    expect(tree.rows.map((row, index) => [row.key, row.count, tree.change(index)?.kind])).toEqual([
      ["a", 1, undefined],
      ["b", 0, "changed"],
      ["c", 0, "removed"],
      ["e", 0, "renamed"],
      ["m", 1, "made"],
      ["n", 0, "added"],
    ]);
    expect(cellAt(small, tree, 1)).toEqual({ kind: "secret", facts: factsOf("new") });
  });

  test("stays the same object for a file that an edit does not touch", () => {
    const other = fileOf("other.yaml", { a: "x" });
    const one = makeEdit(NO_EDITS, { label: "", edits: [{ file: "other.yaml", path: ["a"], change: { kind: "remove" } }] });
    const two = makeEdit(one, { label: "", edits: [{ file: "s.yaml", path: ["b"], change: { kind: "remove" } }] });
    expect(treeOf(other, two)).toBe(treeOf(other, one));
  });
});
