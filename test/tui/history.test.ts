/** What the history screen asks for, what it makes of late answers, and how it looks. */
import { describe, expect, test } from "vitest";
import { ACTIONS } from "../../src/tui/actions/index.ts";
import type { Cell } from "../../src/tui/model/facts.ts";
import {
  type CommitRow,
  type DiffLine,
  type HistoryDiff,
  type HistoryEvent,
  type HistoryScreen,
  WORKING,
} from "../../src/tui/model/history.ts";
import type { State } from "../../src/tui/model/state.ts";
import { topScreen } from "../../src/tui/model/state.ts";
import { ageOf } from "../../src/tui/screens/history.ts";
import { expectFrame, frameText, resized } from "./frame.ts";
import { reduce } from "../../src/tui/reduce/reduce.ts";
import { after, documentState, effectsOf, factsOf, fileOf, KEYMAP, later, NOW, press, sampleState } from "./states.ts";

const FILE = "secrets/prod.enc.yaml";
const DAY = 86_400_000;

const secret = (text: string): Cell => ({ kind: "secret", facts: factsOf(text) });
const plainCell = (text: string, type: "str" | "int"): Cell => ({ kind: "plain", type, text });
const NONE: Cell = { kind: "absent" };

function commitOf(short: string, days: number, author: string, subject: string): CommitRow {
  return { hash: short.padEnd(40, "0"), short, author, time: NOW - days * DAY, subject, path: FILE };
}

const COMMITS: readonly CommitRow[] = [
  commitOf("9e1c02d", 2, "Ana", "Take Ben out, and a new signing key"),
  commitOf("c73aabd", 41, "Ana", "Another password"),
  commitOf("5502e91", 90, "bot", "Rotate"),
  commitOf("0aa12ff", 1400, "Ben\u001B[2J", "First values \u202Eof prod"),
];

const LINES: readonly DiffLine[] = [
  { kind: "value", path: ["session_signing_key"], from: undefined, before: secret("a".repeat(32)), after: secret("b".repeat(32)) },
  { kind: "added", path: ["stripe", "webhook_secret"], from: undefined, before: NONE, after: secret("new") },
  { kind: "removed", path: ["legacy_token"], from: undefined, before: secret("legacy"), after: NONE },
  { kind: "moved", path: ["smtp", "password"], from: ["smtp", "pass"], before: secret("smtp"), after: secret("smtp") },
  { kind: "type", path: ["database", "port"], from: undefined, before: plainCell("5432", "int"), after: plainCell("5432", "str") },
  {
    kind: "value",
    path: ["a key \u001B[31m with a very long name that has no room at all", 3],
    from: undefined,
    before: plainCell("", "str"),
    after: secret("x"),
  },
  { kind: "comment", path: ["database"], from: undefined, before: NONE, after: NONE },
];

const state = (): State => documentState(fileOf(FILE, { session_signing_key: "b".repeat(32), database: { password: "x" } }));

function screenOf(of: State): HistoryScreen {
  const screen = topScreen(of);
  if (screen.kind !== "history") throw new Error(`the screen is ${screen.kind}`);
  return screen;
}

function listed(commits: readonly CommitRow[] = COMMITS, changes: Partial<Extract<HistoryEvent, { kind: "listed" }>> = {}): HistoryEvent {
  return { topic: "history", kind: "listed", file: FILE, skip: 0, commits, more: false, problem: undefined, ...changes };
}

/** The answer to what the screen wants to compare. */
function compared(of: State, changes: Partial<HistoryDiff> = {}): State {
  const { wanted } = screenOf(of);
  const [from = "", to = ""] = wanted.split("\0");
  const diff: HistoryDiff = {
    key: wanted,
    from: { commit: from, path: FILE },
    to: { commit: to, path: FILE },
    lines: LINES,
    blind: false,
    problems: [],
    encrypted: true,
    added: ["age1q9xyz…7fz0 (Cara)"],
    removed: ["age1xxabc…2ke0 (Ben)"],
    dataKey: "same",
    values: 12,
    renewed: 2,
    raw: [
      { kind: "changed", line: 9, text: "session_signing_key: ENC[AES256_GCM,data:… 44 b → 44 b]" },
      { kind: "removed", line: 14, text: "legacy_token: ENC[AES256_GCM,data:… 24 b]" },
    ],
    ...changes,
  };
  return after(of, { topic: "history", kind: "compared", file: FILE, diff });
}

