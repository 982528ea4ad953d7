import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { currentDocumentRow, documentView } from "../../../src/tui/model/document-view.ts";
import { pathKey } from "../../../src/tui/model/edits.ts";
import { listHeight } from "../../../src/tui/model/layout.ts";
import { listLength, listOf } from "../../../src/tui/model/lengths.ts";
import { currentRow } from "../../../src/tui/model/matrix-view.ts";
import { newDocument } from "../../../src/tui/model/screens.ts";
import { type State, topScreen } from "../../../src/tui/model/state.ts";
import { rowKey } from "../../../src/tui/model/tree.ts";
import { assertAlwaysNow } from "../../support/property.ts";
import { after, documentState, environment, fileOf, plain, press, sampleState, stateOf, valueRef } from "../states.ts";

const CONTENT = {
  "# head": null,
  a: { x: "one", y: { deep: "two", deeper: { deepest: "three" } }, z: plain("4", "int") },
  b: "five",
  c: ["six", "seven", "eight"],
  d: { e: null, f: "nine" },
};
const SMALL = { columns: 80, rows: 15 };

/** The row under the cursor by what it is, not by where it is. */
function here(state: State): string | undefined {
  const screen = topScreen(state);
  if (screen.kind === "matrix") return currentRow(state, screen)?.id;
  if (screen.kind !== "document") return undefined;
  const row = currentDocumentRow(state, screen);
  return row === undefined ? undefined : rowKey(row.tree, row.index);
}

/** An edit as the editor makes one when it is left. */
function setAt(state: State, file: string, path: readonly string[]): State {
  const value = valueRef(`v${state.edits.done.length}`, "new");
  return after(state, {
    topic: "editor",
    kind: "kept",
    label: "set",
    targets: [{ file, path, label: "", encrypted: true }],
    values: [value],
  });
}

function check(state: State): void {
  const screen = topScreen(state);
  const { cursor, top } = listOf(screen);
  const length = listLength(state, screen);
  expect(cursor).toBeGreaterThanOrEqual(0);
  expect(cursor).toBeLessThan(Math.max(1, length));
  expect(top).toBeLessThanOrEqual(cursor);
  expect(cursor).toBeLessThan(top + listHeight(state));
}

const MOVES = ["j", "k", "G", "g g", "J", "K", "pagedown", "ctrl+u", "z z", "z M", "z R", "h", "l", "space", "escape"];
const keys = fc.array(
  fc.constantFrom(...MOVES, "f", "d", "u", "U", "insert a", "insert n", "filter o", "filter ~edited", "filter zzz", "tab", "."),
  {
    maxLength: 25,
  },
);

function act(state: State, key: string): State {
  if (key.startsWith("filter "))
    return press(state, "/", ...Array.from({ length: 12 }, () => "backspace"), ...Array.from(key.slice(7)), "enter");
  const screen = topScreen(state);
  const file = screen.kind === "document" ? "s.yaml" : "secrets/dev.yaml";
  if (key.startsWith("insert ")) return setAt(state, file, ["a", `${key.slice(7)}${state.edits.done.length}`]);
  return press(state, ...key.split(" "));
}

