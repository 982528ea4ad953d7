import { describe, expect, test } from "vitest";
import { isGap, matrixCells, matrixOf, type MatrixCell } from "../../../src/tui/model/matrix.ts";
import { countGaps } from "../../../src/tui/model/matrix-view.ts";
import { homeFor, overrideOf, selected } from "../../../src/tui/model/selection.ts";
import type { State } from "../../../src/tui/model/state.ts";
import { type Content, environment, fileOf, plain, press, sampleState, stateOf } from "../states.ts";

function project(contents: Readonly<Record<string, Content>>, isolated: readonly string[] = []): State {
  const files = Object.entries(contents).map(([name, content]) => fileOf(`${name}.yaml`, content));
  return stateOf(
    files,
    Object.keys(contents).map((name) => environment(name, [`${name}.yaml`], { isolated: isolated.includes(name) })),
  );
}
const keys = (state: State): readonly string[] =>
  matrixOf(state.project.environments, state.files, state.edits).rows.map((row) => row.path.join("."));
function cells(state: State, path: string, reference = 0): readonly MatrixCell[] {
  const { environments } = state.project;
  const row = matrixOf(environments, state.files, state.edits).rows.find((one) => one.path.join(".") === path);
  return row === undefined ? [] : matrixCells(row, environments, state.files, state.edits, reference);
}
const states = (state: State, path: string, reference = 0): readonly string[] => cells(state, path, reference).map((cell) => cell.state);

describe("rows", () => {
  test("are the union of all keys, new ones behind the key that they stand behind in their file", () => {
    const state = project({ dev: { a: "1", b: { x: "1", z: "1" }, d: "1" }, prod: { a: "1", c: "1", b: { x: "1", y: "1" }, e: "1" } });
    expect(keys(state)).toEqual(["a", "c", "b", "b.x", "b.y", "b.z", "e", "d"]);
  });

  test("follow the edits: added, renamed and deleted keys", () => {
    const state = press(sampleState(), "G", "l", "l", "d");
    expect(cells(state, "legacy_token").map((cell) => [cell.state, cell.edited])).toEqual([
      ["missing", false],
      ["missing", false],
      ["missing", true],
    ]);
    expect(keys(press(state, "u"))).toEqual(keys(sampleState()));
  });

  test("stay the same object as long as no tree changed", () => {
    const state = sampleState();
    const { environments } = state.project;
    expect(matrixOf(environments, new Map(state.files), state.edits)).toBe(matrixOf(environments, state.files, state.edits));
  });
});

describe("cells", () => {
  const state = project({
    dev: {
      same: "x",
      differs: "x",
      type: plain("1", "int"),
      empty: plain(""),
      nothing: null,
      group: { a: "1" },
      only: "x",
      kind: "x",
      plain: plain("x"),
    },
    staging: { same: "x", differs: "y", type: plain("1", "int"), empty: "x", nothing: "x", group: { a: "1" }, kind: "x", plain: "x" },
    prod: {
      same: "x",
      differs: "x",
      type: plain("1"),
      empty: "x",
      nothing: "x",
      group: { a: "1", b: "2" },
      kind: { below: "x" },
      plain: "x",
    },
  });

  test.each([
    ["same", ["same", "same", "same"]],
    ["differs", ["same", "differs", "same"]],
    ["type", ["same", "same", "clash"]],
    ["empty", ["empty", "differs", "differs"]],
    ["nothing", ["empty", "differs", "differs"]],
    ["group", ["branch", "branch", "branch"]],
    ["group.b", ["missing", "missing", "only"]],
    ["only", ["only", "missing", "missing"]],
    ["kind", ["clash", "clash", "branch"]],
    ["plain", ["same", "differs", "differs"]],
  ])("of %s are %j", (path, expected) => {
    expect(states(state, path)).toEqual(expected);
  });

  test("are compared with the column that one has chosen", () => {
    expect(states(state, "differs", 1)).toEqual(["differs", "same", "differs"]);
  });

  test("warn where a secret is shared with an environment that is kept apart", () => {
    const apart = project({ dev: { a: "x", b: "x" }, ci: { a: "x", b: "y" }, prod: { a: "z", b: "x" } }, ["prod"]);
    expect(cells(apart, "a").map((cell) => cell.shared)).toEqual([false, false, false]);
    expect(cells(apart, "b").map((cell) => cell.shared)).toEqual([true, false, true]);
  });

  test("of a file that cannot be read are no gaps", () => {
    const files = [fileOf("dev.yaml", { a: "x" }), fileOf("prod.yaml", {}, { state: "invalid", rows: [] })];
    const closed = stateOf(
      files,
      ["dev", "prod"].map((name) => environment(name, [`${name}.yaml`])),
    );
    expect(states(closed, "a")).toEqual(["only", "unreadable"]);
    expect(
      cells(closed, "a")
        .filter((cell) => cell.state === "unreadable")
        .some(isGap),
    ).toBe(false);
  });
});

test("gaps are counted once: what one environment has alone is one gap", () => {
  expect(countGaps(sampleState())).toEqual({ missing: 2, empty: 1, clash: 1, only: 1, total: 5 });
});

describe("places for values", () => {
  test("of an environment that inherits are overridden in its own file", () => {
    const files = [fileOf("base.yaml", { a: "x" }), fileOf("prod.yaml", { b: "y" })];
    const state = stateOf(
      files,
      ["prod", "dev"].map((name) => environment(name, ["base.yaml", "prod.yaml"], { own: ["prod.yaml"] })),
    );
    const one = selected(state);
    expect(one).toMatchObject({ file: "base.yaml", path: ["a"] });
    expect(one === undefined ? undefined : overrideOf(state, one)).toMatchObject({ file: "prod.yaml", path: ["a"] });
  });

  test("are in the first file of the environment that can hold the path", () => {
    const files = [fileOf("prod.env", { A: "x" }), fileOf("prod.ini", { s: { k: "x" } }), fileOf("prod.yaml", { a: "x" })];
    const env = environment("prod", ["prod.env", "prod.ini", "prod.yaml"]);
    const state = stateOf(files, [env]);
    expect(homeFor(state, env, ["B"])).toBe("prod.env");
    expect(homeFor(state, env, ["s", "new"])).toBe("prod.ini");
    expect(homeFor(state, env, ["a", "b", "c"])).toBe("prod.yaml");
    expect(homeFor(state, environment("x", ["prod.env"]), ["a", "b"])).toBeUndefined();
  });

  test("are not below a value, and a list gives its items no names", () => {
    const state = project({ dev: { a: "x", list: ["one", "two"] }, prod: { a: "x" } });
    const typed = press(state, "a", ...Array.from({ length: 20 }, () => "backspace"), ...Array.from("a.b"), "enter");
    expect(typed.messages.toast?.text).toBe("a is a value in dev: nothing can stand below it");
    expect(press(state, "j", "j", "m").messages.toast?.text).toBe("rename: an item of a list has no name");
  });
});

test("items of a list that are deleted together are deleted each", () => {
  const state = project({ dev: { list: ["one", "two", "three"] }, prod: { list: ["one", "two", "three"] } });
  const deleted = press(state, "j", "space", "j", "space", "d");
  expect(cells(deleted, "list.0").map((cell) => cell.facts?.fingerprint === cells(state, "list.2")[0]?.facts?.fingerprint)).toEqual([
    true,
    false,
  ]);
  expect(deleted.edits.done[0]?.edits.map((edit) => edit.path.join("."))).toEqual(["list.1", "list.0"]);
});
