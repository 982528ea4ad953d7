import { describe, expect, test } from "vitest";
import type { State } from "../../src/tui/model/state.ts";
import { expectFrame, frameText, paintedFrame, resized } from "./frame.ts";
import { after, emptyState, environment, fileOf, later, plain, press, sampleState, stateOf, valueRef } from "./states.ts";

const type = (text: string): readonly string[] => Array.from(text, (char) => (char === " " ? "space" : char));
const PASSWORD = ["j", "j", "l", "l"];
const revealed = (state: State): State =>
  after(state, { topic: "value", kind: "revealed", source: { kind: "row", file: "secrets/prod.yaml", row: 2 }, text: "open\u202Esesame" });
const edited = (state: State): State => {
  const targets = [{ file: "secrets/prod.yaml", path: ["database", "cert"], label: "prod", encrypted: true }];
  return after(state, {
    topic: "editor",
    kind: "kept",
    label: "fill database.cert @ prod from dev",
    targets,
    values: [valueRef("v1", "line one\nline two\nline three")],
  });
};

const header = (columns: number, state: State): string =>
  frameText({ ...state, size: { columns, rows: 24 }, project: { ...state.project, name: "a-project-with-a-long-name" } }).split("\n")[0] ??
  "";
const lastLine = (state: State): string => frameText(state).trimEnd().split("\n").at(-1) ?? "";

describe("the matrix", () => {
  test.each<[name: string, make: (state: State) => State]>([
    ["matrix", (state) => state],
    ["matrix-gaps", (state) => press(state, "f")],
    ["matrix-differs", (state) => press(state, "f", "f")],
    ["matrix-filter", (state) => press(state, "/", ...type("key"), "enter", "j")],
    ["matrix-filter-nothing", (state) => press(state, "/", ...type("nothing at all"), "enter")],
    ["matrix-marks", (state) => press(state, "j", "space", "j", "v", "j", "j", "v", "G", "M")],
    ["matrix-folded", (state) => press(state, "z", "M")],
    ["matrix-revealed", (state) => revealed(press(state, ...PASSWORD))],
    ["matrix-shared", (state) => press(state, ...PASSWORD, "S")],
    ["matrix-edited", (state) => press(edited(state), "j", "l", "l", "d", "G", "k")],
    ["matrix-locked", (state) => press(state, "d", "ctrl+l")],
    ["matrix-filling", (state) => press(state, "j", "j", "j", "j", "l", "l", "F")],
    ["matrix-filter-prompt", (state) => press(state, "/", ...type("~mis"))],
    ["matrix-quit", (state) => press(state, "d", "q", "down")],
  ])("looks like frames/%s", async (name, make) => {
    await expectFrame(sampleState(), name, make);
  });

  test("says what it waits for", async () => {
    await expectFrame(emptyState(), "matrix-loading", (state) =>
      later(after(state, { topic: "project", kind: "job", label: "Reading 7 files", cancellable: true, done: 2, total: 7 }), 2300),
    );
  });

  test("has words for environments without keys, guessed and unreadable ones", async () => {
    const closed = { key: "refused", facts: new Map() } as const;
    const files = [
      fileOf("dev.yaml", { a: "x", b: plain("y") }),
      fileOf("prod.yaml", { a: "x", b: plain("y") }, closed),
      fileOf("ci.yaml", {}, { state: "invalid", rows: [] }),
    ];
    const environments = ["dev", "prod", "ci"].map((name) => environment(name, [`${name}.yaml`], { guessed: true }));
    await expectFrame(stateOf(files, environments), "matrix-guessed", (state) => press(state, "l"));
    await expectFrame(stateOf([], environments.slice(0, 2)), "matrix-empty");
  });

  test("shows what comes from a file that several environments share", async () => {
    const files = [fileOf("base.yaml", { a: "x", b: "y" }), fileOf("dev.yaml", { b: "own" }), fileOf("prod.yaml", { c: "z" })];
    const environments = ["dev", "prod"].map((name) => environment(name, ["base.yaml", `${name}.yaml`], { own: [`${name}.yaml`] }));
    const state = stateOf(files, environments);
    await expectFrame(state, "matrix-inherited");
    expect(press(state, "d").messages.toast?.text).toContain("comes from base.yaml");
    expect(press(state, "d").edits.done).toEqual([]);
  });

  test("scrolls sideways where not all environments have room, with the keys in sight", () => {
    const narrow = resized(sampleState(), { columns: 80, rows: 24 });
    expect(frameText(narrow)).toMatch(/ KEY +dev = +staging +›│/);
    expect(frameText(press(narrow, "l", "l"))).toMatch(/ KEY +‹ staging +PROD +│/);
  });

  test("shows nothing but its need where there is no room", () => {
    const tiny = frameText(resized(revealed(press(sampleState(), ...PASSWORD)), { columns: 52, rows: 12 }));
    expect(tiny.trimEnd()).toBe("Too small: need 60×15, have 52×12.");
  });

  test("keeps to ASCII where the terminal knows no more", async () => {
    const ascii = sampleState({ look: { ascii: true } });
    await expectFrame(ascii, "matrix-ascii", (state) => press(edited(state), "j", "j", "j"));
    const screens: readonly (readonly string[])[] = [
      [],
      ["j", "l", "enter"],
      ["?"],
      [":"],
      ["!"],
      ["/"],
      ["d", "q"],
      ["z"],
      ["f"],
      ["ctrl+l"],
      ["j", "j", "c"],
    ];
    const other = screens.map((keys) => [keys.join(" "), frameText(press(ascii, ...keys)).replaceAll(/[\n -~]/g, "")]);
    expect(other.filter(([, rest]) => rest !== "")).toEqual([]);
  });

  test("says everything without colours: only bold, inverse and underline", () => {
    const painted = paintedFrame(press(revealed(sampleState({ look: { color: "none" } })), ":"));
    const codes = painted.split("\u001B[").flatMap((part) => /^([\d;]*)m/.exec(part)?.[1]?.split(";") ?? []);
    expect([...new Set(codes)].filter((code) => !["0", "1", "4", "7", "22", "24", "27"].includes(code))).toEqual([]);
    expect(codes).toContain("7");
  });
});

describe("the header", () => {
  test("gives up the summary, the clock, the branch and the middle of its title, in this order; edits and SHARED stay", () => {
    const state = press(sampleState(), "S", "d");
    expect([130, 100, 80, 66, 60].map((columns) => header(columns, state))).toMatchInlineSnapshot(`
      [
        " sotto a-project-with-a-long-name ▸ Matrix    3 envs · 8 keys · 7 gaps                      SHARED · unlocked 10:00 · git main ✎1",
        " sotto a-project-with-a-long-name ▸ Matrix                    SHARED · unlocked 10:00 · git main ✎1",
        " sotto a-project-with-a-long-name ▸ Matrix                 SHARED · git main ✎1",
        " sotto a-project-with-a-long-name ▸ Matrix   SHARED · git main ✎1",
        " sotto a-project-with-a-long-name ▸ Matrix        SHARED ✎1",
      ]
    `);
  });
});

describe("the last line", () => {
  test("has help and save before all else, at the right", () => {
    expect(lastLine(resized(press(sampleState(), "d"), { columns: 60, rows: 24 }))).toMatch(/\? help {2}\^S save$/);
    expect(lastLine(resized(press(sampleState(), "d"), { columns: 100, rows: 30 }))).toMatch(/^ ⏎ open .*\? help {2}u undo {2}\^S save$/);
  });
});
