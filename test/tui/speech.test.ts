import { describe, expect, test } from "vitest";
import { pictureOf } from "../../src/tui/picture.ts";
import { speak } from "../../src/tui/screens/speech.ts";
import type { State } from "../../src/tui/model/state.ts";
import { after, documentState, emptyState, environment, fileOf, KEYMAP, later, plain, press, sampleState, stateOf } from "./states.ts";

const SPOKEN = { look: { spoken: true } } as const;
const said = (state: State, ...keys: readonly string[]): readonly string[] => speak(press(state, ...keys), KEYMAP);
const sample = (): State => sampleState(SPOKEN);
const document = (): State =>
  documentState(
    fileOf("secrets/prod.yaml", { "# ask ana": null, database: { password: "gggg-hhhh-iiii", port: plain("5432", "int") }, empty: null }),
    SPOKEN,
  );

describe("a screen reader hears", () => {
  test("where one is, and what the cursor is on", () => {
    expect(said(sample(), "j", "j", "l")).toEqual([
      "sotto acme-api, Matrix.",
      "database password, staging, masked, differs from dev, 3 of 10",
    ]);
  });

  test.each<[keys: string, line: string]>([
    ["", "database, dev, group of 4, 1 of 10"],
    ["z z", "database, dev, group of 4, folded, 1 of 6"],
    ["j", "database host, dev, plain dev-db, 2 of 10"],
    ["j j j l", "database port, staging, plain 5432, warning: another type than elsewhere, 4 of 10"],
    ["j j j j l l", "database cert, prod, missing, 5 of 10"],
    ["j j j j j j l", "stripe publishable_key, staging, masked, same as dev, 7 of 10"],
    ["j j j j j j j l", "stripe webhook_secret, staging, empty, 8 of 10"],
    ["j j j j j j j j", "session_key, dev, masked, warning: shared with an isolated environment, 9 of 10"],
    ["G l l space", "legacy_token, prod, masked, in this environment only, marked, 10 of 10"],
  ])("after %s: %s", (keys, line) => {
    expect(said(sample(), ...keys.split(" ").filter((key) => key !== ""))[1]).toBe(line);
  });

  test("the keys of a file, with their comments", () => {
    const lines = ["", "j", "j", "j", "j"].map((_, index) => said(document(), ...Array.from({ length: index }, () => "j"))[1]);
    expect(lines).toEqual([
      "comment: ask ana, 1 of 5",
      "database, map of 2, 2 of 5",
      "database password, masked, 3 of 5",
      "database port, plain 5432, 4 of 5",
      "empty, null, 5 of 5",
    ]);
    expect(said(document(), "tab")[1]).toBe("folder secrets, 1 file, 1 of 2");
    expect(said(document(), "tab", "j")[1]).toBe("secrets/prod.yaml, fine, 2 of 2");
  });

  test("a value only while it is revealed", () => {
    const at = press(sample(), "j", "j");
    const shown = after(at, {
      topic: "value",
      kind: "revealed",
      source: { kind: "row", file: "secrets/dev.yaml", row: 3 },
      text: "open\u001Bsesame",
    });
    expect(speak(shown, KEYMAP)[1]).toBe("database password, dev, revealed: open␛sesame, 3 of 10");
    expect(speak(later(shown, 16_000), KEYMAP)[1]).toContain("masked");
    expect(said(shown, "j")[1]).not.toContain("sesame");
  });

  test("edits, production, and what was said", () => {
    const state = press(documentState(fileOf("secrets/prod.yaml", { a: "x" }), SPOKEN), "d");
    expect(speak(state, KEYMAP)).toEqual([
      "sotto acme-api, Files, secrets/prod.yaml, 1 unsaved edit.",
      "a, deleted, 1 of 1",
      "Deleted a @ secrets/prod.yaml. u undoes; nothing is written yet.",
    ]);
  });

  test("questions with their answers", () => {
    expect(said(document(), "j", "d", "q", "down").slice(1, 4)).toEqual([
      "Question: 1 unsaved edit in secrets/prod.yaml. It is in memory only.",
      "Answers: escape stay, s save, d drop.",
      "Enter: save, 2 of 3",
    ]);
    expect(said(sample(), "/", "p", "o").slice(1)).toEqual([expect.stringMatching(/^Filter .*: po$/), "Enter keeps, escape cancels."]);
  });

  test("commands and help row by row", () => {
    expect(said(sample(), ":", ...Array.from("next gap"), "end").slice(1, 3)).toEqual([
      "Commands: next gap",
      expect.stringMatching(/^next gap, key \]g, 1 of \d+$/),
    ]);
    expect(said(sample(), "?", "down")[2]).toMatch(/^key e, edit, Types a new value for this place/);
    const two = press(press(sample(), "u"), "d", "u");
    expect(said(two, "!")[1]).toMatch(/^info: Undone/);
    expect(said(two, "!", "up")[1]).toMatch(/^info: Deleted/);
  });

  test("a chord that is begun", () => {
    expect(said(sample(), "]")[2]).toBe("Keys begun: ], g next gap, escape stops");
  });

  test("words where there is nothing", () => {
    expect(speak(emptyState(SPOKEN), KEYMAP)).toEqual(["sotto acme-api, Matrix.", "Reading files."]);
    expect(said(sample(), "/", "x", "x", "enter")[1]).toBe("No keys for the filter xx.");
    expect(speak(stateOf([], [environment("dev", []), environment("prod", [])], SPOKEN), KEYMAP)[1]).toBe("No keys.");
  });

  test("that it is locked, and nothing of the files", () => {
    expect(said(sample(), "d", "ctrl+l")).toEqual(["Locked. 1 unsaved edit kept. Enter unlocks, q quits."]);
  });
});

test("only the line that has something new changes, and no line is cut to the terminal", () => {
  const [before, next] = [press(sample(), "j"), press(sample(), "j", "j")].map((state) => pictureOf(state, KEYMAP));
  expect(next?.lines[0]).toBe(before?.lines[0]);
  expect(next?.lines.length).toBe(before?.lines.length);
  expect(next).toMatchObject({ rows: undefined, cursor: undefined });
  expect(pictureOf(later(press(sample(), "j"), 3000), KEYMAP).lines).toEqual(before?.lines);
});
