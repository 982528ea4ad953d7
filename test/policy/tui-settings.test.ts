import { describe, expect, test } from "vitest";
import { SottoError } from "../../src/model/error.ts";
import type { TrustReader } from "../../src/policy/trust.ts";
import { loadTuiSettings, parseTuiSettings } from "../../src/policy/tui-settings.ts";
import { thrownBy } from "./thrown.ts";

const parse = (text: string): ReturnType<typeof parseTuiSettings> => parseTuiSettings("config.yaml", text);
const reader = (text: string | undefined): TrustReader => ({
  env: {},
  platform: "linux",
  home: "/home/ana",
  async readFile(path) {
    if (text === undefined) throw new SottoError("FILE_MISSING", `${path} does not exist`);
    return new TextEncoder().encode(text);
  },
});

const NOTHING = { keys: new Map(), theme: undefined };

describe("what people set for the terminal interface", () => {
  test("is keys by action, one or several, and a theme", () => {
    const { keys, theme } = parse("tui:\n  theme: light\n  keys:\n    edit.undo: [u, C-z]\n    quit: Q\n");
    expect(theme).toBe("light");
    expect([...keys]).toEqual([
      ["edit.undo", ["u", "C-z"]],
      ["quit", ["Q"]],
    ]);
  });

  test("switches an action off by <disabled>, or by no keys at all", () => {
    expect([...parse("tui: {keys: {quit: <disabled>, back: [], lock: [<disabled>]}}").keys]).toEqual([
      ["quit", []],
      ["back", []],
      ["lock", []],
    ]);
  });

  test.each(["", "# nothing\n", "trust: []\n", "tui:\n", "tui: {}\n", "tui: {keys: }\n", "other: {keys: {a: b}}\n"])(
    "is nothing in %j",
    (text) => {
      expect(parse(text)).toMatchObject(NOTHING);
    },
  );

  test("is nothing where there is no file", async () => {
    expect(await loadTuiSettings(reader(undefined))).toMatchObject(NOTHING);
    expect(await loadTuiSettings(reader("tui: {theme: none}"))).toMatchObject({ theme: "none" });
  });

  test.each([
    ["tui: []", "tui"],
    ["tui: {keys: [u]}", "tui.keys"],
    ["tui: {keys: {quit: {a: b}}}", "quit"],
    ["tui: {theme: blue}", 'there is no theme "blue"'],
    ["tui: {theme: [dark]}", "tui.theme"],
  ])("%s is refused, with its place", (text, named) => {
    const error = thrownBy(() => parse(text));
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).toContain(named);
    expect(error.position).toMatchObject({ line: 1 });
  });

  test("names the themes there are", () => {
    expect(thrownBy(() => parse("tui: {theme: blue}")).hints).toEqual(["themes: dark, light, contrast, none"]);
  });

  test("takes a key that is a number for what is typed", () => {
    expect(parse("tui: {keys: {document.files: 1}}").keys.get("document.files")).toEqual(["1"]);
  });
});
