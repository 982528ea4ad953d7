/** The history screen on a real repository: what keys bring up, and that old plaintexts stay where they belong. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { editsByFile } from "../../src/tui/model/edits.ts";
import { currentLine, type HistoryScreen, nameOfVersion, shownLines, shownVersions } from "../../src/tui/model/history.ts";
import { topScreen } from "../../src/tui/model/state.ts";
import { CONFIG, Repository } from "../git/repository.ts";
import { identitiesOf, vectorRecipient } from "../support/vectors.ts";
import { frameText } from "./frame.ts";
import { Session } from "./history-session.ts";

const FILE = "secrets/prod.yaml";
let repository: Repository;

beforeEach(async () => {
  repository = new Repository();
  repository.write(".sops.yaml", `${CONFIG}sotto:\n  people:\n    ben: {keys: [${vectorRecipient("ben")}]}\n`);
  repository.write(FILE, "db:\n    # first\n    password: canary-one\n    port: 1\nold: moved value\nlast: canary-last\n");
  await sotto("encrypt", "-i", FILE);
  repository.commit("one");
});
afterEach(() => repository[Symbol.dispose]());

async function sotto(...argv: readonly string[]): Promise<void> {
  const { exit, errors } = await repository.sotto(argv);
  if (exit !== 0) throw new Error(errors);
}

async function change(message: string, ...argv: readonly string[]): Promise<void> {
  await sotto(...argv);
  repository.commit(message);
}

const open = (env: Readonly<Record<string, string>> = {}): Session =>
  new Session({ cwd: repository.path, env: { ...repository.env, ...env }, file: FILE });

function historyOf(session: Session): HistoryScreen {
  const screen = topScreen(session.state);
  if (screen.kind !== "history") throw new Error(`the screen is ${screen.kind}`);
  return screen;
}

/** The differences, in words. */
const linesOf = (session: Session): readonly string[] =>
  shownLines(historyOf(session)).map((line) => `${line.kind} ${line.path.join(".")}`);

const pairOf = (session: Session): string => {
  const screen = historyOf(session);
  const { from = { commit: "" }, to = { commit: "" } } = screen.diff ?? {};
  return [from, to].map(({ commit }) => subjectOf(screen, commit)).join(" → ");
};

const subjectOf = (screen: HistoryScreen, commit: string): string =>
  screen.commits.find((one) => one.hash === commit)?.subject ?? nameOfVersion(screen, commit);

