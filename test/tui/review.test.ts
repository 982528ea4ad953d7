import { describe, expect, test } from "vitest";
import { newReview, type Conflict, type ReviewLine } from "../../src/tui/model/review.ts";
import { dropEdits } from "../../src/tui/model/rebase-steps.ts";
import { type Edit, makeEdit, NO_EDITS } from "../../src/tui/model/edits.ts";
import type { Cell } from "../../src/tui/model/facts.ts";
import { openScreen, type State, withFile } from "../../src/tui/model/state.ts";
import { scopesOf } from "../../src/tui/actions/action.ts";
import { countDiffering } from "../../src/tui/effects/review-compare.ts";
import { expectFrame, frameText } from "./frame.ts";
import { after, effectsOf, factsOf, KEYMAP, press, sampleState, valueRef } from "./states.ts";

const PROD = "secrets/prod.yaml";
const DEV = "secrets/dev.yaml";

const secret = (text: string): Cell => ({ kind: "secret", facts: factsOf(text) });
const plain = (text: string, type: "str" | "int" = "str"): Cell => ({ kind: "plain", type, text });
const ABSENT: Cell = { kind: "absent" };

function setting(file: string, path: string, id: string): Edit {
  return { file, path: path.split("."), change: { kind: "set", value: valueRef(id, `value of ${id}`) } };
}

function line(file: string, path: string, kind: ReviewLine["kind"], before: Cell, next: Cell, more: Partial<ReviewLine> = {}): ReviewLine {
  return { file, path: path.split("."), kind, before, after: next, warnings: [], ...more };
}

const LINES: readonly ReviewLine[] = [
  line(DEV, "database.password", "value", secret("aaaa-bbbb-cccc"), secret("a much longer password for dev")),
  line(DEV, "stripe.a_key_with_a_long_name_that_does_not_fit_in_its_column", "added", ABSENT, secret("changeme"), {
    warnings: ["looks like a placeholder"],
  }),
  line(PROD, "session_key", "value", secret("session-shared"), secret("session-new"), {
    warnings: ["same value in dev, though they are meant to be isolated"],
  }),
  line(PROD, "legacy_token", "removed", secret("legacy"), ABSENT),
  line(PROD, "smtp.password", "renamed", secret("smtp-password"), secret("smtp-password"), { from: ["smtp", "pass"] }),
  line(PROD, "database.port", "type", plain("5432", "int"), plain("5432")),
  line(PROD, "database.cert", "value", secret("one\ntwo"), secret("one\ntwo\nthree")),
];

const EDITED: State = {
  ...sampleState(),
  edits: makeEdit(NO_EDITS, { label: "test", edits: [setting(PROD, "session_key", "a"), setting(DEV, "database.password", "b")] }),
};

function reviewing(state: State = EDITED): State {
  return openScreen(state, newReview("save", LINES, state.edits));
}

describe("review", () => {
  test("save asks for a look before anything is written", () => {
    expect(effectsOf(EDITED, "ctrl+s")).toEqual([{ topic: "review", kind: "prepare" }]);
    expect(effectsOf(EDITED, "W")).toEqual([{ topic: "review", kind: "prepare" }]);
    expect(effectsOf(reviewing(), "enter")).toEqual([{ topic: "review", kind: "save", edits: EDITED.edits, allowPlaintext: false }]);
  });

  test("read-only saves nothing", () => {
    const state = { ...EDITED, readOnly: true };
    expect(effectsOf(state, "ctrl+s")).toEqual([]);
    expect(press(state, "ctrl+s").messages.toast?.text).toContain("--read-only");
  });

  test("the answer of quitting leads to the review", () => {
    expect(effectsOf(EDITED, "q", "s")).toEqual([{ topic: "review", kind: "prepare" }]);
  });

  test("what was prepared for other edits is made anew", () => {
    const event = {
      topic: "review",
      kind: "prepared",
      edits: makeEdit(EDITED.edits, { label: "more", edits: [] }),
      lines: LINES,
      changed: [PROD],
    } as const;
    expect(after(EDITED, event).screens.at(-1)?.kind).toBe("review");
    const other = { ...event, edits: makeEdit(NO_EDITS, { label: "x", edits: [setting(PROD, "x", "c")] }) };
    expect(after(EDITED, other).screens.at(-1)?.kind).toBe("matrix");
  });

  test("edits that were made during the save stay", () => {
    const later = makeEdit(EDITED.edits, { label: "later", edits: [setting(PROD, "late", "c")] });
    const state = after({ ...reviewing(), edits: later }, { topic: "review", kind: "saved", edits: EDITED.edits, files: [{ path: PROD }] });
    expect(state.edits.done.map((step) => step.label)).toEqual(["later"]);
    expect(state.messages.toast).toMatchObject({
      tone: "fine",
      text: "Saved secrets/prod.yaml: 5 values. Other values are byte-identical.",
    });
    expect(state.screens.at(-1)?.kind).toBe("matrix");
  });

  test("frames", async () => {
    await expectFrame(reviewing(), "review");
    await expectFrame({ ...reviewing(), look: { ...EDITED.look, ascii: true, color: "none" } }, "review-ascii");
    await expectFrame({ ...reviewing(), shared: true }, "review-shared");
    const refused = after(reviewing(), {
      topic: "review",
      kind: "refused",
      reason:
        "database.token would stay readable: the file says encrypted_regex ^password$; the creation rule says unencrypted_suffix _unencrypted",
    });
    await expectFrame(refused, "review-refused");
    const failed = after(reviewing(), { topic: "review", kind: "not saved", reason: "disk full", files: 2 });
    await expectFrame(failed, "review-failed");
    const undone = press(reviewing(), "u");
    await expectFrame(undone, "review-outdated");
  });

  test("what others changed is for looking only", async () => {
    const theirs = after(EDITED, { topic: "review", kind: "shown", purpose: "theirs", lines: LINES.slice(0, 3) });
    expect(effectsOf(theirs, "enter")).toEqual([]);
    await expectFrame(theirs, "review-theirs");
    await expectFrame(after(EDITED, { topic: "review", kind: "shown", purpose: "tampered", lines: LINES.slice(5, 6) }), "review-tampered");
  });

  test("the names of files and their warnings are rows that the cursor passes", () => {
    const down = press(reviewing(), ...Array.from({ length: 30 }, () => "down"));
    expect(frameText(down)).toContain("▸~ database.cert");
  });
});