describe("the cursor", () => {
  test("is never lost in a file, whatever is folded, filtered, edited and undone", () => {
    assertAlwaysNow(keys, 300, (all) => {
      let state = documentState(fileOf("s.yaml", CONTENT), { size: SMALL });
      for (const key of all) check((state = act(state, key)));
    });
  });

  test("is never lost in the matrix", () => {
    assertAlwaysNow(keys, 200, (all) => {
      let state = sampleState({ size: SMALL });
      for (const key of all) check((state = act(state, key)));
    });
  });

  test("stays on its row when a row comes above it, and when that is undone", () => {
    const at = press(documentState(fileOf("s.yaml", CONTENT)), "G", "k");
    // What was just added has the cursor; then one goes back.
    const inserted = press(setAt(at, "s.yaml", ["a", "w"]), "G", "k");
    expect(here(inserted)).toBe(here(at));
    expect(here(press(inserted, "u"))).toBe(here(at));
    expect(here(press(inserted, "u", "U"))).toBe(here(at));
  });

  test("goes to what held a row that is gone", () => {
    const added = setAt(documentState(fileOf("s.yaml", CONTENT)), "s.yaml", ["d", "new"]);
    const on = press(added, "G");
    expect(here(on)).toBe(`0\0${pathKey(["d", "new"])}`);
    expect(here(press(on, "u"))).toBe(`0\0${pathKey(["d"])}`);
  });

  test("stays on its row when the file is read again with others in it", () => {
    const at = press(documentState(fileOf("s.yaml", CONTENT)), "G");
    const again = after(at, { topic: "project", kind: "file", file: fileOf("s.yaml", { first: "x", second: "y", ...CONTENT }) });
    expect(here(again)).toBe(here(at));
    const shorter = after(at, { topic: "project", kind: "file", file: fileOf("s.yaml", { a: "x" }) });
    check(shorter);
    expect(here(shorter)).toBe("0\0a");
  });

  test("stays on its row when a filter comes and goes, else goes to the first hit", () => {
    const at = press(documentState(fileOf("s.yaml", CONTENT)), "g g", "j", "j", "j", "j");
    expect(here(at)).toBe(`0\0${pathKey(["a", "y", "deep"])}`);
    const filtered = act(at, "filter deep");
    expect(here(filtered)).toBe(here(at));
    expect(here(press(filtered, "escape"))).toBe(here(at));
    expect(here(act(press(at, "G"), "filter deepest"))).toBe(`0\0${pathKey(["a", "y", "deeper", "deepest"])}`);
  });

  test("of the matrix stays on its row through views, filters and folds", () => {
    const at = press(sampleState(), "j", "j", "j", "j", "j", "j", "j");
    expect(here(at)).toBe(pathKey(["stripe", "webhook_secret"]));
    expect(here(press(at, "f"))).toBe(here(at));
    expect(here(press(at, "z", "M"))).toBe("stripe");
    expect(here(press(at, "z", "z"))).toBe("stripe");
    expect(here(act(at, "filter hook"))).toBe(here(at));
    expect(here(press(act(at, "filter hook"), "escape"))).toBe(here(at));
    expect(here(act(at, "filter host"))).toBe(pathKey(["database", "host"]));
  });

  test("of the matrix keeps its column within the environments", () => {
    const at = press(sampleState(), "l", "l");
    const one = environment("dev", ["secrets/dev.yaml"]);
    const fewer = after(at, {
      topic: "project",
      kind: "loaded",
      project: { ...at.project, environments: [one, { ...one, name: "b" }] },
      files: [...at.files.values()],
    });
    expect(topScreen(fewer)).toMatchObject({ kind: "matrix", column: 1 });
  });
});

test("a fold stays on its group when rows come above it", () => {
  const at = press(documentState(fileOf("s.yaml", CONTENT)), "G", "K", "K", "K", "G", "k", "k", "z", "z");
  const folded = topScreen(at).kind === "document" ? here(at) : undefined;
  expect(folded).toBe("0\0d");
  const inserted = setAt(setAt(at, "s.yaml", ["a", "w"]), "s.yaml", ["a", "v"]);
  const screen = topScreen(inserted);
  const view = screen.kind === "document" ? documentView(inserted, screen) : undefined;
  const rows = screen.kind === "document" ? [...(screen.folded.get("s.yaml") ?? [])] : [];
  expect(rows.map((row) => view?.tree.rows[row]?.key)).toEqual(["d"]);
});

test("a screen below the one on top keeps its cursor, too", () => {
  const file = fileOf("secrets/dev.yaml", CONTENT);
  const matrix = press(
    stateOf(
      [file, fileOf("secrets/prod.yaml", CONTENT)],
      ["dev", "prod"].map((name) => environment(name, [`secrets/${name}.yaml`])),
    ),
    "G",
  );
  const above = { ...matrix, screens: [...matrix.screens, newDocument("secrets/dev.yaml")] };
  const edited = setAt(above, "secrets/dev.yaml", ["a", "new"]);
  expect(here(press(edited, "escape"))).toBe(here(matrix));
  expect(here(press(edited, "u", "escape"))).toBe(here(matrix));
});
