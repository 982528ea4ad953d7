/** The driver itself, on a small program: what the tests of the real one rest on. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { start } from "./driver.ts";
import type { Session, StartOptions } from "./driver.ts";
import { bytesOfKey, splitKeys } from "./keys.ts";
import type { Seen } from "./processes.ts";

const PROGRAM = [process.execPath, join(import.meta.dirname, "fixtures", "stand-in.ts")];
const linux = process.platform === "linux";

async function open(options: Partial<StartOptions> = {}): Promise<Session> {
  const session = await start({ program: PROGRAM, cwd: tmpdir(), columns: 60, rows: 15, ...options });
  await session.waitFor("pasted 0");
  return session;
}

const shell = (script: string, options: Partial<StartOptions> = {}): Promise<Session> =>
  start({ program: ["/bin/sh", "-c", script], cwd: tmpdir(), columns: 40, rows: 10, ...options });

describe.skipIf(process.platform === "win32")("the screen", () => {
  test("has cells with their colours and attributes", async () => {
    await using session = await open();
    const screen = session.screen();
    const [bold] = screen.cellsOf("bold red");
    expect(bold).toMatchObject({ char: "b", bold: true, fg: 1, bg: "default", inverse: false });
    expect(screen.cellsOf("inverse").every((cell) => cell.inverse)).toBe(true);
    expect(screen.cellsOf("dim")[0]).toMatchObject({ dim: true, bold: false });
    expect(screen.cellsOf("colours")[0]).toMatchObject({ fg: 200, bg: "#010203" });
  });

  test("gives wide characters two cells", async () => {
    await using session = await open();
    const screen = session.screen();
    expect(screen.lines[2]).toBe("wide 日本 end");
    expect(screen.place("end")).toEqual({ x: 10, y: 2 });
    expect(screen.cell(5, 2)).toMatchObject({ char: "日", width: 2 });
    expect(screen.cell(6, 2).width).toBe(0);
  });

  test("knows the cursor, and whether it shows", async () => {
    await using session = await open();
    expect(session.screen().cursor).toEqual({ x: 5, y: 2, visible: true });
    await session.press("h");
    await session.waitFor((screen) => !screen.cursor.visible);
  });

  test("knows which buffer is shown, and what was in the other one when it was left", async () => {
    await using session = await open();
    expect(session.screen()).toMatchObject({ alternate: true, scrollback: [] });
    await session.press("q");
    expect(await session.exit()).toEqual({ code: 3, signal: undefined });
    expect(session.screen()).toMatchObject({ alternate: false });
    expect(session.screen().text).toMatch(/^before\nbye\n/);
    expect(session.emulator.left.map((screen) => screen.text.trim())).toEqual([""]);
  });

  test("has a history", async () => {
    await using session = await shell("seq 1 100");
    await session.exit();
    expect(session.screen().scrollback.slice(0, 3)).toEqual(["1", "2", "3"]);
    expect(session.screen().lines).toContain("100");
    expect(session.log.toString()).toContain("\r\n50\r\n");
  });

  test("does not change afterwards", async () => {
    await using session = await open();
    const before = session.screen();
    await session.press("x");
    await session.waitFor('got "x"');
    expect(before.text).not.toContain("got");
  });
});

describe.skipIf(process.platform === "win32")("what is pressed", () => {
  test("arrives key by key", async () => {
    await using session = await open();
    await session.press("j", "ctrl+s", "g g", "esc", "up", "enter");
    const screen = await session.waitFor(String.raw`got "\r"`);
    const got = screen.lines.filter((line) => line.startsWith("got")).join(" ");
    expect(got).toBe(String.raw`got "j" got "\u0013" got "g" got "g" got "\u001b" got "\u001b[A" got "\r"`);
  });

  test("is spelled as terminals do", () => {
    expect(
      ["tab", "shift+tab", "ctrl+up", "alt+x", "f1", "f5", "ctrl+space", "G", "日", "pageup", "shift+f5", "alt+enter"].map((key) =>
        bytesOfKey(key),
      ),
    ).toEqual([
      "\t",
      "\u001B[Z",
      "\u001B[1;5A",
      "\u001Bx",
      "\u001BOP",
      "\u001B[15~",
      "\0",
      "G",
      "日",
      "\u001B[5~",
      "\u001B[15;2~",
      "\u001B\r",
    ]);
    expect(bytesOfKey("up", true)).toBe("\u001BOA");
    expect(splitKeys(["g g", " ", "]"])).toEqual(["g", "g", "space", "]"]);
    expect(() => bytesOfKey("]g")).toThrow('there is no key "]g"');
    expect(() => bytesOfKey("ctrl+1")).toThrow('there is no key "ctrl+1"');
  });

  test("arrives at once when it is typed at once", async () => {
    await using session = await open();
    session.type("jjr");
    expect((await session.waitFor("got")).lines).toContain('got "jjr"');
  });

  test("is in brackets when it is pasted, up to half a megabyte", async () => {
    await using session = await open();
    session.paste("one\ntwo\r\n");
    expect((await session.waitFor("pasted 8")).text).not.toContain("got");
    session.paste("x".repeat(512 * 1024));
    expect((await session.waitFor(`pasted ${8 + 512 * 1024}`)).text).not.toContain("got");
  });

  test("is no paste for a program that did not ask", async () => {
    await using session = await shell("read line; printf '<%s>' \"$line\"");
    session.paste("text\n");
    expect((await session.waitFor("<")).lines).toContain("<text>");
  });

  test("of the mouse comes in cells", async () => {
    await using session = await open();
    session.click(4, 2);
    await session.waitFor(String.raw`\u001b[<0;5;3M`);
    session.wheel("down", { x: 1, y: 1 });
    await session.waitFor(String.raw`\u001b[<65;2;2M`);
    expect(session.focus(false)).toBe(true);
    await session.waitFor(String.raw`\u001b[O`);
    await using plain = await shell("sleep 60");
    expect(() => plain.click(0, 0)).toThrow("did not ask for the mouse");
    expect(plain.focus(false)).toBe(false);
  });
});

describe.skipIf(process.platform === "win32")("the terminal", () => {
  test("tells its new size", async () => {
    await using session = await open();
    session.resize(80, 24);
    await session.waitFor("stand-in 80×24");
    expect(session.screen()).toMatchObject({ columns: 80, rows: 24 });
  });

  test("keeps what is put on its clipboard", async () => {
    await using session = await open();
    await session.press("c");
    await session.waitFor('got "c"');
    expect(session.emulator.clipboard).toEqual(["copied"]);
  });

  test("tells its background, or nothing", async () => {
    await using session = await open({ background: "light" });
    await session.press("?");
    await session.waitFor("rgb:ffff/ffff/ffff");
    await using silent = await open();
    await silent.press("?");
    await silent.waitFor('got "?"');
    expect((await silent.settled()).text).not.toContain("rgb:");
  });

  test.skipIf(!linux)("is raw while the program runs, and is left as it was", async () => {
    await using session = await open();
    expect(session.modes()).toMatchObject({ canonical: false, echo: false, signals: false });
    await session.press("q");
    await session.exit();
    expect(session.modes()).toMatchObject({ canonical: true, echo: true, signals: true });
    await using rude = await shell("stty raw -echo; exit 5");
    expect(await rude.exit()).toEqual({ code: 5, signal: undefined });
    expect(rude.modes()).toMatchObject({ canonical: false, echo: false });
  });
});

describe.skipIf(process.platform === "win32")("the program", () => {
  test("gets signals, and tells how it ended", async () => {
    await using session = await open();
    session.signal("SIGTERM");
    expect(await session.exit()).toEqual({ code: 143, signal: undefined });
    await using killed = await open();
    killed.signal("SIGKILL");
    expect((await killed.exit()).signal).toBe("SIGKILL");
    expect(killed.screen().alternate).toBe(true);
  });

  test("is told apart from those around it: nothing of this machine is in its environment", async () => {
    process.env["CI"] = "1";
    await using session = await shell("env; sleep 60", { rows: 40, columns: 200, env: { EXTRA: "yes", SHELL: undefined } });
    const screen = await session.waitFor("EXTRA=yes");
    delete process.env["CI"];
    expect(screen.text).toContain("TERM=xterm-256color");
    expect(screen.text).toContain(`HOME=${session.home.path}`);
    expect(screen.text).not.toMatch(/^(CI|SHELL|EDITOR|NODE_\w+|SOPS_\w+)=/m);
  });

  test.skipIf(!linux)("and all that it starts are seen", async () => {
    await using session = await shell("MARK=here sleep 61; :");
    const find = (): Seen | undefined => session.processes.find((one) => one.argv === "sleep 61");
    for (let round = 0; round < 500 && find() === undefined; round += 1) await session.settled(10);
    expect(find()?.environ).toContain("MARK=here");
  });

  test("is shown when what is waited for never comes", async () => {
    await using session = await open();
    await expect(session.waitFor("nowhere", { timeout: 100 })).rejects.toThrow(
      /100 ms without showing "nowhere"[^]*│stand-in 60×15[^]*cursor 5, 2/,
    );
    await expect(session.exit({ timeout: 100 })).rejects.toThrow(/did not end within 100 ms[^]*stand-in/);
    await session.press("q");
    await expect(session.waitFor("nowhere")).rejects.toThrow(/the program ended before showing "nowhere"/);
  });
});