describe("what is wrong with a file gives keys a meaning", () => {
  test("M and V where an edited file was written by somebody else, even in the matrix", () => {
    expect(KEYMAP.find(scopesOf(EDITED), "M")).toMatchObject({ id: "matrix.markRow" });
    const stale = after(EDITED, { topic: "project", kind: "stale", path: PROD });
    expect(effectsOf(stale, "M")).toEqual([{ topic: "review", kind: "merge", paths: [PROD] }]);
    expect(effectsOf(stale, "V")).toEqual([{ topic: "review", kind: "show theirs", paths: [PROD] }]);
  });

  test("D where the checksum is wrong, R where markers are", () => {
    const bad = withFile(EDITED, DEV, (file) => ({ ...file, mac: "wrong" }));
    expect(effectsOf(bad, "D")).toEqual([{ topic: "review", kind: "find tampered", path: DEV }]);
    const marked = withFile(EDITED, DEV, (file) => ({ ...file, state: "conflict" }));
    expect(effectsOf(marked, "R")).toEqual([{ topic: "review", kind: "read markers", path: DEV }]);
  });

  test("no key means two things", () => {
    expect(KEYMAP.conflicts).toEqual([]);
  });
});

describe("edits that are over", () => {
  const [one, two, three] = [setting(PROD, "a", "1"), setting(PROD, "b", "2"), setting(DEV, "c", "3")];
  const edits = {
    done: [
      { label: "x", edits: [one, three] },
      { label: "y", edits: [two] },
    ],
    undone: [{ label: "z", edits: [setting(PROD, "d", "4")] }],
  };

  test("leave their steps, and what was undone in the same file is forgotten", () => {
    expect(dropEdits(edits, new Set([one, two]))).toEqual({ done: [{ label: "x", edits: [three] }], undone: [] });
    expect(dropEdits(edits, new Set([three])).undone).toHaveLength(1);
    expect(dropEdits(edits, new Set()).done[0]).toBe(edits.done[0]);
  });
});

const CONFLICTS: readonly Conflict[] = [
  { path: ["database", "password"], ours: secret("mine is longer"), theirs: secret("theirs"), kept: ["o1", "t1"] },
  { path: ["session_key"], ours: ABSENT, theirs: secret("session-new"), kept: [undefined, "t2"] },
  { path: ["database", "host"], ours: plain("our-host"), theirs: plain("their-host"), kept: ["o3", "t3"] },
].map(({ kept: [our, their], ...one }): Conflict => ({
  ...one,
  file: PROD,
  sources: {
    ours: our === undefined ? undefined : { kind: "kept", id: our },
    theirs: their === undefined ? undefined : { kind: "kept", id: their },
  },
  answer: undefined,
  edits: { ours: [setting(PROD, one.path.join("."), our ?? "none")], theirs: [] },
}));

function conflicting(origin: "edits" | "markers" = "edits"): State {
  const dropped = new Set(EDITED.edits.done.flatMap((step) => step.edits));
  return after(reviewing(), { topic: "review", kind: "conflicts", origin, edits: EDITED.edits, conflicts: CONFLICTS, dropped });
}

