/** The terminal as a window: its mouse, its size, and what is pasted into it. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { command, expectClean, goTo, openFile, openMatrix, PATIENT, quit, save } from "./play.ts";
import { newSecret } from "./play-values.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";
import type { Screen } from "./screen.ts";

const NEXT = newSecret("sentry_dsn", "prod");

let project: AcmeProject;
beforeAll(async () => {
  await builtProgram();
});
beforeEach(async () => {
  project = await createProject();
});
afterEach(() => project[Symbol.dispose]());

describe("the mouse", () => {
  test("chooses a cell, scrolls, and gives the terminal's own selection back", async () => {
    await using session = await openMatrix(project);
    const first = session.screen();
    const staging = first.place("staging");
    const row = first.place("publishable_key");
    session.click(staging.x + 1, row.y);
    await session.waitFor("stripe.publishable_key @ staging ");
    session.click(first.place("PROD").x + 1, first.place("host").y);
    await session.waitFor("database.host @ prod ");
    session.wheel("down", { x: 10, y: 10, times: 6 });
    await session.waitFor((screen) => screen.find("database") === undefined || !screen.text.includes("▾ database"));
    session.wheel("up", { x: 10, y: 10, times: 6 });
    await session.waitFor("▾ database");
    await command(session, "mouse");
    await session.waitFor("The mouse selects text again.");
    expect(session.emulator.terminal.modes.mouseTrackingMode).toBe("none");
    expect(() => session.click(1, 5)).toThrow("did not ask for the mouse");
    await command(session, "mouse");
    await session.waitFor("The mouse is used here.");
    session.click(first.place("PROD").x + 1, first.place("host").y);
    await session.waitFor("database.host @ prod ");
    expect((await quit(session)).code).toBe(0);
    expectClean(session);
    expectNoLeak(session, project.canaries, { folders: [project.path] });
  });

  test("opens another file", async () => {
    await using session = await openFile(project, "secrets/prod.yaml");
    await session.waitFor("prod-db.acme.example");
    const file = (await session.waitFor("staging.yaml")).place("staging.yaml");
    session.click(file.x + 1, file.y);
    const screen = await session.waitFor((now) => now.lines[0]?.includes("secrets/staging.yaml") === true);
    expect(screen.text).not.toContain("prod-db.acme.example");
    expectNoLeak(session, project.canaries, { folders: [project.path] });
  });
});

/** The frame with the editor in it: every line is drawn for this width, and all of them are there. */
function isWhole(screen: Screen, chars: number): boolean {
  const [header = "", ...rest] = screen.lines;
  const edges = rest.filter((line) => /^[╭╰│]/.test(line));
  const fits = edges.every((line) => line.length === screen.columns && /[╮╯│]$/.test(line));
  const ends = /^ ?sotto /.test(header) && /\S/.test(rest.at(-1) ?? "") && edges.length > 8;
  return fits && ends && screen.text.includes(`${chars} chars, 1 line`);
}

/** The terminal has its new size at once; the program draws for it a little later. */
async function expectWhole(session: Session, columns: number, chars: number): Promise<void> {
  const screen = await session.waitFor((now) => isWhole(now, chars), { timeout: PATIENT, what: `a whole frame with ${chars} chars` });
  expect(screen.columns).toBe(columns);
}

test("a storm of sizes while a value is typed: nothing is lost, every frame fits, and nothing is pushed into the history", async () => {
  await using session = await openMatrix(project, { columns: 200, rows: 60 });
  await goTo(session, "sentry_dsn", "prod");
  await session.press("e");
  await session.waitFor("keep  esc cancel");
  session.type(NEXT.value.slice(0, 10));
  await expectWhole(session, 200, 10);
  session.resize(60, 15);
  await expectWhole(session, 60, 10);
  session.type(NEXT.value.slice(10, 16));
  await expectWhole(session, 60, 16);
  session.resize(52, 12);
  const small = await session.waitFor("Too small: need 60×15, have 52×12.");
  expect(small.text.trim()).toBe("Too small: need 60×15, have 52×12.");
  session.resize(100, 30);
  await expectWhole(session, 100, 16);
  session.type(NEXT.value.slice(16));
  await expectWhole(session, 100, 24);
  for (const [columns, rows] of [
    [80, 24],
    [140, 45],
    [60, 15],
    [199, 59],
    [61, 16],
    [120, 35],
  ] as const) {
    session.resize(columns, rows);
  }
  await expectWhole(session, 120, 24);
  expect(session.screen().scrollback).toEqual([]);
  await session.press("enter");
  await session.waitFor("Kept: ");
  await save(session);
  expect(await project.sotto(["get", project.file("prod"), "sentry_dsn"])).toBe(NEXT.value);
  expect((await quit(session)).code).toBe(0);
  expectClean(session);
  expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
});

describe("a paste", () => {
  test("of 512 KB arrives whole, is kept, saved, and decrypted to the same", { timeout: 60_000 }, async () => {
    const big = `${NEXT.value}${"0123456789abcdef".repeat(32 * 1024)}`.slice(0, 512 * 1024);
    await using session = await openMatrix(project);
    await goTo(session, "sentry_dsn", "prod");
    await session.press("e");
    await session.waitFor("keep  esc cancel");
    session.paste(big);
    const screen = await session.waitFor("524288 chars, 1 line", { timeout: PATIENT });
    expect(screen.text).toContain("╭─ Edit sentry_dsn @ prod");
    await session.press("enter");
    await session.waitFor("Kept: ", { timeout: PATIENT });
    await save(session);
    expect((await project.sotto(["get", project.file("prod"), "sentry_dsn"])) === big).toBe(true);
    expect((await quit(session)).code).toBe(0);
    expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
  });

  test("never submits: with a newline it becomes a text of several lines, elsewhere it does nothing, and keys in it are text", async () => {
    await using session = await openMatrix(project);
    session.paste("q\nd\u001B[200~y");
    await session.waitFor("Nothing here takes a paste");
    expect(session.screen().lines[0]).not.toContain("✎");
    await goTo(session, "sentry_dsn", "prod");
    await session.press("e");
    await session.waitFor("keep  esc cancel");
    session.paste(`${NEXT.value}\n`);
    await session.waitFor("25 chars, 1 line");
    expect(session.screen().text).toContain("╭─ Edit sentry_dsn @ prod");
    session.paste("second\u001B[Aline\u0003\n");
    const screen = await session.waitFor("2 lines");
    expect(screen.text).toContain("╭─ Edit sentry_dsn @ prod");
    await session.press("esc");
    await session.waitFor("Throw away what you typed?");
    await session.press("d");
    await session.waitFor("Thrown away: the value is as it was.");
    expect((await quit(session)).code).toBe(0);
    expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
  });
});
