import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { encodeText } from "../../src/model/text.ts";
import type { Node } from "../../src/model/tree.ts";
import { Project } from "../../src/workspace/project.ts";
import { saveEdits } from "../../src/workspace/session/save-session.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { accessFor, ANA, openText, sealText } from "../support/sotto.ts";
import { Session } from "./review-session.ts";

let scratch: Scratch;
const access = accessFor(ANA);
const PLAIN = "database:\n    host: db.example\n    password: old-password-here\n    port: 5432\nsigning_key: first-signing-key\n";
const FILE = "secrets/prod.yaml";

beforeEach(() => {
  scratch = new Scratch(ANA);
  scratch.folder(".git");
});
afterEach(() => scratch[Symbol.dispose]());

async function put(name: string): Promise<void> {
  scratch.write(name, await sealText(PLAIN, "yaml", { access }));
}

const plainOf = (): Promise<string> => openText(scratch.read(FILE), "yaml", access);
const text = (canonical: string): Node => ({ kind: "scalar", type: "str", canonical });

/** Somebody else saves. */
async function meanwhile(name: string, ...edits: Parameters<typeof saveEdits>[1][number]["edits"]): Promise<void> {
  const project = await Project.open(createNodeHost({ cwd: scratch.path, env: scratch.env }));
  await saveEdits(project, [{ path: name, base: encodeText(scratch.read(name)), edits }], { now: new Date("2026-02-02T00:00:00Z") });
}

const theirs = (path: string, to: string): Parameters<typeof meanwhile>[1] => ({ kind: "set", path: path.split("."), node: text(to) });

