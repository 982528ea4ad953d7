/** What the screens about access look like. */
import { describe, expect, test } from "vitest";
import type { State } from "../../src/tui/model/state.ts";
import { topScreen } from "../../src/tui/model/state.ts";
import { accessState, planFile, PLAN, previewState, VIEW } from "./access-states.ts";
import { expectFrame, frameText, resized } from "./frame.ts";
import { after, later, press, sampleState } from "./states.ts";

function idOf(state: State): number {
  const screen = topScreen(state);
  return screen.kind === "wizard" ? screen.id : 0;
}

function running(): State {
  const files = [planFile("secrets/dev.yaml"), ...PLAN.files.slice(1, 2), planFile("secrets/other.yaml", { values: 4 })];
  const state = press(previewState({}, { ...PLAN, files }), "enter");
  const progress = (path: string, to: "working" | "ready") =>
    ({ topic: "access", kind: "progress", id: idOf(state), path, state: to }) as const;
  return after(
    later(after(state, progress("secrets/dev.yaml", "working")), 1200),
    progress("secrets/dev.yaml", "ready"),
    progress("secrets/other.yaml", "working"),
  );
}

describe("frames of access", () => {
  test("the table", () => expectFrame(press(accessState(), "down", "right", "right"), "access"));
  test("with ASCII alone and no colour", () => expectFrame(accessState({ look: { ascii: true, color: "none" } }), "access-ascii"));
  test("while it is read", () => expectFrame(press(sampleState(), "P"), "access-reading"));
  test("with more environments than have room", () => {
    const columns = Array.from({ length: 20 }, (_, at) => ({
      name: at === 19 ? "a/long/path/of/some-file.enc.yaml" : `region-${at}`,
      files: [`${at}.yaml`, "shared.yaml"],
      isolated: false,
      drift: [],
      threshold: undefined,
    }));
    const rows = VIEW.rows.map((row) => ({
      ...row,
      cells: columns.map((_, at) => (at % 3 === 0 ? ("mixed" as const) : ("reads" as const))),
      files: columns.map((_, at) => ({ path: `${at}.yaml`, cell: "reads" as const })),
    }));
    return expectFrame(press(accessState({}, { ...VIEW, columns, rows }), ...Array.from({ length: 15 }, () => "right")), "access-wide");
  });
  test("the details of a key", () => expectFrame(press(accessState(), "G", "enter"), "access-details"));
});

describe("frames of the wizard", () => {
  test("choose", () => expectFrame(press(accessState(), "down", "d", "down", "space"), "wizard-choose"));
  test("preview", () => expectFrame(previewState(), "wizard-preview"));
  test("preview that locks out", () => {
    const files = [planFile("secrets/dev.yaml", { locksOut: true })];
    return expectFrame(previewState({}, { ...PLAN, locksOut: true, files }), "wizard-lockout");
  });
  test("no plan", () => {
    const asked = press(accessState(), "down", "d", "enter");
    const message =
      "nobody would be left who can read the files of the rule in line 6: add somebody to that rule first; nothing was changed";
    return expectFrame(after(asked, { topic: "access", kind: "refused", id: asked.nextId - 1, message }), "wizard-refused");
  });
  test("run", () => expectFrame(running(), "wizard-run"));
  test("stopped", () => {
    const state = running();
    return expectFrame(after(press(state, "escape"), { topic: "access", kind: "stopped", id: idOf(state) }), "wizard-stopped");
  });
  test("next steps", () => {
    const state = running();
    const written = ["secrets/dev.yaml", "secrets/other.yaml"];
    return expectFrame(after(state, { topic: "access", kind: "ran", id: idOf(state), written }), "wizard-next");
  });
  test("with names that want to draw over others", () => {
    const rows = VIEW.rows.map((row) => ({ ...row, name: "be\u001B[31mn\u202E" }));
    const text = frameText(resized(press(accessState({}, { ...VIEW, rows }), "down", "d"), { columns: 140, rows: 45 }));
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u001B\u202E]/u);
  });
});
