import { expect, test } from "vitest";
import { formatOfPath } from "../../formats/index.ts";
import { encodeText } from "../../src/model/text.ts";
import { SessionFile } from "../../src/workspace/session/session-file.ts";
import { wouldEncrypt } from "../../src/workspace/session/would-encrypt.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { Edge } from "../../src/tui/effects/edge.ts";
import { runEditor } from "../../src/tui/effects/editor.ts";
import { Vault } from "../../src/tui/effects/vault.ts";
import type { EditorEffect, EditorTarget } from "../../src/tui/model/editor.ts";
import type { Event } from "../../src/tui/model/events.ts";
import type { FileView } from "../../src/tui/model/files.ts";
import { newFile } from "../../src/tui/model/files.ts";
import { RECIPES } from "../../src/tui/text/generate.ts";
import { BARE, sealText, type SealSettings } from "../support/sotto.ts";
import { stateOf } from "./states.ts";

const SECRET = "apiVersion: v1\nkind: Secret\ndata:\n    word: Y2FuYXJ5\n    raw: /w==\n";
const BY_DATA: SealSettings = { selector: { kind: "encrypted_regex", pattern: "^data$" } };

interface Desk {
  readonly edge: Edge;
  readonly events: Event[];
  readonly run: (effect: EditorEffect) => Promise<Event | undefined>;
  readonly row: (file: string, ...path: readonly string[]) => { readonly kind: "row"; readonly file: string; readonly row: number };
}

function refuse(): never {
  throw new TypeError("there is no terminal");
}

/** An edge with files that are held open, and no terminal. */
async function desk(
  files: Readonly<Record<string, string>>,
  settings: SealSettings = {},
  env: Readonly<Record<string, string>> = {},
): Promise<Desk> {
  const held: Edge["held"] = new Map();
  const views: FileView[] = [];
  const events: Event[] = [];
  for (const [path, plain] of Object.entries(files)) {
    const format = formatOfPath(path);
    // oxlint-disable-next-line no-await-in-loop
    const bytes = encodeText(await sealText(plain, format, settings));
    // oxlint-disable-next-line no-await-in-loop
    const session = await SessionFile.read(bytes, path, format);
    // oxlint-disable-next-line no-await-in-loop
    await session.unlock(BARE);
    held.set(path, { bytes, session });
    views.push({
      ...newFile(path, format),
      state: "read",
      key: "open",
      rows: session.rows,
      wouldEncrypt: (at) => wouldEncrypt(session, at),
    });
  }
  const state = stateOf(views, []);
  const edge: Edge = {
    host: createNodeHost({ env: { PATH: process.env["PATH"], ...env } }),
    vault: new Vault(),
    held,
    project: undefined,
    running: undefined,
    state: () => state,
    dispatch: (event) => void events.push(event),
    device: { suspend: refuse, useMouse: refuse, put: refuse, quit: refuse, lend: (run) => run(), clipboardHolder: "" },
  };
  return {
    edge,
    events,
    run: async (effect) => {
      await runEditor(edge, effect);
      return events.at(-1);
    },
    row: (file, ...path) => ({ kind: "row", file, row: held.get(file)?.session?.find(path) ?? -1 }),
  };
}

const target = (file: string, ...path: readonly string[]): EditorTarget => ({ file, path, label: file, encrypted: true });
const keepText = (
  text: string,
  targets: readonly EditorTarget[],
  more: Partial<Extract<EditorEffect, { kind: "keep" }>> = {},
): EditorEffect => {
  const ids = targets.map((_, index) => `v${index}`);
  return { topic: "editor", kind: "keep", ids, label: "set it", targets, type: "str", text, base64: false, ...more };
};

test("the old value is fetched with its type, and only facts of it beside the text", async () => {
  const { run, row } = await desk({ "a.yaml": "on: true\nport: 5432\n" });
  const at = { file: "a.yaml", path: ["on"] };
  const event = await run({
    topic: "editor",
    kind: "fetch",
    editor: 3,
    source: row("a.yaml", "on"),
    from: at,
    targets: [target("a.yaml", "on")],
  });
  expect(event).toMatchObject({
    kind: "fetched",
    editor: 3,
    value: { text: "true", type: "bool", facts: { type: "bool" } },
    decoded: "no",
  });
});

test("base64 of a Kubernetes Secret is shown decoded and kept encoded; what is no text stays base64", async () => {
  const { run, row, edge } = await desk({ "s.yaml": SECRET }, BY_DATA);
  const fetch = (key: string): EditorEffect => {
    const source = row("s.yaml", "data", key);
    return {
      topic: "editor",
      kind: "fetch",
      editor: 1,
      source,
      from: { file: "s.yaml", path: ["data", key] },
      targets: [target("s.yaml", "data", key)],
    };
  };
  expect(await run(fetch("word"))).toMatchObject({ value: { text: "canary", facts: { length: 6 } }, decoded: "text" });
  expect(await run(fetch("raw"))).toMatchObject({ value: { text: "/w==" }, decoded: "binary" });
  expect(await run({ ...fetch("word"), source: undefined } as EditorEffect)).toMatchObject({ value: undefined, decoded: "text" });
  await run(keepText("canary", [target("s.yaml", "data", "word")], { base64: true }));
  expect(edge.vault.text("v0")).toBe("Y2FuYXJ5");
  await run(keepText("/w==", [target("s.yaml", "data", "raw")]));
  expect(edge.vault.text("v0")).toBe("/w==");
});

