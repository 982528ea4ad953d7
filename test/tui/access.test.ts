/** Who can read what, and the wizard, as states: which keys lead where, what is asked, and what is refused. */
import { describe, expect, test } from "vitest";
import { accessWidths, toAccessColumn } from "../../src/tui/model/access.ts";
import { makeEdit } from "../../src/tui/model/edits.ts";
import type { Event } from "../../src/tui/model/events.ts";
import { type State, topScreen } from "../../src/tui/model/state.ts";
import { markedFiles, progressOf, type WizardScreen } from "../../src/tui/model/wizard.ts";
import { changedLines } from "../../src/tui/effects/changed-lines.ts";
import { reduce } from "../../src/tui/reduce/reduce.ts";
import { accessState, BEN, planFile, PLAN, previewState, VIEW } from "./access-states.ts";
import { after, effectsOf, KEYMAP, later, press, sampleState, valueRef } from "./states.ts";

const FILES = ["secrets/dev.yaml", "secrets/staging.yaml", "secrets/prod.yaml"];

function wizard(state: State): WizardScreen {
  const screen = topScreen(state);
  if (screen.kind !== "wizard") throw new Error(`the screen is ${screen.kind}`);
  return screen;
}

const said = (state: State): string => state.messages.toast?.text ?? "";
const typed = (state: State, text: string): State => press(state, ...Array.from(text, (one) => (one === " " ? "space" : one)), "enter");

const edited = (state: State): State => ({
  ...state,
  edits: makeEdit(state.edits, {
    label: "set a",
    edits: [{ file: "secrets/dev.yaml", path: ["a"], change: { kind: "set", value: valueRef("1", "x") } }],
  }),
});

const asks = (state: State): unknown => (state.overlay?.kind === "prompt" ? state.overlay.purpose : undefined);
const confirmed = (state: State, answered: string): readonly [State, unknown] => {
  const { state: next, effects } = reduce(state, { topic: "access", kind: "confirmed", next: answered }, KEYMAP, state.now);
  return [next, effects[0]];
};

describe("who can read what", () => {
  test("is asked for when it is opened", () => {
    expect(effectsOf(sampleState(), "P")).toEqual([{ topic: "access", kind: "describe" }]);
    expect(topScreen(press(sampleState(), "P"))).toMatchObject({ kind: "access", view: undefined });
  });

  test("keeps the cursor when it is read again with fewer people", () => {
    const state = after(press(accessState(), "G"), { topic: "access", kind: "described", view: { ...VIEW, rows: VIEW.rows.slice(0, 2) } });
    expect(topScreen(state)).toMatchObject({ list: { cursor: 1 } });
  });

  test("has a column under the cursor, which stays in sight", () => {
    const columns = Array.from({ length: 12 }, (_, at) => ({ ...VIEW.columns[0], name: `environment ${at}` })) as typeof VIEW.columns;
    const first = topScreen(accessState({}, { ...VIEW, columns }));
    if (first.kind !== "access" || first.view === undefined) throw new Error("no access");
    for (let at = 0; at < 12; at += 1) {
      const next = toAccessColumn(first, at, 78);
      const { count } = accessWidths({ ...VIEW, columns }, next.firstColumn, 78);
      expect(at >= next.firstColumn && at < next.firstColumn + count).toBe(true);
    }
  });

  test("goes from the details to the table, then away", () => {
    const details = press(accessState(), "enter");
    expect(topScreen(details)).toMatchObject({ kind: "access", details: true });
    expect(topScreen(press(details, "escape"))).toMatchObject({ kind: "access", details: false });
    expect(topScreen(press(details, "escape", "escape")).kind).toBe("matrix");
  });
});

describe("nothing is rewritten", () => {
  test.each(["a", "d", "w", "R", "s"])("by %s while there are unsaved edits", (key) => {
    const state = press(edited(accessState()), key);
    expect(topScreen(state).kind).toBe("access");
    expect(state.overlay).toBeUndefined();
    expect(said(state)).toContain("save or undo your edits first: 1 unsaved edit");
  });

  test("by a wizard that was open before the edit", () => {
    const state = press(edited(previewState({}, { ...PLAN, locksOut: true })), "enter");
    expect([state.overlay, wizard(state).step]).toEqual([undefined, 2]);
    expect(said(state)).toContain("save or undo your edits first");
  });

  test("with --read-only", () => {
    expect(said(press({ ...accessState(), readOnly: true }, "R"))).toContain("--read-only");
  });

  test("where every file is as its rule says", () => {
    const view = { ...VIEW, columns: VIEW.columns.map((column) => ({ ...column, drift: [] })) };
    const state = press(accessState({}, view), "s");
    expect([topScreen(state).kind, said(state)]).toEqual(["access", "Every file is as its rule says."]);
    expect(said(press(accessState(), "w"))).toBe("dev: every file is as its rule says.");
  });
});

