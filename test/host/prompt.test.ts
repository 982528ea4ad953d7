/** Questions on a real pseudo-terminal. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { terminalDevice } from "../../src/host/prompt.ts";
import { MAX_LINE, TypedLine } from "../../src/host/typed-line.ts";
import { describeWithPeers } from "../support/peers.ts";
import { runInTerminal } from "../support/terminal.ts";
import type { Turn } from "../support/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "sotto-prompt-"));
afterAll(() => rmSync(folder, { recursive: true }));
const env = { PATH: process.env["PATH"] ?? "", HOME: folder, TERM: "xterm" };
const ask = join(import.meta.dirname, "..", "support", "ask.ts");
const out = join(folder, "out");
const pid = join(folder, "pid");

interface Asked {
  readonly shown: string;
  readonly answer: unknown;
}

/** Asks on a terminal, with standard input and output elsewhere, and looks at the terminal afterwards. */
async function onTerminal(args: string, turns: readonly Turn[]): Promise<Asked> {
  rmSync(out, { force: true });
  const command = `sh -c 'echo $$ >${pid}; exec ${process.execPath} ${ask} ${args} </dev/null >${out}'; stty -a`;
  const { shown } = await runInTerminal(command, env, turns);
  // Whatever happened, the terminal is as it was.
  expect(shown).toMatch(/^isig icanon iexten echo /m);
  const text = readFileSync(out, "utf8");
  return { shown: shown.slice(0, shown.indexOf("speed ")), answer: text === "" ? undefined : JSON.parse(text) };
}

const hex = (text: string): string => Buffer.from(text).toString("hex");

describeWithPeers(["script", "stty"], "a secret", () => {
  test("is read without being shown, and nothing goes to standard output", async () => {
    const { shown, answer } = await onTerminal("secret Passphrase:", [["Passphrase: ", "open Sesam ☂\r"]]);
    expect(answer).toBe(hex("open Sesam ☂"));
    expect(shown.replaceAll("\r", "")).toBe("Passphrase: \n");
  });

  test.each([
    ["erased characters, whole ones", "ab☂\u007f\bc\r", "ac"],
    ["a line that is taken back", "wrong\u0015right\r", "right"],
    ["arrow keys and other keys that are no text", "a\u001b[Db\u001bOAc\u001b[3~d\u0001\r", "abcd"],
    ["a line feed for the return key", "abc\n", "abc"],
    ["blanks and a tab", " a\tb \r", " a\tb "],
    ["nothing", "\r", ""],
    ["an end of input behind something", "ab\u0004c\r", "abc"],
  ])("with %s", async (_, typed, expected) => {
    expect((await onTerminal("secret Q", [["Q ", typed]])).answer).toBe(hex(expected));
  });

  test.each([
    ["Ctrl-C", "abc\u0003"],
    ["Ctrl-D on an empty line", "\u0004"],
  ])("is broken off by %s", async (_, typed) => {
    expect((await onTerminal("secret Q", [["Q ", typed]])).answer).toBe("INTERRUPTED");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const)(
    "leaves the terminal as it was when %s ends the process",
    async (signal) => {
      const kill = (): void => void process.kill(Number(readFileSync(pid, "utf8")), signal);
      const { answer } = await onTerminal("secret Q", [["Q ", kill]]);
      expect([undefined, "INTERRUPTED"]).toContain(answer);
    },
  );

  test("that is longer than a line may be is refused", async () => {
    expect((await onTerminal("secret Q", [["Q ", `${"x".repeat(MAX_LINE + 1)}\r`]])).answer).toBe("USAGE");
  });

  test("waits while the command is stopped", async () => {
    const command = `bash -mc '${process.execPath} ${ask} secret Q >${out}; echo stopped; stty -a; fg'; stty -a`;
    const { shown } = await runInTerminal(command, env, [
      ["Q ", "ab\u001a"],
      ["stopped", () => {}],
      ["\nQ ", "cd\r"],
    ]);
    expect(JSON.parse(readFileSync(out, "utf8"))).toBe(hex("abcd"));
    expect(shown.match(/^isig icanon iexten echo /gm)).toHaveLength(2);
    expect(shown).not.toContain("cd");
  });
});

describeWithPeers(["script", "stty"], "other questions", () => {
  test("a text is shown while it is typed", async () => {
    const { shown, answer } = await onTerminal("text Name", [["Name ", "anna\u007f\u007fa\r"]]);
    expect(answer).toBe("ana");
    expect(shown).toContain("Name anna\b \b\b \ba");
  });

  test.each([
    ["1", true],
    ["x2", false],
    ["\u0003", "INTERRUPTED"],
  ])("a choice is one key: %j", async (typed, expected) => {
    const { shown, answer } = await onTerminal("confirm Really? yes no", [['Really? (press 1 for "yes", 2 for "no") ', typed]]);
    expect(answer).toBe(expected);
    expect(shown).not.toContain("x");
  });

  test("a confirmation without a choice takes the return key", async () => {
    expect((await onTerminal("confirm Sure? OK", [['Sure? (press enter for "OK") ', "\r"]])).answer).toBe(true);
  });

  test("come one at a time, and what is typed ahead answers the next", async () => {
    const { shown, answer } = await onTerminal("crowd", [["first ", "one\rtwo\rthree\r"]]);
    expect(answer).toEqual(["one", null, "two", "three"]);
    expect(shown.replaceAll("\r", "")).toBe("first one\ntold\nsecond two\nthird three\n");
  });

  test("what a question holds cannot act on the terminal", async () => {
    const { shown } = await onTerminal('text "$(printf "a\\033[2Jb\\007")"', [["a [2Jb  ", "\r"]]);
    expect(shown).not.toContain("\u001b[2J");
  });

  test("a line is told", async () => {
    expect((await onTerminal("tell Hello", [])).shown.replaceAll("\r", "")).toBe("Hello\n");
  });
});

describeWithPeers(["setsid"], "without a terminal", () => {
  test("there is no prompt", () => {
    const { stdout } = spawnSync("setsid", ["-w", process.execPath, ask, "secret", "Q"], { env, encoding: "utf8" });
    expect(JSON.parse(stdout)).toBe("no terminal");
  });
});

describe("a typed line", () => {
  test("holds as much as a terminal's line, and wipes it", () => {
    const line = new TypedLine();
    for (let at = 0; at < MAX_LINE; at += 1) expect(line.type(0x61).kind).toBe("text");
    expect(line.type(0x61).kind).toBe("full");
    expect(line.take()).toHaveLength(MAX_LINE);
    line.wipe();
    expect(line.take()).toHaveLength(0);
    expect(line.type(0x7f)).toEqual({ kind: "erased", count: 0 });
  });
});

test("Windows has its own names for the terminal", () => {
  expect(terminalDevice("win32")).toEqual({ input: String.raw`\\.\CONIN$`, output: String.raw`\\.\CONOUT$` });
});
