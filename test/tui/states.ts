/** States of the terminal interface for tests: files and environments made of plain objects, and keys that are pressed. */
import { createHash } from "node:crypto";
import { formatOfPath } from "../../formats/index.ts";
import type { ScalarType } from "../../src/model/tree.ts";
import { ACTIONS } from "../../src/tui/actions/index.ts";
import { createKeymap, type Keymap } from "../../src/tui/actions/keymap.ts";
import type { Effect } from "../../src/tui/model/effects.ts";
import type { Event } from "../../src/tui/model/events.ts";
import type { Facts, ValueRef } from "../../src/tui/model/facts.ts";
import { type EnvironmentView, type FileView, newFile, type ProjectView, type Row } from "../../src/tui/model/files.ts";
import { NEW_MATRIX, newDocument, type Screen } from "../../src/tui/model/screens.ts";
import { type Look, type Size, startState, type State } from "../../src/tui/model/state.ts";
import { reduce } from "../../src/tui/reduce/reduce.ts";

export const NOW: number = Date.UTC(2026, 0, 2, 12);
export const LOOK: Look = { color: "dark", ascii: false, motion: false, spoken: false, mouse: true };
export const KEYMAP: Keymap = createKeymap(ACTIONS);

/** A text is an encrypted value; what is readable is made by {@link plain}. A key that begins with `#` is a comment. */
export type Content = { readonly [key: string]: Content } | readonly Content[] | string | number | Plain | null;

export interface Plain {
  readonly plain: string;
  readonly type: ScalarType;
}

export function plain(text: string, type: ScalarType = "str"): Plain {
  return { plain: text, type };
}

const isPlain = (content: Content): content is Plain => typeof content === "object" && content !== null && "plain" in content;

/** What is known of an encrypted value; equal texts have equal fingerprints. */
export function factsOf(text: string, type: ScalarType = "str"): Facts {
  const digest = createHash("sha256").update(`${type}\0${text}`).digest("hex");
  const strength = text === "" ? "none" : text.length < 8 ? "low" : "high";
  return { type, length: text.length, lines: text === "" ? 0 : text.split("\n").length, fingerprint: digest.slice(0, 4), digest, strength };
}

export function valueRef(id: string, text: string, type: ScalarType = "str"): ValueRef {
  return { id, facts: factsOf(text, type) };
}

/** An open file whose checksum fits, unless `changes` say otherwise. */
export function fileOf(path: string, content: Content, changes: Partial<FileView> = {}): FileView {
  const rows: Row[] = [];
  const facts = new Map<number, Facts>();
  const add = (key: string, value: Content, parent: number, depth: number): void => {
    const index = rows.length;
    const row = { parent, depth, key, count: 0, document: 0, sealed: false, selected: false } as const;
    if (key.startsWith("#")) {
      rows.push({ ...row, key: "", kind: "comment", type: "comment", text: key.slice(1) });
      return;
    }
    if (value === null) rows.push({ ...row, kind: "null" });
    else if (typeof value === "string" || typeof value === "number") {
      const type = typeof value === "number" ? "int" : "str";
      rows.push({ ...row, kind: "value", type, sealed: true, selected: true });
      facts.set(index, factsOf(String(value), type));
    } else if (isPlain(value)) rows.push({ ...row, kind: "value", type: value.type, text: value.plain });
    else {
      const entries = Object.entries(value as Readonly<Record<string, Content>>);
      rows.push({ ...row, kind: Array.isArray(value) ? "list" : "map", count: entries.filter(([name]) => !name.startsWith("#")).length });
      for (const [name, below] of entries) add(name, below, index, depth + 1);
    }
  };
  for (const [name, value] of Object.entries(content as Readonly<Record<string, Content>>)) add(name, value, -1, 0);
  const open = { state: "read", key: "open", mac: "ok", readers: ["ana", "ben"], rows, facts, lineOf: (row: number) => row + 1 } as const;
  return { ...newFile(path, formatOfPath(path)), ...open, ...changes };
}

export function environment(name: string, files: readonly string[], changes: Partial<EnvironmentView> = {}): EnvironmentView {
  return { name, files, own: files, isolated: false, guessed: false, ...changes };
}

export interface StateOptions {
  readonly size?: Size;
  readonly look?: Partial<Look>;
  readonly project?: Partial<ProjectView>;
  readonly screens?: readonly Screen[];
}

/** A project that was read, at its home: the matrix where there is something to compare, else the files. */
export function stateOf(files: readonly FileView[], environments: readonly EnvironmentView[], options: StateOptions = {}): State {
  const first = emptyState(options);
  const project = { ...first.project, branch: "main", hasConfig: true, environments, ...options.project };
  return after(first, { topic: "project", kind: "loaded", project, files });
}

/** Before anything is read. */
export function emptyState(options: StateOptions = {}): State {
  const { size = { columns: 100, rows: 30 }, screens = [NEW_MATRIX] } = options;
  const look = { ...LOOK, ...options.look };
  return startState({ now: NOW, size, look, shared: false, readOnly: false, name: "acme-api", root: "/p", screens });
}

/** Three environments with a gap of each kind; `prod` is isolated and shares a secret. */
export function sampleState(options: StateOptions = {}): State {
  const dev = {
    "# who may restart it: ask ana": null,
    database: { host: plain("dev-db"), password: "aaaa-bbbb-cccc", port: plain("5432", "int"), cert: "line one\nline two\nline three" },
    stripe: { publishable_key: "pk-one", webhook_secret: "wh-one" },
    session_key: "session-shared",
  };
  const staging = {
    database: { host: plain("staging-db"), password: "dddd-eeee-ffff", port: plain("5432"), cert: "line one\nline two\nline three" },
    stripe: { publishable_key: "pk-one", webhook_secret: null },
    session_key: "session-other",
  };
  const prod = {
    database: { host: plain("prod-db"), password: "gggg-hhhh-iiii", port: plain("5432", "int") },
    stripe: { publishable_key: "pk-two" },
    session_key: "session-shared",
    legacy_token: "legacy",
  };
  const files = Object.entries({ dev, staging, prod }).map(([name, content]) => fileOf(`secrets/${name}.yaml`, content));
  const environments = files.map((file, at) => environment(["dev", "staging", "prod"][at] ?? "", [file.path], { isolated: at === 2 }));
  return stateOf(files, environments, options);
}

/** One file in the document screen, with the cursor in its tree. */
export function documentState(file: FileView, options: StateOptions = {}): State {
  return stateOf([file], [], { ...options, screens: [newDocument(file.path)] });
}

export function after(state: State, ...events: readonly Event[]): State {
  return events.reduce((now, event) => reduce(now, event, KEYMAP, now.now).state, state);
}

/** Presses keys by their names; of one character it is what it types. */
export function press(state: State, ...keys: readonly string[]): State {
  return after(state, ...keys.map(keyEvent));
}

export function keyEvent(key: string): Event {
  const text = key === "space" ? " " : Array.from(key).length === 1 ? key : "";
  return { topic: "input", kind: "key", key, text };
}

/** What the last key asks to be done outside. */
export function effectsOf(state: State, ...keys: readonly string[]): readonly Effect[] {
  const before = press(state, ...keys.slice(0, -1));
  return reduce(before, keyEvent(keys.at(-1) ?? ""), KEYMAP, before.now).effects;
}

export function later(state: State, milliseconds: number): State {
  return reduce(state, { topic: "input", kind: "tick" }, KEYMAP, state.now + milliseconds).state;
}