describe("the first step chooses", () => {
  test("all files that somebody who leaves has", () => {
    expect(markedFiles(wizard(press(accessState(), "down", "d")))).toEqual(FILES);
    expect(markedFiles(wizard(press(accessState(), "down", "d", "space")))).toEqual(FILES.slice(1));
  });

  test("of all files those of the environment under the cursor, for a new data key", () => {
    const { choices } = wizard(press(accessState(), "right", "R"));
    expect(choices.map(({ name, marked }) => [name, marked])).toEqual(FILES.map((file, at) => [file, at === 1]));
  });

  test("files that differ from their rules", () => {
    expect(markedFiles(wizard(press(accessState(), "s")))).toEqual(["secrets/prod.yaml"]);
  });

  test("the environment under the cursor for somebody who comes, unless they can read it", () => {
    const newcomer = { provider: "age", recipient: "age1new", label: "age1new", name: "cara" };
    const added = wizard(after(press(accessState(), "right"), { topic: "access", kind: "recipient", newcomer }));
    expect(added.choices.map(({ name, marked }) => [name, marked])).toEqual([
      ["dev", false],
      ["staging", true],
      ["prod", false],
    ]);
    const known = wizard(after(accessState(), { topic: "access", kind: "recipient", newcomer: { ...newcomer, label: BEN } }));
    expect(known.choices[0]).toMatchObject({ marked: false, note: "reads it already" });
  });

  test("and asks for a name where none is known", () => {
    const newcomer = { provider: "age", recipient: "age1new", label: "age1new", name: undefined };
    const asked = after(accessState(), { topic: "access", kind: "recipient", newcomer });
    expect(asked.overlay).toMatchObject({ kind: "prompt", purpose: { kind: "recipient name" } });
    expect(wizard(typed(asked, "cara")).change).toMatchObject({ kind: "add", name: "cara" });
    expect(wizard(press(asked, "enter")).change).toMatchObject({ kind: "add", name: undefined });
  });

  test("at least something", () => {
    const state = press(accessState(), "R", "a", "a", "enter");
    expect(wizard(state).step).toBe(1);
    expect(said(state)).toContain("Mark something first");
  });
});

describe("before it runs", () => {
  const quiet = { ...PLAN, files: [planFile("secrets/dev.yaml")] };
  test("nothing is asked where nothing is isolated", () => {
    const state = previewState({}, quiet);
    expect(effectsOf(state, "enter")).toEqual([{ topic: "access", kind: "run", id: wizard(state).id, acceptLockout: false }]);
  });

  test("the name of an isolated environment has to be typed", () => {
    const asked = press(previewState(), "enter");
    expect(asks(asked)).toEqual({ kind: "confirm", word: "prod", next: "environment" });
    expect(wizard(asked).step).toBe(2);
    expect(said(typed(asked, "dev"))).toContain("That is not prod");
    expect(effectsOf(asked, "p", "r", "o", "d", "enter")).toEqual([{ topic: "access", kind: "confirmed", next: "environment" }]);
    const [running, effect] = confirmed({ ...asked, overlay: undefined }, "environment");
    expect(wizard(running)).toMatchObject({ step: 3, outcome: "running" });
    expect(effect).toMatchObject({ kind: "run", acceptLockout: false });
  });

  test("who would be locked out has to type that, too", () => {
    const asked = press(previewState({}, { ...PLAN, locksOut: true }), "enter");
    expect(asks(asked)).toEqual({ kind: "confirm", word: "lock me out", next: "lockout" });
    const [second] = confirmed({ ...asked, overlay: undefined }, "lockout");
    expect(asks(second)).toMatchObject({ word: "prod", next: "environment" });
    expect(confirmed({ ...second, overlay: undefined }, "environment")[1]).toMatchObject({ kind: "run", acceptLockout: true });
  });

  test("an answer that comes when the wizard is gone does nothing", () => {
    const [state, effect] = confirmed(press(previewState(), "escape"), "environment");
    expect([wizard(state).step, effect]).toEqual([1, undefined]);
  });

  test("an answer about an older plan is dropped", () => {
    const state = after(press(previewState(), "escape"), { topic: "access", kind: "planned", id: 1, plan: PLAN });
    expect(wizard(state).plan).toBeUndefined();
  });

  test("a plan that changes nothing does nothing", () => {
    const state = previewState({}, { ...PLAN, files: [planFile("secrets/dev.yaml", { changes: false })], config: [] });
    expect(effectsOf(state, "enter")).toEqual([]);
    expect(said(press(state, "enter"))).toBe("There is nothing to change.");
  });
});

