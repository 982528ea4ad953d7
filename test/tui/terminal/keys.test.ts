import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { normalizeKey } from "../../../src/tui/actions/key-names.ts";
import { keyEvents, type PressedKey } from "../../../src/tui/terminal/keys.ts";
import { ROOT } from "../../support/sources.ts";

interface Keypress {
  readonly name?: string;
  readonly sequence: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
}
const ink = (file: string): Promise<Record<string, unknown>> =>
  import(pathToFileURL(join(ROOT, "node_modules", "ink", "build", file)).href) as Promise<Record<string, unknown>>;
const { createInputParser } = (await ink("input-parser.js")) as {
  createInputParser: () => { push(chunk: string): (string | { paste: string })[]; flushPendingEscape(): string | undefined };
};
const { default: parseKeypress, nonAlphanumericKeys } = (await ink("parse-keypress.js")) as {
  default: (input: string) => Keypress;
  nonAlphanumericKeys: readonly string[];
};

const ESC = "\u001B";

/** What Ink's `useInput` makes of the bytes. */
function pressed(bytes: string): readonly string[] {
  const parser = createInputParser();
  const pieces = parser.push(bytes).filter((piece) => typeof piece === "string");
  const rest = parser.flushPendingEscape();
  return [...pieces, ...(rest === undefined ? [] : [rest])].flatMap((piece) => {
    const { name, sequence, ctrl, meta, shift } = parseKeypress(piece);
    const flags: PressedKey = {
      upArrow: name === "up",
      downArrow: name === "down",
      leftArrow: name === "left",
      rightArrow: name === "right",
      pageDown: name === "pagedown",
      pageUp: name === "pageup",
      home: name === "home",
      end: name === "end",
      return: name === "return",
      escape: name === "escape",
      tab: name === "tab",
      backspace: name === "backspace",
      delete: name === "delete",
      ctrl,
      shift,
      meta,
    };
    const text = ctrl ? (name === "space" ? " " : (name ?? "")) : sequence;
    const input = nonAlphanumericKeys.includes(name ?? "") ? "" : text.startsWith(ESC) ? text.slice(1) : text;
    return keyEvents(input, flags).map((event) => (event.kind === "key" ? event.key : event.kind));
  });
}

describe("bytes of a terminal, read by Ink, are keys of the keymap", () => {
  test.each<[string, readonly string[]]>([
    ["j", ["j"]],
    ["jjr", ["j", "j", "r"]],
    ["G", ["G"]],
    [" ", ["space"]],
    ["é", ["é"]],
    ["👩‍💻x", ["👩‍💻", "x"]],
    ["\r", ["enter"]],
    ["a\r", ["a", "enter"]],
    ["\t", ["tab"]],
    [`${ESC}[Z`, ["shift+tab"]],
    [ESC, ["escape"]],
    [`${ESC}[A`, ["up"]],
    [`${ESC}OA`, ["up"]],
    [`${ESC}[1;5C`, ["ctrl+right"]],
    [`${ESC}[1;3D`, ["alt+left"]],
    [`${ESC}b`, ["alt+b"]],
    [`${ESC}f`, ["alt+f"]],
    [`${ESC}y`, ["alt+y"]],
    [`${ESC}\r`, ["alt+enter"]],
    [`${ESC}[5~`, ["pageup"]],
    [`${ESC}[6~`, ["pagedown"]],
    [`${ESC}[H`, ["home"]],
    [`${ESC}OF`, ["end"]],
    [`${ESC}[1;5H`, ["ctrl+home"]],
    [`${ESC}[1;5F`, ["ctrl+end"]],
    [`${ESC}[3~`, ["delete"]],
    ["\u007F", ["backspace"]],
    [`${ESC}\u007F`, ["alt+backspace"]],
    ["\u0013", ["ctrl+s"]],
    ["\u0010", ["ctrl+p"]],
    ["\u0003", ["ctrl+c"]],
    ["\u001A", ["ctrl+z"]],
    ["\u001F", ["ctrl+_"]],
    ["\u001C", ["ctrl+\\"]],
    ["gg", ["g", "g"]],
    ["]g", ["]", "g"]],
  ])("%j", (bytes, keys) => {
    expect(pressed(bytes)).toEqual(keys);
    // The names are those that people can bind.
    for (const key of keys) expect(normalizeKey(key)).toBe(key);
  });
});
