/** What hides a value again, who looks on, and what is kept while the screen is locked. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { expectClean, goTo, openMatrix, PATIENT, quit, save, startIn, typeValue } from "./play.ts";
import { newSecret } from "./play-values.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";

const SOURCE = ["sentry_dsn", "prod"] as const;
const NEXT = newSecret(...SOURCE);

let project: AcmeProject;
let value = "";
beforeAll(async () => {
  await builtProgram();
  project = await createProject();
  value = project.canary(...SOURCE);
});
afterAll(() => project[Symbol.dispose]());
// Where one was the last time is remembered.
beforeEach(() => rmSync(join(project.home.path, ".local", "state", "sotto"), { recursive: true, force: true }));

async function reveal(session: Session): Promise<void> {
  await session.press("r");
  await session.waitFor(value);
}

/** Whatever it is that hides it. */
async function hiddenBy(session: Session, act: () => Promise<void> | void): Promise<void> {
  await session.revealing(async () => {
    await reveal(session);
    await act();
    await session.waitFor((screen) => !screen.text.includes(value), { timeout: PATIENT, what: "the value masked again" });
  });
}

function expectNoTrace(session: Session): void {
  expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
}

test("a revealed value is hidden by a move, another reveal, another window, another size, escape, help, and the lock", async () => {
  await using session = await openMatrix(project);
  await goTo(session, ...SOURCE);
  await hiddenBy(session, () => session.press("r"));
  await hiddenBy(session, () => session.press("esc"));
  await hiddenBy(session, () => session.press("left"));
  await session.press("right");
  await session.waitFor("sentry_dsn @ prod ");
  await hiddenBy(session, () => {
    expect(session.focus(false)).toBe(true);
  });
  session.focus(true);
  await hiddenBy(session, () => session.resize(110, 32));
  await hiddenBy(session, () => session.press("ctrl+l"));
  await session.waitFor("Locked.");
  await session.press("enter");
  await session.waitFor("sentry_dsn @ prod ");
  // One at a time: it is not shown elsewhere, and it does not come back by itself.
  expect((await session.settled()).text).not.toContain(value);
  expect((await quit(session)).code).toBe(0);
  expectClean(session);
  expectNoTrace(session);
});

test("a revealed value is hidden after 15 seconds", { timeout: 60_000 }, async () => {
  await using session = await openMatrix(project);
  await goTo(session, ...SOURCE);
  let shown = 0;
  await hiddenBy(session, () => {
    shown = Date.now();
  });
  const after = Date.now() - shown;
  expect(after).toBeGreaterThan(13_000);
  expect(after).toBeLessThan(18_000);
  expectNoTrace(session);
});

test("a value that is shown while it is typed is hidden by another window, another size, and its key", async () => {
  await using session = await openMatrix(project);
  await goTo(session, ...SOURCE);
  await session.press("e");
  await session.waitFor("keep  esc cancel");
  session.type(NEXT.value);
  const ways: readonly (() => unknown)[] = [() => session.focus(false), () => session.resize(90, 28), () => session.press("ctrl+r")];
  for (const hide of ways) {
    await session.revealing(async () => {
      await session.press("ctrl+r");
      await session.waitFor(NEXT.value);
      await hide();
      await session.waitFor((screen) => !screen.text.includes(NEXT.value));
    });
  }
  await session.press("esc");
  await session.waitFor("sentry_dsn @ prod ");
  expectNoTrace(session);
});

describe("the lock", () => {
  test("masks everything, keeps what is unsaved, and Enter opens it again", async () => {
    await using session = await openMatrix(project);
    await goTo(session, ...SOURCE);
    await typeValue(session, NEXT.value);
    await session.press("ctrl+l");
    const locked = await session.waitFor("Locked. 1 unsaved edit is kept in encrypted memory");
    expect(locked.text).not.toMatch(/sentry_dsn|database|●/);
    // Nothing of the rest works.
    await session.press("r", "e", "ctrl+s", "u");
    expect((await session.settled()).text).toBe(locked.text);
    await session.press("enter");
    await session.waitFor((screen) => screen.lines[0]?.includes("✎1") === true && /●[0-9a-f]{4}/.test(screen.text), { timeout: PATIENT });
    await save(session);
    expect(await project.sotto(["get", project.file("prod"), "sentry_dsn"])).toBe(NEXT.value);
    await project.sotto(["set", "--string", project.file("prod"), "sentry_dsn", JSON.stringify(value)]);
    expectNoTrace(session);
  });
});

async function openMatrixShared(argv: readonly string[], key: string): Promise<Session> {
  if (key === "") return startIn(project, { argv });
  const session = await openMatrix(project, { argv });
  await session.press(key);
  return session;
}

describe("a screen that is shared", () => {
  test.each([
    ["by S", [], "S"],
    ["from the start", ["edit", "--share"], ""],
  ])("%s reveals nothing, has no fingerprints, and says SHARED", async (_, argv, key) => {
    await using session = await openMatrixShared(argv, key);
    const shared = await session.waitFor((screen) => screen.lines[0]?.includes("SHARED") === true && screen.text.includes("●····"), {
      timeout: PATIENT,
    });
    expect(shared.text).not.toMatch(/●[0-9a-f]{4}/);
    await goTo(session, ...SOURCE);
    await session.press("r");
    await session.waitFor("the screen is shared: S ends that");
    await session.press("e");
    await session.waitFor("keep  esc cancel");
    await session.press("ctrl+r");
    await session.waitFor("the screen is shared: nothing is shown");
    await session.press("esc");
    await session.waitFor("sentry_dsn @ prod ");
    expect(session.screen().text).not.toContain(value);
    await session.press("S");
    await session.waitFor(/●[0-9a-f]{4}/);
    await hiddenBy(session, () => session.press("S"));
    expectNoTrace(session);
  });
});
