/** Two copies of the program on one file at the same time. */
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { expectClean, goTo, openMatrix, PATIENT, quit, review, save, typeValue } from "./play.ts";
import { newSecret } from "./play-values.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";

const MINE = newSecret("sentry_dsn", "dev");
const THEIRS = newSecret("session_signing_key", "dev");
const ALSO = newSecret("sentry_dsn", "staging");

let project: AcmeProject;
beforeAll(async () => {
  await builtProgram();
});
beforeEach(async () => {
  project = await createProject();
});
afterEach(() => project[Symbol.dispose]());

async function leave(...sessions: readonly Session[]): Promise<void> {
  for (const session of sessions) {
    expect((await quit(session)).code).toBe(0);
    expectClean(session);
    expectNoLeak(session, [...project.canaries, MINE, THEIRS, ALSO], { folders: [project.path] });
  }
}

test("that change different keys: the second save merges, and both changes are in the file", async () => {
  await using first = await openMatrix(project);
  await using second = await openMatrix(project);
  await goTo(first, "sentry_dsn", "dev");
  await typeValue(first, MINE.value);
  await goTo(second, "session_signing_key", "dev");
  await typeValue(second, THEIRS.value);
  await save(first);
  await second.waitFor(/changed on disk/, { timeout: PATIENT });
  await save(second);
  expect(await project.sotto(["get", project.file("dev"), "sentry_dsn"])).toBe(MINE.value);
  expect(await project.sotto(["get", project.file("dev"), "session_signing_key"])).toBe(THEIRS.value);
  await leave(first, second);
});

test("that change the same key: the second is asked, and what it answers is written", async () => {
  await using first = await openMatrix(project);
  await using second = await openMatrix(project);
  await goTo(first, "sentry_dsn", "dev");
  await typeValue(first, MINE.value);
  await goTo(second, "sentry_dsn", "dev");
  await typeValue(second, ALSO.value);
  await save(first);
  await second.waitFor(/changed on disk/, { timeout: PATIENT });
  await review(second);
  await second.press("enter");
  await second.waitFor("o ours", { timeout: PATIENT });
  expect(await project.sotto(["get", project.file("dev"), "sentry_dsn"])).toBe(MINE.value);
  await second.press("o", "enter");
  await second.waitFor("What a save writes", { timeout: PATIENT });
  await second.press("enter");
  await second.waitFor(/Saved /, { timeout: PATIENT });
  expect(await project.sotto(["get", project.file("dev"), "sentry_dsn"])).toBe(ALSO.value);
  await first.waitFor((screen) => screen.lines[0]?.includes("✎") === false);
  await leave(first, second);
});
