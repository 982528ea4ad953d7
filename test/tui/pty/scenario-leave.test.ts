/** Leaving with edits, and a session in which nothing can be edited. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { goTo, openFile, openMatrix, quit, typeValue } from "./play.ts";
import { createOldProject, expectLeft, leave, newSecret } from "./play-values.ts";
import type { AcmeProject } from "./project.ts";

describe.skipIf(process.platform === "win32")("who leaves", () => {
  let project: AcmeProject;
  beforeEach(async () => {
    project = await createOldProject();
  });
  afterEach(() => project[Symbol.dispose]());

  test("with unsaved edits is asked, can stay, and can drop them", async () => {
    const secret = newSecret("sentry_dsn", "dev");
    await using session = await openMatrix(project);
    await goTo(session, "sentry_dsn", "dev");
    await typeValue(session, secret.value);
    await session.press("q");
    const asked = await session.waitFor("1 unsaved edit in secrets/dev.yaml");
    expect(asked.text).toMatch(/▸ esc stay[^]*s +save[^]*d +drop/);
    await session.press("enter");
    await session.waitFor((screen) => !screen.text.includes("unsaved edit"), { what: "no question" });
    expect(session.screen().lines[0]).toContain("✎1");
    await session.press("q");
    await session.waitFor("1 unsaved edit in secrets/dev.yaml");
    await session.press("d");
    expect(await session.exit()).toEqual({ code: 0, signal: undefined });
    expect(project.git(["status", "--short"])).toBe("");
    expectLeft(session, project, { canaries: [secret] });
  });

  test("can save on the way", async () => {
    const secret = newSecret("sentry_dsn", "dev");
    await using session = await openMatrix(project);
    await goTo(session, "sentry_dsn", "dev");
    await typeValue(session, secret.value);
    await session.press("q");
    await session.waitFor("1 unsaved edit in secrets/dev.yaml");
    await session.press("s");
    await session.waitFor("What a save writes");
    await session.press("enter");
    await session.waitFor("Saved secrets/dev.yaml: 1 value.");
    expect(await project.sotto(["get", "secrets/dev.yaml", "sentry_dsn"])).toContain(secret.value);
    await leave(session, project, { canaries: [secret] });
  });

  test("was in a session that is read-only, where everything can be looked at and nothing changed", async () => {
    await using session = await openFile(project, "secrets/dev.yaml", { argv: ["--read-only"] });
    expect(session.screen().lines[0]).toContain("read-only");
    await session.press("down");
    for (const [key, title] of [
      ["e", "edit"],
      ["d", "delete"],
      ["a", "add"],
      ["m", "rename"],
      ["ctrl+s", "save"],
    ] as const) {
      await session.press(key);
      await session.waitFor(`${title}: sotto was started with --read-only`);
    }
    await session.press("down");
    const value = project.canary("database.password", "dev");
    await session.revealing(async () => {
      await session.press("r");
      await session.waitFor(value);
      await session.press("r");
      await session.waitFor((screen) => !screen.text.includes(value), { what: "the mask" });
    });
    expect(project.git(["status", "--short"])).toBe("");
    expect(await quit(session)).toEqual({ code: 0, signal: undefined });
    expectLeft(session, project);
  });
});
