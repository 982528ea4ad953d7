/** What ends or stops the program from outside, and bugs: the terminal is left as it was, and nothing stays on it. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { builtProgram } from "./build.ts";
import { codeOfSignal } from "./driver.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { expectClean, goTo, openMatrix, PATIENT, quit, startIn, typeValue } from "./play.ts";
import { newSecret } from "./play-values.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";

const NEXT = newSecret("sentry_dsn", "prod");

let project: AcmeProject;
let sotto = "";
beforeAll(async () => {
  sotto = await builtProgram();
});
beforeEach(async () => {
  project = await createProject();
});
afterEach(() => project[Symbol.dispose]());

function expectNoTrace(session: Session): void {
  expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
}

/** A value that is being typed, and shown. */
async function showEditor(session: Session): Promise<void> {
  await goTo(session, "sentry_dsn", "prod");
  await session.press("e");
  await session.waitFor("keep  esc cancel");
  session.type(NEXT.value);
  await session.press("ctrl+r");
  await session.waitFor(NEXT.value);
}

async function reveal(session: Session): Promise<void> {
  await goTo(session, "sentry_dsn", "prod");
  await session.press("r");
  await session.waitFor(project.canary("sentry_dsn", "prod"));
}

describe.skipIf(process.platform === "win32")("a signal", () => {
  test.each(["SIGHUP", "SIGTERM", "SIGINT", "SIGQUIT"] as const)(
    "%s, with a value shown in the editor: the screen is wiped, the program ends by it, and nothing is written",
    async (signal) => {
      await using session = await openMatrix(project);
      await session.revealing(() => showEditor(session));
      session.signal(signal);
      const { code, signal: by } = await session.exit({ timeout: PATIENT });
      expect(by ?? code).toBe(by === undefined ? codeOfSignal(signal) : signal);
      expectClean(session);
      expect(project.git(["status", "--short"])).toBe("");
      expectNoTrace(session);
    },
  );

  test.each(["SIGHUP", "SIGTERM"] as const)(
    "%s where it is spoken, with a value revealed: the sentence stays, the value does not",
    async (signal) => {
      await using session = await startIn(project, { argv: ["edit", "--plain"] });
      await session.waitFor("database, dev, group of 4", { timeout: PATIENT });
      await session.press("j", "j");
      await session.waitFor("database password, dev, masked");
      await session.revealing(async () => {
        await session.press("r");
        await session.waitFor("revealed: ");
        session.signal(signal);
        expect(await session.exit({ timeout: PATIENT })).toMatchObject({ signal });
      });
      expectClean(session, { text: /database password, dev, masked/ });
      expectNoTrace(session);
    },
  );

  test("of the shell stops it: what was revealed is masked first, and fg paints everything anew", async () => {
    writeFileSync(join(project.home.path, ".inputrc"), "set enable-bracketed-paste off\n");
    await using session = await startIn(project, {
      program: ["bash", "--norc", "--noprofile", "-i"],
      env: { PS1: "prompt> ", INPUTRC: join(project.home.path, ".inputrc"), NODE: process.execPath, SOTTO: sotto },
    });
    await session.waitFor("prompt> ");
    session.type('"$NODE" "$SOTTO"\n');
    await session.waitFor("KEY ", { timeout: PATIENT });
    await typedAndShown(session);
    await session.press("ctrl+z");
    const shell = await session.waitFor((screen) => !screen.alternate && screen.text.includes("Stopped"), { timeout: PATIENT });
    expect(shell.text).not.toContain("KEY ");
    expect(shell.cursor.visible).toBe(true);
    expect(session.emulator.terminal.modes).toMatchObject({ bracketedPasteMode: false, mouseTrackingMode: "none", sendFocusMode: false });
    session.type("echo still; fg\n");
    await session.waitFor((screen) => screen.alternate && screen.text.includes("KEY "), { timeout: PATIENT });
    const back = await session.settled();
    expect(back.lines[0]).toContain("✎1");
    expect(back.text).not.toContain(project.canary("sentry_dsn", "prod"));
    await session.press("u");
    await session.waitFor("Undone");
    await session.press("q");
    await session.waitFor((screen) => !screen.alternate && /prompt> $/m.test(screen.text.trimEnd().concat(" ")), { timeout: PATIENT });
    session.type("exit\n");
    await session.exit({ timeout: PATIENT });
    expectNoTrace(session);
  });
});

async function typedAndShown(session: Session): Promise<void> {
  await goTo(session, "sentry_dsn", "dev");
  await typeValue(session, NEXT.value);
  await session.revealing(() => reveal(session));
}

describe.skipIf(process.platform === "win32")("a bug", () => {
  test("while a value is shown: one line on a clean terminal, and a report without values", async () => {
    const trigger = join(project.home.path, "trigger");
    const place = join(project.home.path, "bug.mjs");
    writeFileSync(
      place,
      `import { existsSync } from "node:fs";
      setInterval(() => { if (existsSync(${JSON.stringify(trigger)})) throw new TypeError("with " + globalThis.process.env.WORD); }, 10).unref();`,
    );
    await using session = await openMatrix(project, {
      env: { NODE_OPTIONS: `--import=${place}`, WORD: "a message that may hold a value" },
    });
    await session.revealing(() => reveal(session));
    mkdirSync(trigger);
    expect(await session.exit({ timeout: PATIENT })).toEqual({ code: 1, signal: undefined });
    expectClean(session, { text: /^sotto stopped on a bug\. No file was changed\. Report: / });
    expect(session.screen().text).not.toMatch(/TypeError|at |may hold/);
    const folder = join(project.home.path, ".local", "state", "sotto");
    const [report = "", ...others] = readdirSync(folder).filter((name) => name.startsWith("crash-"));
    expect(others).toEqual([]);
    const text = readFileSync(join(folder, report), "utf8");
    expect(text).toContain("error: TypeError");
    expect(text).not.toContain("may hold");
    expect(text).toContain("where: matrix");
    expectNoTrace(session);
  });
});

test("quitting leaves nothing in the terminal, not even in the second buffer", async () => {
  await using session = await openMatrix(project, { columns: 120, rows: 40 });
  await session.press("j", "j", "G", "g g", "?");
  await session.waitFor("╭─ Help");
  await session.press("esc");
  expect((await quit(session)).code).toBe(0);
  expectClean(session);
  expect(session.emulator.left.map((screen) => screen.text.trim())).toEqual([""]);
  expectNoTrace(session);
});
