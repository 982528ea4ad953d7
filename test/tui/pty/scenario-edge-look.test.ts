/** What a terminal, or a person, cannot have: colours, a dark background, more than ASCII, sight; and keys of one's own. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { command, expectClean, goTo, openMatrix, PATIENT, quit, startIn } from "./play.ts";
import { newSecret } from "./play-values.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";
import type { Cell, Screen } from "./screen.ts";

const NEXT = newSecret("database.password", "staging");

let project: AcmeProject;
beforeAll(async () => {
  await builtProgram();
  project = await createProject();
});
afterAll(() => project[Symbol.dispose]());
// Where one was the last time is remembered.
beforeEach(() => rmSync(join(project.home.path, ".local", "state", "sotto"), { recursive: true, force: true }));

function cellsOf(screen: Screen): readonly Cell[] {
  return Array.from({ length: screen.rows }, (_row, y) => Array.from({ length: screen.columns }, (_column, x) => screen.cell(x, y))).flat();
}

async function leave(session: Session): Promise<void> {
  expect((await quit(session)).code).toBe(0);
  expectClean(session);
  expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
}

async function colorsWith(background: string): Promise<string> {
  await using session = await openMatrix(project, { env: { COLORFGBG: background } });
  const used = new Set(cellsOf(session.screen()).map((cell) => cell.fg));
  await leave(session);
  return [...used].join(" ");
}

describe("colours", () => {
  test("are the sixteen of the terminal, on its own background, and the place under the cursor is inverse", async () => {
    await using session = await openMatrix(project);
    const cells = cellsOf(session.screen());
    const used = new Set(cells.flatMap(({ fg, bg }) => [fg, bg]));
    expect([...used].filter((color) => color !== "default" && !(typeof color === "number" && color < 16))).toEqual([]);
    expect(used.size).toBeGreaterThan(3);
    expect(cells.some((cell) => cell.inverse)).toBe(true);
    await leave(session);
  });

  test("are none with NO_COLOR: bold, inverse and the mark tell where one is", async () => {
    await using session = await openMatrix(project, { env: { NO_COLOR: "1" } });
    const screen = session.screen();
    const cells = cellsOf(screen);
    expect(new Set(cells.flatMap(({ fg, bg }) => [fg, bg]))).toEqual(new Set(["default"]));
    expect(cells.some((cell) => cell.inverse)).toBe(true);
    expect(cells.some((cell) => cell.bold)).toBe(true);
    expect(screen.text).toContain("▸▾ database");
    // oxlint-disable-next-line no-control-regex
    expect(session.log.toString()).not.toMatch(/\u001B\[(?:[\d;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[\d;]*)?m/);
    await leave(session);
  });

  test("differ on a light background", async () => {
    const [dark, light] = [await colorsWith("15;0"), await colorsWith("0;15")];
    expect(light).not.toBe(dark);
    // White and its like cannot be read there.
    expect(light.split(" ")).not.toEqual(expect.arrayContaining(["15"]));
  });
});

test("without UTF-8 every character is ASCII", async () => {
  await using session = await startIn(project, { env: { LANG: "C" } });
  const screen = await session.waitFor((now) => now.text.includes("KEY ") && /\*[0-9a-f]{4}/.test(now.text), { timeout: PATIENT });
  // oxlint-disable-next-line no-control-regex
  expect(screen.text).not.toMatch(/[^\u0000-\u007F]/);
  await session.press("e");
  await session.settled();
  await session.press("esc", "?");
  // oxlint-disable-next-line no-control-regex
  expect((await session.settled()).text).not.toMatch(/[^\u0000-\u007F]/);
  await session.press("esc");
  await leave(session);
});

function configure(text: string): void {
  const folder = join(project.home.path, ".config", "sotto");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.yaml"), text);
}

describe("keys of one's own", () => {
  test("take the place of those of the table, in the footer and the help too; a conflict is said at the start", async () => {
    configure("tui:\n  keys:\n    value.edit: [i]\n    value.delete: <disabled>\n    no.such: [q]\n");
    await using session = await openMatrix(project);
    expect(session.screen().text).toMatch(/there is no action no\.such/);
    expect(session.screen().lines.at(-1)).toContain("i edit");
    await goTo(session, "sentry_dsn", "dev");
    await session.press("d", "e");
    expect((await session.settled()).lines[0]).not.toContain("✎");
    await session.press("i");
    await session.waitFor("╭─ Edit sentry_dsn @ dev");
    await session.press("esc");
    await session.waitFor("sentry_dsn @ dev ");
    configure("");
    await leave(session);
  });

  test("that mean two things are said, and the one that was chosen has it", async () => {
    configure("tui:\n  keys:\n    value.edit: [j]\n");
    await using session = await openMatrix(project);
    await session.press("!");
    await session.waitFor("j means value.edit in matrix, and move.down elsewhere only");
    await session.press("esc");
    await goTo(session, "sentry_dsn", "dev");
    await session.press("j");
    const screen = await session.waitFor("╭─ Edit sentry_dsn @ dev");
    expect(screen.lines[0]).toContain("▸ Edit");
    await session.press("esc");
    await session.waitFor("sentry_dsn @ dev ");
    configure("");
    await leave(session);
  });

  test("in a configuration that cannot be read keep nobody out", async () => {
    configure("tui: [");
    await using session = await openMatrix(project);
    expect(session.screen().text).toContain("your own keys and theme are not used: config.yaml, line 1: a value is expected here");
    configure("");
    await leave(session);
  });
});

test("--plain speaks sentences on the ordinary screen, and a value only when it is asked for", async () => {
  await using session = await startIn(project, { argv: ["edit", "--plain"] });
  await session.waitFor("database, dev, group of 4, 1 of 32", { timeout: PATIENT });
  expect(session.screen()).toMatchObject({ alternate: false });
  expect(session.screen().text).not.toMatch(/[╭╮╰╯│─●]/);
  await session.press("j", "j", "l");
  await session.waitFor("database password, staging, masked, differs from dev, 3 of 32");
  await session.revealing(async () => {
    await session.press("r");
    await session.waitFor(`revealed: ${project.canary("database.password", "staging")}`);
    await session.press("j");
    await session.waitFor("database port, staging, plain 5432");
  });
  await session.press("k", "e");
  await session.waitFor("Edit, database.password @ staging");
  session.type(NEXT.value);
  await session.press("enter");
  await session.waitFor("Kept: set database.password in staging");
  await session.press("u");
  await session.waitFor("Undone");
  await session.press("?");
  await session.waitFor("Help");
  await session.press("esc");
  // What is spoken stays in the terminal; a value that was asked for does not.
  await session.revealing(async () => {
    await session.press("r");
    await session.waitFor("revealed: ");
    await session.press("q");
    await session.exit({ timeout: PATIENT });
  });
  expectClean(session, { text: /^sotto acme-api, Matrix\.\n/ });
  expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
});

test("a command is found by typing its name, help lists keys and why some do nothing, and everything that was said is kept", async () => {
  await using session = await openMatrix(project);
  await goTo(session, "sentry_dsn", "dev");
  await command(session, "rename");
  await session.waitFor("New name for sentry_dsn");
  session.type("_next");
  await session.press("enter");
  await session.waitFor("Renamed in 5 files. u undoes; nothing is written yet.");
  await session.press("?");
  await session.waitFor("╭─ Help");
  session.type("redo");
  const help = await session.waitFor("there is nothing to do again");
  expect(help.text).toMatch(/\^Y/);
  await session.press("esc", "u");
  await session.waitFor("Undone: rename sentry_dsn to sentry_dsn_next.");
  await session.press("!");
  const messages = await session.waitFor("╭─ Messages");
  expect(messages.text).toMatch(/Renamed in 5 files[^]*Undone: rename/);
  await session.press("esc");
  await leave(session);
});