describe("conflicts", () => {
  test("take the place of the review, and esc leaves the edits alone", () => {
    expect(conflicting().screens.map((screen) => screen.kind)).toEqual(["matrix", "conflicts"]);
    expect(press(conflicting(), "o", "escape").edits).toBe(EDITED.edits);
  });

  test("nothing goes on before all are answered", () => {
    const state = press(conflicting(), "o", "t", "enter");
    expect(state.messages.toast?.text).toContain("1 place needs an answer");
    expect(effectsOf(conflicting(), "o", "t", "t", "enter")).toEqual([
      { topic: "review", kind: "settle", paths: [PROD], dropped: expect.anything(), added: CONFLICTS[0]?.edits.ours },
    ]);
  });

  test("answers of a merge of git are written", () => {
    expect(effectsOf(conflicting("markers"), "T", "enter")).toEqual([{ topic: "review", kind: "write resolved", path: PROD, edits: [] }]);
  });

  test("one side is revealed, and not while the screen is shared", () => {
    expect(effectsOf(conflicting(), "r")).toEqual([{ topic: "value", kind: "reveal", source: { kind: "kept", id: "o1" } }]);
    expect(effectsOf(conflicting(), "R")).toEqual([{ topic: "value", kind: "reveal", source: { kind: "kept", id: "t1" } }]);
    expect(effectsOf({ ...conflicting(), shared: true }, "R")).toEqual([]);
    expect(effectsOf(conflicting(), "down", "r")).toEqual([]);
  });

  test("frames", async () => {
    await expectFrame(conflicting(), "conflicts");
    await expectFrame(press(conflicting("markers"), "o", "b"), "conflicts-markers");
    const revealed = { topic: "value", kind: "revealed", source: { kind: "kept", id: "t1" }, text: "example theirs" } as const;
    await expectFrame(press(conflicting(), "b"), "conflicts-revealed", (state) => after(state, revealed));
    const answered = { ...press(conflicting(), "o", "t", "o", "b"), look: { ...EDITED.look, ascii: true, color: "none" } } as const;
    await expectFrame(answered, "conflicts-ascii");
  });
});

/** The cursor is on a key, in an environment. */
function at(path: string, column: number = 0): State {
  let state = sampleState();
  for (let down = 0; down < 20 && !frameText(state).includes(`${path} @`); down += 1) state = press(state, "down");
  return press(state, ...Array.from({ length: column }, () => "right"));
}

describe("compare", () => {
  test("shows this cell beside the one of the reference, or the next", () => {
    expect(press(at("database.password"), "c").screens.at(-1)).toMatchObject({ kind: "compare", columns: [0, 1] });
    expect(press(at("database.password", 2), "c").screens.at(-1)).toMatchObject({ columns: [2, 0] });
    expect(press(at("database.password"), "c", "right").screens.at(-1)).toMatchObject({ columns: [0, 2] });
    expect(press(at("database.password"), "c", "right", "right").screens.at(-1)).toMatchObject({ columns: [0, 1] });
    expect(press(at("database.password"), "c", "tab").screens.at(-1)).toMatchObject({ columns: [1, 0] });
  });

  test("reveals one of them", () => {
    expect(effectsOf(at("database.password"), "c", "r")).toMatchObject([{ kind: "reveal", source: { file: DEV } }]);
    expect(effectsOf(at("database.password"), "c", "R")).toMatchObject([{ kind: "reveal", source: { file: "secrets/staging.yaml" } }]);
  });

  test("lines of texts are compared where the texts are", () => {
    expect(effectsOf(at("database.cert"), "c")).toMatchObject([{ topic: "review", kind: "compare", columns: [0, 1] }]);
    expect(effectsOf(at("database.password"), "c")).toEqual([]);
  });

  test.each([
    [["a", "b", "c"], ["a", "x", "c"], 1],
    [["a", "b"], ["a", "b", "c"], 1],
    [["a"], ["a"], 0],
    [["a", "b"], ["c", "d"], 2],
  ])("%j and %j differ in %i lines", (left, right, count) => {
    expect(countDiffering(left, right)).toBe(count);
  });

  test("frames", async () => {
    await expectFrame(press(at("database.password", 2), "c"), "compare");
    await expectFrame(press(at("session_key"), "c", "right"), "compare-equal");
    await expectFrame(press(at("database.port"), "c"), "compare-plain");
    const cert = press(at("database.cert", 2), "c");
    await expectFrame(cert, "compare-missing");
    const lines = press(at("database.cert"), "c");
    const row = lines.files.get(DEV)?.rows.findIndex((one) => one.key === "cert") ?? 0;
    const revealed = { topic: "value", kind: "revealed", source: { kind: "row", file: DEV, row }, text: "line one\nline two" } as const;
    await expectFrame(lines, "compare-revealed", (state) => after(state, revealed));
    await expectFrame({ ...lines, look: { ...lines.look, ascii: true, color: "none" } }, "compare-ascii");
  });
});