const opened = (): State => compared(after(press(state(), "H"), listed()));

describe("what is asked for", () => {
  test("the commits first, then the two versions under the cursor", () => {
    expect(effectsOf(state(), "H")).toEqual([{ topic: "history", kind: "list", file: FILE, skip: 0 }]);
    expect(effectsOf(opened(), "down")).toMatchObject([
      { kind: "compare", wanted: { from: { commit: COMMITS[1]?.hash }, to: { commit: COMMITS[0]?.hash } } },
    ]);
    expect(effectsOf(opened(), "down", "enter")).toMatchObject([
      { kind: "compare", wanted: { from: { commit: COMMITS[0]?.hash }, to: { commit: WORKING } } },
    ]);
  });

  test("nothing where the list did not change what is compared", () => {
    expect(effectsOf(opened(), "tab")).toEqual([]);
    expect(effectsOf(opened(), "up")).toEqual([]);
  });

  test("the next commits near the end, once", () => {
    const open = after(press(state(), "H"), listed(COMMITS, { more: true }));
    expect(effectsOf(open, "down")).not.toContainEqual(expect.objectContaining({ kind: "list" }));
    const next = after(open, listed([commitOf("1111111", 2000, "ana", "older")], { skip: 4 }));
    expect(screenOf(next).commits).toHaveLength(5);
    expect(screenOf(after(next, listed(COMMITS, { skip: 4 }))).commits).toHaveLength(5);
  });

  test("nothing where there is no history", () => {
    const none = after(press(state(), "H"), listed([], { problem: "There are no commits yet, so there is no history." }));
    expect(screenOf(none).wanted).toBe("");
    expect(frameText(none)).toContain("There are no commits yet");
  });

  test("that old values are forgotten, when the screen is left and on lock", () => {
    const leave = { topic: "history", kind: "leave" };
    expect(effectsOf(opened(), "escape")).toContainEqual(leave);
    expect(effectsOf(opened(), "ctrl+l")).toContainEqual(leave);
  });
});

describe("answers", () => {
  test("about what is not wanted any more are dropped", () => {
    const open = opened();
    const moved = press(open, "down");
    const late = screenOf(open).diff;
    if (late === undefined) throw new Error("there is a diff");
    expect(screenOf(after(moved, { topic: "history", kind: "compared", file: FILE, diff: { ...late, lines: [] } })).diff?.lines).toEqual(
      LINES,
    );
    expect(screenOf(after(moved, { ...listed(), file: "other.yaml" }))).toBe(screenOf(moved));
  });

  test("of a reveal only count for the line that the cursor is on", () => {
    const open = press(opened(), "tab");
    const [effect] = effectsOf(open, "r");
    if (effect?.topic !== "history" || effect.kind !== "ready") throw new Error("r opens the versions");
    const event = { topic: "history", kind: "ready", file: FILE, next: effect.next } as const;
    const revealed = (of: State): State => {
      const source = effect.next.topic === "value" && effect.next.kind === "reveal" ? effect.next.source : undefined;
      return source === undefined ? of : after(of, { topic: "value", kind: "revealed", source, text: "shown for a moment" });
    };
    expect(frameText(revealed(after(open, event)))).toContain("new shown for a moment  hides in 15 s");
    expect(later(revealed(open), 15_000).reveal).toBeUndefined();
    expect(press(revealed(open), "down").reveal).toBeUndefined();
  });
});

const reason = (of: State, id: string): true | string => ACTIONS.find((action) => action.id === id)?.enabled?.(of) ?? true;
const atLine = (line: number): State => press(opened(), "tab", ...Array.from({ length: line }, () => "down"));

