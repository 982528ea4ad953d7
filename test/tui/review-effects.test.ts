import { afterEach, beforeEach, describe, expect, test } from "vitest";
import fc from "fast-check";
import type { Node } from "../../src/model/tree.ts";
import { type Edit, type EditChange, editsByFile, pathKey } from "../../src/tui/model/edits.ts";
import { findPath, pathAt, treeOf } from "../../src/tui/model/tree.ts";
import { SottoError } from "../../src/model/error.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { accessFor, ANA, openText, sealText, type SealSettings } from "../support/sotto.ts";
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

async function put(name: string, plain: string = PLAIN, settings: SealSettings = {}): Promise<void> {
  scratch.write(name, await sealText(plain, "yaml", { access, ...settings }));
}

const plainOf = (name: string = FILE): Promise<string> => openText(scratch.read(name), "yaml", access);
const text = (canonical: string): Node => ({ kind: "scalar", type: "str", canonical });

describe("save", () => {
  test("what will be written is shown masked, then written, and only that", async () => {
    await put(FILE);
    const session = await Session.open(scratch);
    session.set(FILE, "database.password", "canary-new-password");
    session.edit({ file: FILE, path: ["signing_key"], change: { kind: "rename", to: "session_key" } });
    await session.press("ctrl+s");
    const { lines } = session.screen("review");
    expect(lines.map(({ kind, path, from }) => [kind, path.join("."), from?.join(".")])).toEqual([
      ["value", "database.password", undefined],
      ["renamed", "session_key", "signing_key"],
    ]);
    expect(lines[0]).toMatchObject({ before: { kind: "secret", facts: { length: 17 } }, after: { kind: "secret", facts: { length: 19 } } });
    expect(scratch.untouched(FILE)).toBe(true);
    expect(JSON.stringify(session.state)).not.toContain("canary");
    const before = scratch.read(FILE).split("\n");
    await session.press("enter");
    expect(session.toast).toBe("Saved secrets/prod.yaml: 2 values. Other values are byte-identical.");
    expect(await plainOf()).toBe(PLAIN.replace("old-password-here", "canary-new-password").replace("signing_key", "session_key"));
    const after = scratch.read(FILE).split("\n");
    expect(after.find((line) => line.includes("port:"))).toBe(before.find((line) => line.includes("port:")));
    expect(session.state.edits).toEqual({ done: [], undone: [] });
    expect(session.state.screens.map((screen) => screen.kind)).not.toContain("review");
    expect(session.state.files.get(FILE)).toMatchObject({ stale: false, key: "open", state: "read" });
    expect(session.edge.saving).toBeUndefined();
  });

  test("several files are one save, and say so", async () => {
    await put(FILE);
    await put("secrets/dev.yaml");
    const session = await Session.open(scratch);
    session.set(FILE, "signing_key", "one");
    session.set("secrets/dev.yaml", "signing_key", "two");
    session.set("secrets/dev.yaml", "database.host", "three");
    await session.press("ctrl+s", "ctrl+s");
    expect(session.toast).toBe("Saved 2 files: 3 values. Other values are byte-identical.");
  });

  test("an edit back to the old value writes nothing and is dropped", async () => {
    await put(FILE);
    const session = await Session.open(scratch);
    session.set(FILE, "signing_key", "other");
    session.set(FILE, "signing_key", "first-signing-key");
    await session.press("ctrl+s");
    expect(session.toast).toContain("Nothing to save");
    expect(session.state.edits.done).toEqual([]);
    expect(scratch.untouched(FILE)).toBe(true);
  });

  test("without edits there is nothing to save, and the file keeps its bytes", async () => {
    await put(FILE);
    const session = await Session.open(scratch);
    await session.press("ctrl+s");
    expect(session.toast).toBe("save: there is nothing to save");
    expect(scratch.untouched(FILE)).toBe(true);
  });

  test("what was undone while it was looked at is looked at again", async () => {
    await put(FILE);
    const session = await Session.open(scratch);
    session.set(FILE, "signing_key", "one");
    session.set(FILE, "database.host", "two");
    await session.press("ctrl+s", "u", "enter");
    expect(session.screen("review").lines.map((line) => line.path.join("."))).toEqual(["signing_key"]);
    expect(scratch.untouched(FILE)).toBe(true);
  });

  test.each([
    ["ENOSPC", "disk full"],
    ["EACCES", "no permission to write there"],
    ["EROFS", "the disk is read-only"],
  ])("a save that fails with %s keeps the file and the edit, and says why", async (code, reason) => {
    await put(FILE);
    const cause = Object.assign(new Error("as the system says it"), { code });
    const session = await Session.open(scratch, (host) => ({
      ...host,
      cwd: host.cwd,
      home: host.home,
      lockFiles: () => Promise.reject(new SottoError("FILE_UNWRITABLE", "cannot write it", { cause })),
    }));
    session.set(FILE, "signing_key", "one");
    await session.press("ctrl+s", "enter");
    expect(session.toast).toBe(`Not saved: ${reason}. The old file is untouched; your edit is still here. ^S tries again.`);
    expect(session.state.messages.toast?.tone).toBe("error");
    expect(session.state.edits.done).toHaveLength(1);
    expect(session.state.job).toBeUndefined();
    expect(session.edge.saving).toBeUndefined();
    expect(scratch.untouched(FILE)).toBe(true);
    session.screen("review");
  });

  test("a value that the rule would encrypt is refused, and written readable only on demand", async () => {
    scratch.write(".sops.yaml", `creation_rules:\n  - path_regex: secrets/.*\n    age: age1example\n`);
    await put(FILE, PLAIN, { selector: { kind: "encrypted_regex", pattern: "^password$" } });
    const session = await Session.open(scratch);
    session.set(FILE, "database.token", "canary-token-value");
    await session.press("ctrl+s");
    expect(session.screen("review").lines[0]?.warnings[0]).toContain("readable for everybody");
    await session.press("enter");
    expect(session.state.overlay).toMatchObject({
      kind: "choose",
      at: 0,
      choices: [{ action: "overlay.close" }, { action: "save.readable" }],
    });
    expect(scratch.untouched(FILE)).toBe(true);
    await session.press("w");
    expect(session.toast).toContain("Saved secrets/prod.yaml: 1 value.");
    expect(scratch.read(FILE)).toContain("token: canary-token-value");
  });
});

