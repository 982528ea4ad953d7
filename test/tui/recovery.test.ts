/** Edits that were not saved survive a crash, and nobody can read them who could not read the file. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { findUnsaved, forgetUnsaved, keepUnsaved, lookForUnsaved } from "../../src/tui/effects/recovery.ts";
import { readPlace, writePlace } from "../../src/tui/effects/resume.ts";
import { countEdits } from "../../src/tui/model/edits.ts";
import { readNote } from "../../src/tui/model/resume.ts";
import { createProject, type AcmeProject } from "./pty/project.ts";
import { Live } from "./live.ts";

const CANARY = "kanarie-of-an-unsaved-edit";
let project: AcmeProject;

beforeEach(async () => {
  project = await createProject();
});
afterEach(() => project[Symbol.dispose]());

const open = (as: "ana" | "ben" = "ana"): Promise<Live> => Live.open(createNodeHost({ cwd: project.path, env: project.envOf(as) }));
const unsaved = (): string => join(project.env["XDG_STATE_HOME"] ?? "", "sotto", "unsaved");

async function typeValue(live: Live): Promise<void> {
  await live.press("j", "j", "e");
  await live.type(CANARY);
  await live.press("ctrl+s");
  expect(countEdits(live.state.edits)).toBe(1);
}

test("what was typed is there again after a run that ended early, and can be saved and undone", async () => {
  const first = await open();
  await typeValue(first);
  await keepUnsaved(first.edge, 4242);
  const [name = ""] = readdirSync(unsaved());
  const place = join(unsaved(), name);
  expect(readFileSync(place, "utf8")).not.toContain(CANARY);
  expect([statSync(place).mode & 0o777, statSync(unsaved()).mode & 0o777]).toEqual([0o600, 0o700]);

  const second = await open();
  await lookForUnsaved(second.edge, () => false);
  expect(second.state.overlay).toMatchObject({ kind: "choose", title: "sotto ended early with 1 edit in secrets/dev.yaml" });
  await second.press("r");
  await second.settle();
  expect(second.said.at(-1)).toBe("The edits are back, unsaved. ^S shows what they would write.");
  expect(countEdits(second.state.edits)).toBe(1);
  expect(JSON.stringify(second.state)).not.toContain(CANARY);
  await second.press("ctrl+s");
  await second.press("enter");
  expect(await project.sotto(["get", "secrets/dev.yaml", "database.password"])).toBe(CANARY);
  expect(readdirSync(unsaved())).toEqual([]);
});

test("what is deleted, saved or undone leaves nothing", async () => {
  const live = await open();
  await typeValue(live);
  await keepUnsaved(live.edge, 4242);
  await live.press("u");
  await keepUnsaved(live.edge, 4242);
  expect(readdirSync(unsaved())).toEqual([]);
  await live.press("ctrl+y");
  await keepUnsaved(live.edge, 4242);
  await forgetUnsaved(live.edge, 4242);
  expect(readdirSync(unsaved())).toEqual([]);
  await keepUnsaved(live.edge, 4242);
  const next = await open();
  await lookForUnsaved(next.edge, () => false);
  await next.press("d");
  expect(readdirSync(unsaved())).toEqual([]);
  expect(countEdits(next.state.edits)).toBe(0);
});

test("the edits of a run that goes on are its own", async () => {
  const live = await open();
  await typeValue(live);
  await keepUnsaved(live.edge, 4242);
  const other = await open();
  expect(await findUnsaved(other.edge, (run) => run === 4242)).toEqual([]);
  expect(await findUnsaved(other.edge, () => false)).toHaveLength(1);
});

test("who cannot read the file is told nothing, and rubbish is passed over", async () => {
  const live = await open();
  await live.press("l", "l");
  await typeValue(live);
  await keepUnsaved(live.edge, 4242);
  const [name = ""] = readdirSync(unsaved());
  writeFileSync(join(unsaved(), name.replace("4242", "4343")), "{ not json");
  writeFileSync(join(unsaved(), name.replace("4242", "4444")), JSON.stringify([{ path: 5 }]));
  const ben = await open("ben");
  await lookForUnsaved(ben.edge, () => false);
  expect(ben.state.overlay).toBeUndefined();
});

test("one comes back to where one was: row, environment, folds and view", async () => {
  const live = await open();
  await live.press("G", "l", "l", "f");
  await live.press("f", "f", "f");
  const before = live.screen("matrix");
  await writePlace(live.edge);
  const next = await open();
  const note = await readPlace(next.edge);
  if (note === undefined) throw new Error("there is no note");
  await next.dispatch({ topic: "project", kind: "resume", note });
  expect(next.screen("matrix")).toMatchObject({ list: { cursor: before.list.cursor }, column: 2, view: "all" });
});

test("a note that somebody wrote is taken only in the form of ours", () => {
  const note = { screen: "matrix", row: "a", environment: "dev", folded: [], view: "all", filter: "" };
  expect(readNote(note)).toEqual(note);
  for (const wrong of [
    null,
    5,
    [],
    {},
    { ...note, view: "x" },
    { ...note, folded: [5] },
    { ...note, row: 5 },
    { screen: "document", folded: [] },
  ]) {
    expect(readNote(wrong)).toBeUndefined();
  }
});