test("what is kept lies in the vault; the event holds facts, and the text only where the file leaves it readable", async () => {
  const { run, edge } = await desk(
    { "a.yaml": "host_plain: x\nsecret: y\n" },
    { selector: { kind: "unencrypted_suffix", pattern: "_plain" } },
  );
  const targets = [target("a.yaml", "secret"), target("a.yaml", "host_plain"), target("a.yaml", "new", "key")];
  const event = await run(keepText("canary", targets));
  if (event?.topic !== "editor" || event.kind !== "kept") throw new TypeError("it was not kept");
  expect(event.values.map(({ plain }) => plain)).toEqual([undefined, "canary", undefined]);
  expect(event.targets.map(({ encrypted }) => encrypted)).toEqual([true, false, true]);
  expect(["v0", "v1", "v2"].map((id) => edge.vault.text(id))).toEqual(["canary", "canary", "canary"]);
  expect(JSON.stringify([event.values[0], event.values[2]])).not.toContain("canary");
});

test("empty texts and nulls are readable everywhere, and dotenv files get texts", async () => {
  const { run, edge } = await desk({ "a.yaml": "a: x\n", "b.env": "A=x\n" });
  expect(await run(keepText("", [target("a.yaml", "a")]))).toMatchObject({ values: [{ plain: "" }] });
  expect(await run(keepText("", [target("a.yaml", "a")], { type: "null" }))).toMatchObject({ values: [{ plain: "" }] });
  expect(edge.vault.node("v0")).toEqual({ kind: "null" });
  await run(keepText("42", [target("a.yaml", "a"), target("b.env", "A")], { type: "int" }));
  expect(edge.vault.node("v0")).toMatchObject({ type: "int", canonical: "42" });
  expect(edge.vault.node("v1")).toMatchObject({ type: "str", canonical: "42" });
});

test("a value is copied with its type, and what it holds, without anybody seeing it", async () => {
  const { run, row, edge } = await desk({ "a.yaml": "port: 5432\nmap:\n    x: canary\n    y: 2\n", "b.yaml": "z: 1\n" });
  const copy = (from: ReturnType<typeof row>): EditorEffect => ({
    topic: "editor",
    kind: "copy over",
    ids: ["c"],
    label: "fill it",
    from,
    targets: [target("b.yaml", "port")],
  });
  const event = await run(copy(row("a.yaml", "port")));
  expect(event).toMatchObject({ kind: "kept", values: [{ id: "c", facts: { type: "int" } }] });
  expect(edge.vault.node("c")).toMatchObject({ type: "int", canonical: "5432" });
  expect(JSON.stringify(await run(copy(row("a.yaml", "map"))))).not.toContain("canary");
  expect(JSON.stringify(edge.vault.node("c"))).toContain("canary");
  await run({ ...copy(row("a.yaml", "port")), ids: ["d"], from: { kind: "kept", id: "c" } } as EditorEffect);
  expect(edge.vault.node("d")).toEqual(edge.vault.node("c"));
});

test("a secret is not copied to where everybody could read it", async () => {
  const { run, row, events } = await desk(
    { "a.yaml": "secret: canary\nhost_plain: x\n" },
    { selector: { kind: "unencrypted_suffix", pattern: "_plain" } },
  );
  const copy = (key: string): EditorEffect => ({
    topic: "editor",
    kind: "copy over",
    ids: ["c"],
    label: "fill it",
    from: row("a.yaml", key),
    targets: [target("a.yaml", "new_plain")],
  });
  expect(await run(copy("secret"))).toMatchObject({ topic: "project", kind: "message", tone: "error" });
  expect(JSON.stringify(events)).not.toContain("canary");
  expect(await run(copy("host_plain"))).toMatchObject({ kind: "kept", values: [{ plain: "x" }] });
});

test("every recipe but that of six digits makes another value each time", async () => {
  const { run } = await desk({});
  for (const recipe of RECIPES.slice(0, -1).keys()) {
    const effect: EditorEffect = { topic: "editor", kind: "generate", editor: 1, recipe };
    // oxlint-disable-next-line no-await-in-loop
    const [first, second] = [await run(effect), await run(effect)];
    expect(first).toMatchObject({ kind: "generated", recipe });
    expect(first).not.toEqual(second);
  }
});

test("the editor outside gets the value and gives it back", async () => {
  const { run, events } = await desk({}, {}, { EDITOR: `sh -c 'printf more >> "$1"' sh`, XDG_RUNTIME_DIR: "/dev/shm" });
  await run({ topic: "editor", kind: "edit outside", editor: 4, text: "one\n", sure: true });
  expect(events.map((event) => event.kind)).toEqual(["job", "edited outside", "job over"]);
  expect(events[1]).toMatchObject({ editor: 4, text: "one\nmore" });
});

test("of an editor that keeps copies it is told before, and it is not opened", async () => {
  const { run, events } = await desk({}, {}, { EDITOR: process.execPath.replace(/[^/]*$/, "code") });
  const event = await run({ topic: "editor", kind: "edit outside", editor: 4, text: "one", sure: false });
  expect(event).toMatchObject({ kind: "outside warned", name: "code" });
  expect(events).toHaveLength(1);
});

test("an editor that is not there is a failure in words, of this editor alone", async () => {
  const { run } = await desk({}, {}, { EDITOR: "there-is-no-such-editor" });
  const event = await run({ topic: "editor", kind: "edit outside", editor: 4, text: "canary", sure: true });
  expect(event).toMatchObject({ kind: "failed", editor: 4 });
  expect(JSON.stringify(event)).not.toContain("canary");
});