function git(...args: readonly string[]): void {
  const env = { ...process.env, ...scratch.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  spawnSync("git", ["-c", "user.name=ana", "-c", "user.email=ana@example.com", ...args], { cwd: scratch.path, env });
}

describe("somebody else saved meanwhile", () => {
  test("what does not meet is merged by M, and both are saved", async () => {
    await put(FILE);
    const session = await Session.open(scratch);
    session.set(FILE, "database.password", "mine");
    await meanwhile(FILE, theirs("signing_key", "their-key"), theirs("added", "by them"));
    await session.dispatch({ topic: "project", kind: "stale", path: FILE });
    expect(session.toast).toContain("M merge · V view theirs");
    await session.press("V");
    expect(session.screen("review")).toMatchObject({ purpose: "theirs", lines: [{ kind: "value" }, { kind: "added" }] });
    await session.press("escape", "M");
    expect(session.toast).toBe("Merged: 2 changes of theirs, your 1 edit is kept.");
    expect(session.state.files.get(FILE)?.stale).toBe(false);
    await session.press("ctrl+s", "enter");
    expect(await plainOf()).toBe(`${PLAIN.replace("old-password-here", "mine").replace("first-signing-key", "their-key")}added: by them\n`);
  });

  test("where they meet nothing is lost by esc, and answers make new edits on their version", async () => {
    await put(FILE);
    const session = await Session.open(scratch);
    session.set(FILE, "database.password", "canary-mine");
    session.set(FILE, "signing_key", "mine too");
    session.set(FILE, "database.host", "only mine");
    await meanwhile(FILE, theirs("database.password", "canary-theirs"), theirs("signing_key", "their key"));
    await session.press("ctrl+s", "enter");
    const { conflicts } = session.screen("conflicts");
    expect(conflicts.map(({ path, ours, theirs: other }) => [path.join("."), ours.kind, other.kind])).toEqual([
      ["database.password", "secret", "secret"],
      ["signing_key", "secret", "secret"],
    ]);
    expect(JSON.stringify(session.state)).not.toContain("canary");
    const { edits } = session.state;
    await session.press("escape");
    expect(session.state.edits).toBe(edits);
    await session.press("ctrl+s", "enter", "r");
    expect(session.state.reveal?.text).toBe("canary-mine");
    await session.press("R", "R");
    expect(session.state.reveal?.text).toBe("canary-theirs");
    await session.press("enter");
    expect(session.toast).toContain("2 places need an answer");
    await session.press("o", "t", "enter");
    expect(session.screen("review").lines.map((line) => line.path.join("."))).toEqual(["database.host", "database.password"]);
    await session.press("enter");
    const merged = PLAIN.replace("db.example", "only mine").replace("old-password-here", "canary-mine");
    expect(await plainOf()).toBe(merged.replace("first-signing-key", "their key"));
  });

  test("all theirs leaves nothing to save", async () => {
    await put(FILE);
    const session = await Session.open(scratch);
    session.set(FILE, "signing_key", "mine");
    await meanwhile(FILE, { kind: "remove", path: ["signing_key"] });
    await session.dispatch({ topic: "project", kind: "stale", path: FILE });
    await session.press("M", "T", "enter");
    expect(session.state.edits.done).toEqual([]);
    expect(session.toast).toContain("nothing left to save");
    expect(session.state.files.get(FILE)?.rows.some((row) => row.key === "signing_key")).toBe(false);
  });

  test("without edits the file is read again", async () => {
    await put(FILE);
    const session = await Session.open(scratch);
    await meanwhile(FILE, theirs("added", "by them"));
    await session.dispatch({ topic: "project", kind: "stale", path: FILE });
    expect(session.toast).toBe("secrets/prod.yaml changed on disk and was read again.");
    expect(session.state.files.get(FILE)?.rows.at(-1)?.key).toBe("added");
  });
});

async function conflict(): Promise<void> {
  scratch.remove(".git");
  await put(FILE);
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  git("checkout", "-q", "-b", "other");
  await meanwhile(FILE, theirs("signing_key", "canary-theirs"), theirs("database.host", "their host"));
  git("commit", "-q", "-a", "-m", "theirs");
  git("checkout", "-q", "main");
  await meanwhile(FILE, theirs("signing_key", "canary-ours"), theirs("added", "ours"));
  git("commit", "-q", "-a", "-m", "ours");
  git("merge", "-q", "other");
  expect(scratch.read(FILE)).toContain("<<<<<<<");
}

describe("markers of git", () => {
  test("are resolved key by key, and only what both changed is asked for", async () => {
    await conflict();
    const session = await Session.open(scratch);
    expect(session.state.files.get(FILE)?.state).toBe("conflict");
    session.state = { ...session.state, screens: [{ ...session.screen("document"), file: FILE, pane: "tree" }] };
    await session.press("R");
    expect(session.screen("conflicts").conflicts.map((one) => one.path.join("."))).toEqual(["signing_key"]);
    expect(JSON.stringify(session.state)).not.toContain("canary");
    await session.press("t", "enter");
    expect(session.toast).toBe("Resolved secrets/prod.yaml: 1 answer. Tell git with: git add secrets/prod.yaml");
    const merged = PLAIN.replace("db.example", "their host").replace("first-signing-key", "canary-theirs");
    expect(await plainOf()).toBe(`${merged}added: ours\n`);
    expect(session.state.files.get(FILE)?.state).toBe("read");
  });

  test("without git's versions everything between them is asked for", async () => {
    await conflict();
    scratch.remove(".git");
    scratch.folder(".git");
    const session = await Session.open(scratch);
    session.state = { ...session.state, screens: [{ ...session.screen("document"), file: FILE, pane: "tree" }] };
    await session.press("R");
    expect(session.screen("conflicts").conflicts.length).toBeGreaterThan(0);
    await session.press("O", "enter");
    expect(await plainOf()).toContain("canary-ours");
  });
});

describe("a checksum that does not match", () => {
  test("D shows what differs from the last whole version", async () => {
    scratch.remove(".git");
    await put(FILE);
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "first");
    const lines = scratch.read(FILE).split("\n");
    const password = /password: (.*)/.exec(scratch.read(FILE))?.[1] ?? "";
    scratch.write(FILE, lines.map((line) => (line.includes("signing_key") ? `signing_key: ${password}` : line)).join("\n"));
    const session = await Session.open(scratch);
    await session.dispatch({ topic: "project", kind: "mac", path: FILE, mac: "wrong", tampered: [] });
    session.state = { ...session.state, screens: [{ ...session.screen("document"), file: FILE, pane: "tree" }] };
    await session.press("D");
    const review = session.screen("review");
    expect(review).toMatchObject({ purpose: "tampered", lines: [{ path: ["signing_key"], after: { kind: "sealed" } }] });
    expect(review.lines[0]?.warnings[0]).toContain("does not open under this key");
    expect(session.state.files.get(FILE)?.tampered).toEqual(["signing_key"]);
  });

  test("without a committed version it says so", async () => {
    await put(FILE);
    const session = await Session.open(scratch);
    await session.dispatch({ topic: "project", kind: "mac", path: FILE, mac: "wrong", tampered: [] });
    await session.run({ topic: "review", kind: "find tampered", path: FILE });
    expect(session.toast).toContain("there is no committed version with a checksum that fits");
  });
});