describe("the history of a file", () => {
  beforeEach(async () => {
    await change("two", "set", FILE, "db.password", '"canary-two"');
    await change("three", "set", FILE, "db.port", "3");
  });

  test("compares each commit with the one before it, or with the working copy, or with one that is marked", async () => {
    const session = open();
    await session.press("H");
    expect(shownVersions(historyOf(session)).map((commit) => subjectOf(historyOf(session), commit))).toEqual([
      "working copy",
      "three",
      "two",
      "one",
    ]);
    expect([pairOf(session), linesOf(session)]).toEqual(["three → working copy", []]);
    await session.press("down");
    expect([pairOf(session), linesOf(session)]).toEqual(["two → three", ["value db.port"]]);
    await session.press("down");
    expect([pairOf(session), linesOf(session)]).toEqual(["one → two", ["value db.password"]]);
    await session.press("enter");
    expect([pairOf(session), linesOf(session)]).toEqual(["two → working copy", ["value db.port"]]);
    await session.press("enter", "down");
    expect(pairOf(session)).toBe("no file → one");
    await session.press("=", "up", "up");
    expect([pairOf(session), linesOf(session)]).toEqual(["one → three", ["value db.password", "value db.port"]]);
    await session.press("escape");
    expect(pairOf(session)).toBe("two → three");
  });

  test("shows unsaved edits against HEAD, masked, and follows an undo", async () => {
    const session = open();
    await session.press("down", "down", "d", "D");
    expect(historyOf(session).pane).toBe("diff");
    expect([pairOf(session), linesOf(session)]).toEqual(["three → working copy", ["removed db.password", "comment db"]]);
    expect(historyOf(session).diff).toMatchObject({ dataKey: "same", renewed: 0, values: 3, added: [], removed: [] });
    expect(historyOf(session).diff?.raw.map((one) => `${one.line} ${one.kind} ${one.text}`)).toEqual([
      "2 removed     #ENC[AES256_GCM,data:… 8 b]",
      "3 removed     password: ENC[AES256_GCM,data:… 16 b]",
    ]);
    await session.press("u");
    expect(linesOf(session)).toEqual([]);
    expect(frameText(session.state)).toContain("The working copy says what HEAD says.");
  });

  test("reveals one side of one line, until the cursor moves", async () => {
    const session = open();
    await session.press("H", "down", "down", "tab");
    await session.press("r");
    expect(session.state.reveal?.text).toBe("canary-two");
    expect(frameText(session.state)).toContain("new canary-two");
    await session.press("R");
    expect(session.state.reveal?.text).toBe("canary-one");
    await session.press("R");
    expect(session.state.reveal).toBeUndefined();
    await session.press("r", "tab");
    expect(session.state.reveal).toBeUndefined();
    await session.press("tab", "S", "r");
    expect(session.state.reveal).toBeUndefined();
  });

  test("puts an old value back as an edit that can be undone, also of a key that is gone", async () => {
    await change("four", "unset", FILE, "db.password");
    const session = open();
    await session.press("H", "down", "tab");
    expect([pairOf(session), linesOf(session)]).toEqual(["three → four", ["removed db.password", "comment db"]]);
    await session.press("B");
    const { commits } = historyOf(session);
    expect(session.state.edits.done.map((one) => one.label)).toEqual([`restore db.password from ${commits[1]?.short ?? ""} in prod`]);
    const edit = editsByFile(session.state.edits).get(FILE)?.[0];
    expect(edit?.path).toEqual(["db", "password"]);
    expect(edit?.change.kind === "set" && edit.change.value.plain).toBeUndefined();
    expect(edit?.change.kind === "set" && session.edge.vault.text(edit.change.value.id)).toBe("canary-two");
    await session.press("tab", "up");
    expect([pairOf(session), linesOf(session)]).toEqual(["four → working copy", ["added db.password"]]);
    await session.press("u");
    expect(linesOf(session)).toEqual([]);
  });

  test("does not put back what is there already, and says why a line has nothing to put back", async () => {
    const session = open();
    await session.press("H", "down", "down", "enter", "tab", "B", "B");
    expect(session.state.edits.done.map((one) => one.label)).toHaveLength(1);
    await session.press("u", "escape", "1", "down", "2", "B");
    expect(session.state.messages.toast?.text).toContain("there was no value before");
  });

  test("narrows to one key, and asks for the key that one came from", async () => {
    const session = open();
    await session.press("down", "down", "H", "p");
    const screen = historyOf(session);
    expect(screen.blame?.path).toEqual(["db", "password"]);
    expect(shownVersions(screen).map((commit) => subjectOf(screen, commit))).toEqual(["working copy", "two", "one"]);
    await session.press("down", "down");
    expect([pairOf(session), linesOf(session)]).toEqual(["no file → one", ["added db.password"]]);
    await session.press("escape");
    expect(historyOf(session).blame).toBeUndefined();
  });

  test("keeps no plaintext in the state, and none at the edge once it is left or locked", async () => {
    const session = open();
    await session.press("H", "down", "down", "tab", "r", "R", "up");
    await session.press("tab", "tab");
    const { past } = session.edge;
    const text = JSON.stringify(session.state, (_, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value));
    expect(text.includes("canary-")).toBe(false);
    const line = currentLine(historyOf(session));
    const source = { kind: "old", commit: historyOf(session).diff?.from.commit ?? "", file: FILE, path: line?.path ?? [] } as const;
    expect(past?.node(source)).toMatchObject({ canonical: "canary-one" });
    await session.press("ctrl+l");
    expect([session.edge.past, past?.ended]).toEqual([undefined, true]);
    expect(() => past?.node(source)).toThrow("not open any more");
    await session.press("enter", "r");
    expect(session.state.reveal?.text).toBe("canary-two");
    await session.press("escape", "escape");
    expect([topScreen(session.state).kind, session.edge.past]).toEqual(["document", undefined]);
  });

  test("loads as far as one goes, and counts the rest", async () => {
    for (let index = 0; index < 50; index += 1) {
      repository.write(FILE, `${repository.read(FILE)}# ${index}\n`);
      repository.commit(`comment ${index}`);
    }
    const session = open();
    await session.press("H");
    expect([historyOf(session).commits.length, historyOf(session).total]).toEqual([50, 53]);
    expect(frameText(session.state)).toContain("1/54");
    await session.press("G", "G");
    expect(historyOf(session).commits.length).toBe(53);
    expect([historyOf(session).list.cursor, pairOf(session)]).toEqual([53, "no file → one"]);
  });
});