/** Keys, kinds and values of a file with its edits, as the screens show it. */
function shown(session: Session): readonly string[] {
  const file = session.state.files.get(FILE);
  if (file === undefined) throw new Error("no file");
  const tree = treeOf(file, session.state.edits);
  const gone = new Set<string>();
  return tree.rows.flatMap((row, index) => {
    const path = pathKey(pathAt(tree, index));
    const change = tree.change(index);
    if (change?.kind === "removed") gone.add(path);
    if ([...gone].some((one) => path === one || path.startsWith(`${one}\0`))) return [];
    const source = tree.source(index);
    const facts =
      change?.kind === "changed" || change?.kind === "added"
        ? change.value.facts
        : source === undefined
          ? undefined
          : file.facts.get(source);
    return [`${path} ${row.kind === "map" ? "map" : (facts?.digest ?? row.kind)}`];
  });
}

test("what is shown with edits is what is shown without them after the save", { timeout: 120_000 }, async () => {
  await put(FILE);
  const start = scratch.read(FILE);
  const key = fc.constantFrom("database", "host", "password", "port", "signing_key", "fresh", "other");
  const act = fc.record({
    at: fc.nat(),
    key,
    what: fc.constantFrom("set", "add", "remove", "rename"),
    value: fc.string({ minLength: 1, maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 6 }), async (acts) => {
      scratch.write(FILE, start);
      const session = await Session.open(scratch);
      for (const one of acts) {
        const edit = plan(session, one);
        if (edit !== undefined) session.edit(edit);
      }
      const before = shown(session).toSorted();
      const isEdited = editsByFile(session.state.edits).has(FILE);
      await session.press("ctrl+s", "enter");
      expect(session.state.edits.done).toEqual([]);
      expect(isEdited || scratch.untouched(FILE)).toBe(true);
      session.openAll();
      expect(shown(session).toSorted()).toEqual(before);
    }),
    { numRuns: 40 },
  );
});

/** An edit that the screens would allow. */
function plan(
  session: Session,
  { at, key, what, value }: { readonly at: number; readonly key: string; readonly what: string; readonly value: string },
): Edit | undefined {
  const file = session.state.files.get(FILE);
  if (file === undefined) return undefined;
  const tree = treeOf(file, session.state.edits);
  const present = [...tree.rows.keys()].filter((row) => tree.change(row)?.kind !== "removed");
  const row = present[at % Math.max(1, present.length)];
  if (row === undefined) return undefined;
  const path = pathAt(tree, row);
  const target = [...path.slice(0, -1), key];
  const isTaken = findPath(tree, target) !== undefined;
  const make = (to: readonly string[], change: EditChange): Edit => ({ file: FILE, path: to, change });
  if (what === "set") return tree.rows[row]?.kind === "value" ? make(path, session.change(text(value))) : undefined;
  if (what === "add") return isTaken ? undefined : make(target, session.change(text(value)));
  if (what === "remove") return make(path, { kind: "remove" });
  return isTaken ? undefined : make(path, { kind: "rename", to: key });
}