describe("why a key does nothing", () => {
  test.each([
    ["history.restore", 0, true],
    ["history.restore", 1, "there was no value before"],
    ["history.restore", 2, true],
    ["history.restore", 3, "only the name changed: m in the file renames it back"],
    ["history.restore", 5, "this item is not in its list any more: e edits the list"],
    ["history.restore", 6, "comments have no values"],
    ["history.copy", 1, "there is no old value"],
    ["history.reveal", 2, "there is no new value"],
  ] as const)("%s on line %i: %s", (id, line, expected) => {
    expect(reason(atLine(line), id)).toBe(expected);
  });

  test("the commits have no values, and a shared screen shows none", () => {
    expect(reason(opened(), "history.reveal")).toBe("go to a line of the diff first: tab");
    expect(reason(press(atLine(0), "S"), "history.reveal")).toBe("the screen is shared: S ends that");
    expect(reason({ ...atLine(0), readOnly: true }, "history.restore")).toBe("sotto was started with --read-only");
  });

  test("the matrix has the history of the file of the cell", () => {
    expect(screenOf(press(sampleState(), "down", "down", "down", "H"))).toMatchObject({
      file: "secrets/dev.yaml",
      about: ["database", "password"].map(() => expect.any(String)),
    });
  });
});

test("ages are in the largest unit that says something", () => {
  const minutes = [0, 59, 60, 23 * 60, 24 * 60, 41 * 24 * 60, 999 * 24 * 60, 1000 * 24 * 60, -5];
  expect(minutes.map((one) => ageOf({ time: NOW - one * 60_000 }, { now: NOW }))).toEqual([
    "0 min",
    "59 min",
    "1 h",
    "23 h",
    "1 d",
    "41 d",
    "999 d",
    "2 y",
    "0 min",
  ]);
});

describe("frames", () => {
  const screens: readonly (readonly [name: string, state: State])[] = [
    ["history", opened()],
    ["history-diff", press(opened(), "tab", "down", "down")],
    ["history-reading", press(state(), "H")],
    ["history-ascii", { ...opened(), look: { ...state().look, ascii: true, color: "none" } }],
    ["history-shared", press(opened(), "S", "tab")],
    ["history-none", after(press(state(), "H"), listed([], { problem: `${FILE} is not committed yet, so it has no history.` }))],
    [
      "history-blind",
      after(
        compared(press(opened(), "down", "down"), {
          blind: true,
          problems: ["the old version cannot be read: you had no access"],
          dataKey: "unknown",
        }),
        { topic: "history", kind: "examined", file: FILE, unreadable: [COMMITS[2]?.hash ?? "", COMMITS[3]?.hash ?? ""] },
      ),
    ],
  ];

  test.each(screens)("%s", async (name, of) => {
    await expectFrame(of, name);
  });

  test("more commits than have room are counted, and untrusted texts are harmless", () => {
    const many = Array.from({ length: 50 }, (_, index) => commitOf(String(index).padStart(7, "0"), index, "ana", `change ${index}`));
    const open = after(press(state(), "H"), listed(many, { more: true }), { topic: "history", kind: "counted", file: FILE, total: 64 });
    const small = resized(open, { columns: 100, rows: 62 });
    expect(frameText(small)).toContain("… 14 more");
    expect(frameText(press(small, "end"))).toContain("51/65");
    for (const one of ["\u001B", "\u202E"]) expect(frameText(opened())).not.toContain(one);
  });

  test("a huge terminal shows the commits beside the file, asked for once and again when the file changed", async () => {
    const huge = { columns: 200, rows: 60 };
    const asked = reduce(state(), { topic: "input", kind: "resize", ...huge }, KEYMAP, NOW);
    expect(asked.effects).toEqual([{ topic: "history", kind: "glance", file: FILE, version: 0 }]);
    expect(effectsOf(asked.state, "down")).toEqual([]);
    const past = { version: 0, commits: COMMITS, more: false };
    const glanced = after(asked.state, { topic: "history", kind: "glanced", file: FILE, past });
    await expectFrame(glanced, "history-beside", (same) => same, [huge]);
    const file = { ...fileOf(FILE, {}), version: 1 };
    expect(reduce(glanced, { topic: "project", kind: "file", file }, KEYMAP, NOW).effects).toMatchObject([{ kind: "glance", version: 1 }]);
  });

  test("many differences scroll with the cursor in sight", () => {
    const lines = Array.from({ length: 200 }, (_, index): DiffLine => ({
      kind: "added",
      path: [`key_${index}`],
      from: undefined,
      before: NONE,
      after: secret(String(index)),
    }));
    const open = press(compared(after(press(state(), "H"), listed()), { lines }), "tab", "end");
    expect(frameText(open)).toContain("+ key_199");
    expect(frameText(open)).toContain("200/200");
    expect(frameText(press(resized(open, { columns: 80, rows: 24 }), "up"))).toContain("key_198");
  });
});
