import { describe, expect, test } from "vitest";
import { type Edit, makeEdit } from "../../src/tui/model/edits.ts";
import { type FileView, newFile } from "../../src/tui/model/files.ts";
import { newDocument } from "../../src/tui/model/screens.ts";
import { type State, topScreen } from "../../src/tui/model/state.ts";
import { expectFrame, frameText, resized } from "./frame.ts";
import { after, documentState, environment, fileOf, plain, press, stateOf, valueRef } from "./states.ts";

const FILE = fileOf("secrets/prod.yaml", {
  "# who may restart it: ask ana": null,
  database: {
    host: plain("prod-db.acme.example"),
    password: "gggg-hhhh-iiii",
    port: plain("5432", "int"),
    cert: "line one\nline two\nline three",
    "empty one": plain(""),
  },
  "# rotate every 90 days": null,
  stripe: { "a key with a name that is far too long for any column of this screen to hold": "x", nothing: null },
  servers: ["first", "second"],
  session_key: "session",
});
const OTHERS: readonly FileView[] = [
  fileOf("apps/web/.env.prod", { A: "x" }),
  fileOf("apps/web/config.json", { a: "x" }, { mac: "wrong", tampered: ["a"] }),
  fileOf("infra/closed.yaml", { a: "x" }, { key: "refused", facts: new Map() }),
  { ...newFile("infra/plain.yaml", "yaml"), state: "plaintext" },
  {
    ...newFile("infra/conflict.yaml", "yaml"),
    state: "conflict",
    problem: { message: "it has conflict markers", hints: ["resolve them"], line: 3 },
  },
  fileOf("infra/far.yaml", { a: "x" }, { key: "waiting", facts: new Map() }),
];
const PROD = environment("prod", ["secrets/prod.yaml"], { isolated: true });

function project(file = "secrets/prod.yaml"): State {
  return stateOf([FILE, ...OTHERS], [PROD], { screens: [newDocument(file)] });
}
const FILES = stateOf([FILE, ...OTHERS], [PROD], { screens: [newDocument(undefined)] });

const editOf = (path: readonly string[], change: Edit["change"]): Edit => ({ file: "secrets/prod.yaml", path, change });

/** What a session of work leaves: changed, removed, renamed, added. */
function worked(state: State): State {
  const edits = makeEdit(state.edits, {
    label: "work",
    edits: [
      editOf(["database", "password"], { kind: "set", value: valueRef("v1", "another one") }),
      editOf(["database", "port"], { kind: "remove" }),
      editOf(["session_key"], { kind: "rename", to: "signing_key" }),
      editOf(["smtp", "password"], { kind: "set", value: valueRef("v2", "new") }),
      editOf(["servers", "0"], { kind: "remove" }),
    ],
  });
  return { ...state, edits };
}

describe("a file as a tree", () => {
  test.each<[name: string, make: (state: State) => State]>([
    ["document", (state) => press(state, "j", "j", "j")],
    ["document-folded", (state) => press(state, "z", "M", "j")],
    ["document-filter", (state) => press(state, "/", "p", "a", "s", "enter")],
    ["document-marks", (state) => press(state, "j", "j", "space", "j", "space")],
    ["document-edited", (state) => press(worked(state), "j", "j", "j")],
    ["document-removed", (state) => press(worked(state), "j", "j", "j", "j")],
    [
      "document-revealed",
      (state) =>
        after(press(state, "j", "j", "j", "j", "j"), {
          topic: "value",
          kind: "revealed",
          source: { kind: "row", file: "secrets/prod.yaml", row: 5 },
          text: "line one\nline two\nline\tthree",
        }),
    ],
    ["document-comment", (state) => state],
    ["document-long-name", (state) => press(state, "/", "f", "a", "r", "enter", "j")],
  ])("looks like frames/%s", async (name, make) => {
    await expectFrame(project(), name, make);
  });

  test.each([
    ["document-mac", "apps/web/config.json"],
    ["document-no-key", "infra/closed.yaml"],
    ["document-conflict", "infra/conflict.yaml"],
    ["document-waiting", "infra/far.yaml"],
  ])("looks like frames/%s for a file that is not as it should be", async (name, path) => {
    await expectFrame(project(path), name);
  });

  test("has the whole name, what is PROD, and what is said at the end of a long path", () => {
    const header = frameText(resized(project(), { columns: 80, rows: 24 })).split("\n")[0];
    expect(header).toMatch(/^ sotto acme-api ▸ Files ▸ secrets\/prod\.yaml PROD /);
  });

  test("of 100,000 keys is drawn in no time, folded and filtered too", () => {
    const many: Record<string, Record<string, string>> = {};
    for (let group = 0; group < 1000; group += 1)
      many[`group ${group}`] = Object.fromEntries(Array.from({ length: 99 }, (_, key) => [`key ${key}`, "x"]));
    let state = documentState(fileOf("big.yaml", many));
    expect(frameText(state)).toContain("row 1/100000");
    state = press(state, "G");
    expect(frameText(state)).toContain("row 100000/100000");
    const start = performance.now();
    for (let moves = 0; moves < 50; moves += 1) frameText((state = press(state, "k")));
    expect((performance.now() - start) / 50).toBeLessThan(40);
    expect(frameText(press(state, "z", "M"))).toContain("/1000 ");
    const filtered = press(state, "/", ...Array.from("group 77"), "enter");
    expect(topScreen(filtered)).toMatchObject({ kind: "document", filter: "group 77" });
    expect(frameText(filtered)).toContain("/11 ");
  });
});

describe("the tree of files", () => {
  test.each<[name: string, keys: readonly string[]]>([
    ["files", []],
    ["files-folded", ["h", "j", "j", "l"]],
  ])("looks like frames/%s", async (name, keys) => {
    await expectFrame(FILES, name, (state) => press(state, ...keys));
  });

  test("names how many files are edited", async () => {
    await expectFrame(worked(FILES), "files-edited", undefined, [{ columns: 100, rows: 30 }]);
  });
});
