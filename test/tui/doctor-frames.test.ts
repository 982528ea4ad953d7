/** How the doctor and the first run look. */
import { expect, test } from "vitest";
import type { FindingGroup, FindingView } from "../../src/tui/model/doctor.ts";
import { newDocument } from "../../src/tui/model/screens.ts";
import type { State } from "../../src/tui/model/state.ts";
import type { StartFound } from "../../src/tui/model/start.ts";
import { expectFrame, frameText, resized, SIZES } from "./frame.ts";
import { after, documentState, fileOf, press, sampleState, stateOf } from "./states.ts";

function finding(id: string, changes: Partial<FindingView>): FindingView {
  return {
    id,
    state: "weak",
    message: "weak: easy to guess",
    mend: undefined,
    file: undefined,
    key: undefined,
    line: undefined,
    fix: undefined,
    place: "document",
    ignorable: true,
    ignored: undefined,
    ...changes,
  };
}

const GROUPS: readonly FindingGroup[] = [
  {
    title: "plaintext that a rule encrypts",
    findings: [
      finding("plaintext", {
        state: "wrong",
        file: "infra/plain.yaml",
        message: "it is not encrypted, and the creation rule in line 12 encrypts it",
        mend: "x encrypts it where it is; replace the values if it was ever committed",
        fix: "encrypt",
      }),
    ],
  },
  {
    title: "weak values",
    findings: [
      finding("weak", { file: "secrets/dev.yaml", key: ["database", "password"], fix: "generate", mend: "x makes a new value" }),
      finding("old", { file: "secrets/a/very/long/folder/of/an/application/staging.yaml", key: ["a", "b\u001B[2J"], ignored: "agreed" }),
    ],
  },
  {
    title: "your keys",
    findings: [
      finding("note", { state: "note", message: "nothing is trusted by a list of your own" }),
      finding("fine", { state: "fine", message: "1 identity in ~/.config/sops/age/keys.txt" }),
    ],
  },
];
const examined = (groups: readonly FindingGroup[], state: State = sampleState()): State =>
  after(press(state, "C"), { topic: "doctor", kind: "examined", groups, looked: { files: 7, values: 34 } });

test("findings in groups, with what helps below", () => expectFrame(examined(GROUPS), "doctor"));
test("with ignored ones", () => expectFrame(press(examined(GROUPS), "v", "down", "down", "down"), "doctor-ignored"));
test("in ASCII, without colours", () =>
  expectFrame(examined(GROUPS, sampleState({ look: { ascii: true, color: "none" } })), "doctor-ascii"));
test("nothing to mend", () => expectFrame(examined([]), "doctor-empty"));
test("while it looks, and stopped", async () => {
  await expectFrame(press(sampleState(), "C"), "doctor-looking");
  await expectFrame(after(press(sampleState(), "C"), { topic: "doctor", kind: "stopped" }), "doctor-stopped");
});

test("a question before a file is encrypted", () => expectFrame(press(examined(GROUPS), "x"), "doctor-encrypt"));

const FOUND: StartFound = {
  identities: [
    { recipient: `age1${"a".repeat(58)}`, kind: "x25519", source: "/home/ana/.config/sops/age/keys.txt" },
    { recipient: `ssh-ed25519 ${"A".repeat(60)}`, kind: "ssh", source: "/home/ana/.ssh/id_ed25519" },
  ],
  newKeyFile: undefined,
  notes: ["SOPS_AGE_KEY_CMD: it is not run before it is needed"],
  candidates: [
    { path: ".env", because: "its name", size: 120, untracked: true },
    { path: "secrets/dev.yaml", because: "its folder", size: 900, untracked: false },
    { path: "secrets/prod.yaml", because: "its folder", size: 5000, untracked: false },
  ],
};
const PREVIEW = {
  config:
    "# Who can read which files. sops reads all of this but the part under sotto:\nkeys:\n  - &ana age1aaaa\ncreation_rules:\n  - path_regex: ^secrets/\n    age: *ana\n",
  keyFile: undefined,
  files: ["secrets/dev.yaml", "secrets/prod.yaml"],
};
const empty = (look: Parameters<typeof sampleState>[0] = {}): State =>
  stateOf([], [], { ...look, project: { hasConfig: false, branch: "" } });
const found = (changes: Partial<StartFound> = {}, state: State = empty()): State =>
  after(state, { topic: "start", kind: "found", found: { ...FOUND, ...changes } });
const previewed = (state: State, keyFile?: string): State =>
  after(press(state, "enter", "enter"), { topic: "start", kind: "previewed", preview: { ...PREVIEW, keyFile } });

test("the first run looks around", () => expectFrame(empty(), "start-looking"));
test("step 1: a key that is there", () => expectFrame(found(), "start-key"));
test("step 1: no key yet", () =>
  expectFrame(found({ identities: [], notes: [], newKeyFile: "/home/ana/.config/sops/age/keys.txt" }), "start-no-key"));
test("step 2: the files", () => expectFrame(press(found(), "enter", "down"), "start-files"));
test("step 2: no files", () => expectFrame(press(found({ candidates: [] }), "enter"), "start-no-files"));
test("step 3: what will be written", () => expectFrame(previewed(found()), "start-preview"));
test("step 3, with a new key, in ASCII", () =>
  expectFrame(
    previewed(
      found({ identities: [], newKeyFile: "/home/ana/keys.txt" }, empty({ look: { ascii: true, color: "none" } })),
      "/home/ana/keys.txt",
    ),
    "start-preview-ascii",
  ));

test("no files, and no rules, are told of", async () => {
  const screens = [newDocument(undefined)];
  await expectFrame(stateOf([], [], { screens }), "files-none");
  await expectFrame(stateOf([fileOf("a.yaml", { a: "b" })], [], { screens, project: { hasConfig: false } }), "files-no-rules");
});

test("a plaintext file, and one that nobody here can read, say so above what can be seen", async () => {
  await expectFrame(
    documentState(fileOf("infra/plain.yaml", {}, { state: "plaintext", rows: [], facts: new Map() })),
    "document-plaintext",
  );
  const message = "You cannot read secrets/prod.yaml. It needs one of: ana, ben, age1ci0aa…9aa. Keys and plain values are shown.";
  const problem = { message, hints: ["ask one of them to run: sotto updatekeys ."] };
  await expectFrame(
    documentState(fileOf("secrets/prod.yaml", { a: "b", c: "d" }, { key: "refused", problem, facts: new Map() })),
    "document-refused",
  );
});

test("the last row of a file with a problem is still reached", () => {
  const rows = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key${at}`, "value"]));
  const problem = { message: "You cannot read it. ".repeat(12), hints: ["ask"] };
  for (const size of SIZES) {
    const state = press(resized(documentState(fileOf("a.yaml", rows, { key: "refused", problem })), size), "G");
    expect(frameText(state)).toContain("key99");
  }
});