describe("while it runs", () => {
  const running = press(previewState({}, { ...PLAN, files: [planFile("secrets/dev.yaml"), planFile("secrets/staging.yaml")] }), "enter");
  const { id } = wizard(running);
  const progress = (path: string, state: "working" | "ready"): Event => ({ topic: "access", kind: "progress", id, path, state });

  test("escape stops it, once", () => {
    expect(effectsOf(running, "escape")).toEqual([{ topic: "project", kind: "cancel" }]);
    expect(effectsOf(running, "escape", "escape")).toEqual([]);
    const stopped = after(press(running, "escape"), { topic: "access", kind: "stopped", id });
    expect(said(stopped)).toBe("Stopped. 0 of 2 files changed.");
    expect(effectsOf(stopped, "enter")).toMatchObject([{ kind: "plan" }]);
    expect(topScreen(press(stopped, "escape")).kind).toBe("access");
  });

  test("nobody quits by accident", () => {
    const busy = after(running, { topic: "project", kind: "job", label: "Re-wrapping 2 files", cancellable: true });
    expect(effectsOf(busy, "q")).toEqual([]);
    expect(said(press(busy, "q"))).toBe("quit: esc stops what is running first");
    expect(effectsOf(busy, "ctrl+c")).toEqual([{ topic: "project", kind: "cancel" }]);
  });

  test("the time that is left is told after a second", () => {
    const half = after(running, progress("secrets/dev.yaml", "working"), progress("secrets/dev.yaml", "ready"));
    expect(progressOf(wizard(half), half.now + 900)).toEqual({ done: 1, total: 2, left: undefined });
    expect(progressOf(wizard(half), half.now + 3000)).toEqual({ done: 1, total: 2, left: 3000 });
  });

  test("each file tells how long it took", () => {
    const done = after(later(after(running, progress("secrets/dev.yaml", "working")), 1100), progress("secrets/dev.yaml", "ready"));
    const file = wizard(done).running.get("secrets/dev.yaml");
    expect((file?.ended ?? 0) - (file?.began ?? 0)).toBe(1100);
  });

  test("and when it failed, it can be tried again", () => {
    const failed = after(running, { topic: "access", kind: "failed", id, message: "disk full" });
    expect(said(failed)).toBe("Not done: disk full. All files are as they were.");
    expect(effectsOf(failed, "enter")).toMatchObject([{ kind: "plan" }]);
  });
});

test("afterwards the list of what to replace is copied as paths", () => {
  const running = press(previewState({}, { ...PLAN, files: [planFile("secrets/dev.yaml")] }), "enter");
  const done = after(running, { topic: "access", kind: "ran", id: wizard(running).id, written: ["secrets/dev.yaml"] });
  expect(wizard(done).step).toBe(4);
  expect(effectsOf(done, "y")).toEqual([
    {
      topic: "value",
      kind: "copy text",
      label: "the paths of 3 secrets",
      text: "secrets/dev.yaml: database.password\nsecrets/dev.yaml: session_key\nsecrets/prod.yaml: database.password\n",
    },
  ]);
  expect(topScreen(press(done, "enter")).kind).toBe("access");
});

test("lines of the rules that differ are told with their numbers", () => {
  expect(changedLines("a\nb\nc\nd\n", "a\nc\nx\nd\n")).toEqual([
    { sign: "-", line: 2, text: "b" },
    { sign: "+", line: 3, text: "x" },
  ]);
  expect(changedLines("same\n", "same\n")).toEqual([]);
});