describe("who could read it", () => {
  test("is told with names, and a warning where a removed person still knows the key", async () => {
    repository.write(".sops.yaml", repository.read(".sops.yaml").replace("^secrets/", "^none/").replace("^shared/", ""));
    await change("ben", "updatekeys", "-y", FILE);
    repository.write(".sops.yaml", `${CONFIG}sotto:\n  people:\n    ben: {keys: [${vectorRecipient("ben")}]}\n`);
    await change("no ben", "updatekeys", "-y", "--keep-data-key", FILE);
    const session = open();
    await session.press("H", "down", "down");
    expect(historyOf(session).diff?.added).toEqual([expect.stringMatching(/^age1.*….*\(ben\)$/)]);
    await session.press("up");
    expect(historyOf(session).diff).toMatchObject({ removed: [expect.stringContaining("(ben)")], lines: [], dataKey: "same" });
    expect(frameText(session.state)).toContain("ben can still read old values: rotate");
  });

  test("commits that nobody here can open are counted, and ciphertexts are compared", async () => {
    repository.write(".sops.yaml", repository.read(".sops.yaml").replace("^secrets/", "^none/").replace("^shared/", ""));
    await change("two", "set", FILE, "db.password", '"canary-two"');
    await change("three", "updatekeys", "-y", FILE);
    const session = open(identitiesOf({ keys: ["keys/ben.txt"] }));
    await session.press("H", "down", "down");
    expect(historyOf(session).unreadable.size).toBe(2);
    expect(historyOf(session).diff).toMatchObject({ blind: true });
    const text = frameText(session.state);
    expect(text).toContain("⊘ 2 commits not readable");
    expect(text).toContain("you had no access");
    await session.press("tab", "r");
    expect(session.state.messages.toast?.text).toContain("you had no access");
  });
});

describe("where there is no history", () => {
  test("a file that is not committed says so", async () => {
    repository.write("secrets/new.yaml", "key: canary\n");
    await sotto("encrypt", "-i", "secrets/new.yaml");
    const session = new Session({ cwd: repository.path, env: repository.env, file: "secrets/new.yaml" });
    await session.press("H");
    expect(historyOf(session).problem).toBe("secrets/new.yaml is not committed yet, so it has no history.");
    expect(frameText(session.state)).toContain("secrets/new.yaml is not committed yet");
  });
});

test("a version that was never encrypted is masked all the same", async () => {
  repository.write("secrets/late.yaml", "token: canary-open\n");
  repository.commit("plaintext");
  await change("encrypted", "encrypt", "-i", "secrets/late.yaml");
  const session = new Session({ cwd: repository.path, env: repository.env, file: "secrets/late.yaml" });
  await session.press("H", "down", "down");
  expect(frameText(session.state)).not.toContain("canary-open");
  expect(frameText(session.state)).toContain("+ token");
  await session.press("up");
  expect(frameText(session.state)).toContain("One of these versions is not encrypted.");
});
