import { symlinkSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { Node } from "../../../src/model/tree.ts";
import { encodeText } from "../../../src/model/text.ts";
import { Project } from "../../../src/workspace/project.ts";
import { type EditedFile, MergeNeeded, rebase, saveEdits } from "../../../src/workspace/session/save-session.ts";
import type { SessionEdit } from "../../../src/workspace/session/session-edits.ts";
import { settleConflicts } from "../../../src/workspace/session/rebase.ts";
import { SessionFile } from "../../../src/workspace/session/session-file.ts";
import { Scratch } from "../../cli/commands/scratch.ts";
import { describeWithPeers } from "../../support/peers.ts";
import { accessFor, ANA, LATER, openText, sealText, type SealSettings } from "../../support/sotto.ts";
import { vectorRecipient } from "../../support/vectors.ts";

let scratch: Scratch;
let project: Project;
const access = accessFor(ANA);
const PLAIN = "a:\n    x: one\n    z: two\nb: three\n";

beforeEach(async () => {
  scratch = new Scratch(ANA);
  scratch.folder(".git");
  project = await openProject();
});
afterEach(() => scratch[Symbol.dispose]());

const openProject = (): Promise<Project> => Project.open(createNodeHost({ cwd: scratch.path, env: scratch.env }));
const text = (canonical: string): Node => ({ kind: "scalar", type: "str", canonical });
const set = (path: string, to: string): SessionEdit => ({ kind: "set", path: path.split("."), node: text(to) });
const plainOf = (name: string): Promise<string> => openText(scratch.read(name), "yaml", access);

async function put(name: string, plain: string = PLAIN, settings: SealSettings = {}): Promise<void> {
  scratch.write(name, await sealText(plain, "yaml", { access, ...settings }));
}

/** What a session holds of a file that lies there now. */
function edited(path: string, edits: readonly SessionEdit[]): EditedFile {
  return { path, base: encodeText(scratch.read(path)), edits };
}

/** Somebody else saves. */
async function meanwhile(name: string, ...edits: SessionEdit[]): Promise<void> {
  await saveEdits(project, [edited(name, edits)], { now: new Date("2026-02-02T00:00:00Z") });
}

test("several files are saved at once, and what did not change keeps its bytes", async () => {
  await put("a.yaml");
  await put("b.yaml");
  const before = scratch.read("a.yaml").split("\n");
  const told: string[] = [];
  const files = [edited("a.yaml", [set("a.x", "new")]), edited("b.yaml", [set("new", "more")])];
  const saved = await saveEdits(project, files, { now: LATER, done: (path) => told.push(path) });
  expect([saved, told]).toEqual([
    ["a.yaml", "b.yaml"],
    ["a.yaml", "b.yaml"],
  ]);
  expect(await plainOf("a.yaml")).toBe(PLAIN.replace("one", "new"));
  expect(await plainOf("b.yaml")).toBe(`${PLAIN}new: more\n`);
  const changed = scratch
    .read("a.yaml")
    .split("\n")
    .filter((line, at) => line !== before[at]);
  expect(changed.map((line) => /^ *(\w+):/.exec(line)?.[1])).toEqual(["x", "lastmodified", "mac"]);
});

test.each<[string, readonly SessionEdit[]]>([
  ["no edits", []],
  ["an edit back to the old value", [set("b", "other"), set("b", "three")]],
])("%s write nothing", async (_, edits) => {
  await put("a.yaml");
  expect(await saveEdits(project, [edited("a.yaml", edits)], { now: LATER })).toEqual([]);
  expect(scratch.untouched("a.yaml")).toBe(true);
});

test("one file that cannot be saved keeps all as they were", async () => {
  await put("a.yaml");
  await put("b.yaml");
  scratch.write("b.yaml", scratch.read("b.yaml").replace(/^b: .*\n/m, ""));
  const files = [edited("a.yaml", [set("b", "new")]), edited("b.yaml", [set("a.x", "new")])];
  await expect(saveEdits(project, files, { now: LATER })).rejects.toMatchObject({ code: "MAC_MISMATCH", file: "b.yaml" });
  expect([scratch.untouched("a.yaml"), scratch.untouched("b.yaml")]).toEqual([true, true]);
});

test("a value that was tampered with after it was opened is refused", async () => {
  await put("a.yaml");
  const file = edited("a.yaml", [set("b", "new")]);
  scratch.write("a.yaml", scratch.read("a.yaml").replace(/(x: ENC\[AES256_GCM,data:)../, "$1zz"));
  await expect(saveEdits(project, [file], { now: LATER })).rejects.toMatchObject({ code: "DECRYPT_FAILED" });
  expect(scratch.untouched("a.yaml")).toBe(true);
});

test("edits go onto what somebody else wrote meanwhile, where they do not meet", async () => {
  await put("a.yaml");
  const mine = edited("a.yaml", [set("a.x", "mine")]);
  await meanwhile("a.yaml", set("b", "other"));
  expect(await saveEdits(project, [mine], { now: LATER })).toEqual(["a.yaml"]);
  expect(await plainOf("a.yaml")).toBe("a:\n    x: mine\n    z: two\nb: other\n");
});

test("where they meet nothing is written, and all places are told", async () => {
  for (const name of ["a.yaml", "b.yaml", "c.yaml"]) await put(name);
  const files = ["a.yaml", "b.yaml", "c.yaml"].map((name) => edited(name, [set("a.x", "mine"), set("b", "mine")]));
  await meanwhile("b.yaml", set("b", "canary-other"));
  await meanwhile("c.yaml", set("a.x", "other"), set("b", "mine"));
  const before = scratch.files();
  const error: unknown = await saveEdits(project, files, { now: LATER }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MergeNeeded);
  const needed = error as MergeNeeded;
  expect(needed.code).toBe("FILE_CHANGED");
  expect(needed.files.map((file) => [file.path, file.rebased.conflicts.map(({ path }) => path.join("."))])).toEqual([
    ["b.yaml", ["b"]],
    ["c.yaml", ["a.x"]],
  ]);
  expect(JSON.stringify([needed.message, needed.hints])).not.toContain("canary");
  expect(scratch.files()).toEqual(before);
  const decided = files.map((file) => {
    const found = needed.files.find(({ path }) => path === file.path);
    return found === undefined ? file : { ...file, base: found.theirs, edits: settleConflicts(found.rebased, () => "ours") };
  });
  expect(await saveEdits(project, decided, { now: LATER })).toEqual(["a.yaml", "b.yaml", "c.yaml"]);
  for (const name of ["a.yaml", "b.yaml", "c.yaml"]) expect(await plainOf(name)).toBe("a:\n    x: mine\n    z: two\nb: mine\n");
});

test("what would become of edits is known before they are saved", async () => {
  await put("a.yaml");
  const mine = edited("a.yaml", [set("a.x", "mine"), set("b", "mine")]);
  await meanwhile("a.yaml", set("b", "other"));
  const rebased = await rebase(project, mine, encodeText(scratch.read("a.yaml")));
  expect(rebased).toMatchObject({ clean: [{ path: ["a", "x"] }], conflicts: [{ path: ["b"], ours: "set", theirs: "changed" }] });
  expect(rebased.conflicts[0]?.edits).toEqual([1]);
});

test("edits of one file under two names are all saved", async () => {
  await put("a.yaml");
  symlinkSync(scratch.place("a.yaml"), scratch.place("link.yaml"));
  await saveEdits(project, [edited("a.yaml", [set("b", "new")]), edited("link.yaml", [set("a.x", "too")])], { now: LATER });
  expect(await plainOf("a.yaml")).toBe("a:\n    x: too\n    z: two\nb: new\n");
});

test("a value that the creation rule encrypts is not written readable because the file says so", async () => {
  scratch.write(".sops.yaml", `creation_rules:\n  - path_regex: a.yaml\n    age: ${vectorRecipient("ana")}\n`);
  project = await openProject();
  await put("a.yaml", PLAIN, { selector: { kind: "encrypted_regex", pattern: "^a$" } });
  const file = edited("a.yaml", [set("new", "canary-plain")]);
  await expect(saveEdits(project, [file], { now: LATER })).rejects.toMatchObject({ code: "REFUSED" });
  expect(scratch.untouched("a.yaml")).toBe(true);
  await saveEdits(project, [edited("a.yaml", [set("a.new", "sealed")])], { now: LATER });
  await saveEdits(project, [edited("a.yaml", [set("new", "readable")])], { now: LATER, allowPlaintext: true });
  expect(scratch.read("a.yaml")).toContain("new: readable");
});

test("a session that is unlocked saves without asking for the key again", async () => {
  await put("a.yaml");
  const session = await SessionFile.read(encodeText(scratch.read("a.yaml")), "a.yaml", "yaml");
  await session.unlock(access);
  const blind = await Project.open(createNodeHost({ cwd: scratch.path, env: { HOME: scratch.path } }));
  const file = edited("a.yaml", [set("b", "new")]);
  await expect(saveEdits(blind, [file], { now: LATER })).rejects.toMatchObject({ code: "DATA_KEY_UNAVAILABLE" });
  expect(await saveEdits(blind, [{ ...file, session }], { now: LATER })).toEqual(["a.yaml"]);
  expect(session.locked).toBe(false);
});

describeWithPeers(["sops"], "what a session saved", () => {
  test("is decrypted by sops", async () => {
    await put("a.yaml");
    const edits: SessionEdit[] = [set("a.x", "new"), { kind: "rename", path: ["b"], to: "c" }, { kind: "remove", path: ["a", "z"] }];
    await saveEdits(project, [edited("a.yaml", edits)], { now: LATER });
    expect(scratch.sops(["-d", "a.yaml"])).toEqual({ exit: 0, output: "a:\n    x: new\nc: three\n", errors: "" });
  });
});
