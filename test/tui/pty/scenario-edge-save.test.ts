/** What ends a save over five files in the middle: a kill, a hang-up, a request to end. The files are all old or all new, never mixed. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { peerPath } from "../../support/peers.ts";
import { describeIfPermitted } from "../../support/permitted.ts";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { decryptBySops, expectClean, goTo, openMatrix, PATIENT, quit, review } from "./play.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";
import { canaryText, ENVIRONMENTS } from "./values.ts";
import type { Canary } from "./values.ts";

const NEXT: Canary = { path: "session_signing_key, new", environments: ENVIRONMENTS, value: canaryText("session_signing_key", "N") };

beforeAll(builtProgram);

/** The program under strace, which does something to the n-th file that gets its name. */
async function withFault(project: AcmeProject, fault: string): Promise<readonly string[]> {
  const strace = [peerPath("strace"), "-DDD", "-f", "-qq", "-o", join(project.home.path, "calls"), "-e", "trace=rename"];
  return [...strace, "-e", `inject=rename:${fault}`, "--", process.execPath, await builtProgram()];
}

/** One value in all five environments, up to the look at what will be written. */
async function editFive(session: Session): Promise<void> {
  await goTo(session, "session_signing_key", "dev");
  await session.press("E");
  await session.waitFor("keep  esc cancel");
  session.type(NEXT.value);
  await session.press("enter");
  await session.waitFor("Kept");
  const screen = await review(session);
  expect(screen.text).toContain("5 changes in 5 files");
}

function whichAreNew(project: AcmeProject): readonly string[] {
  return ENVIRONMENTS.filter((name) => decryptBySops(project, project.file(name)).includes(NEXT.value));
}

function leftovers(project: AcmeProject): readonly string[] {
  const names = readdirSync(project.path, { recursive: true, encoding: "utf8" }).filter((name) => !name.startsWith(".git/"));
  return names.filter((name) => /sotto-\w+|journal/.test(name));
}

function expectNothingReadable(session: Session, project: AcmeProject): void {
  expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
}

describeIfPermitted("strace", "a save of five files", () => {
  test("that is killed at the third: the next start completes it and says so, and nothing is left beside the files", async () => {
    using project = await createProject();
    await using session = await openMatrix(project, { program: await withFault(project, "signal=KILL:when=3") });
    await editFive(session);
    await session.press("enter");
    expect((await session.exit({ timeout: PATIENT })).signal).toBe("SIGKILL");
    expect(readFileSync(join(project.path, ".sotto", "journal"), "latin1")).toContain("ENC[AES256_GCM");
    expect(whichAreNew(project).length).toBeLessThan(5);
    expectNothingReadable(session, project);
    await using next = await openMatrix(project);
    await next.waitFor("an interrupted change to 5 files was completed");
    expect(whichAreNew(project)).toEqual([...ENVIRONMENTS]);
    expect(leftovers(project)).toEqual([]);
    expect((await quit(next)).code).toBe(0);
    expectClean(next);
    expectNothingReadable(next, project);
  });

  test("that fails at the fourth: all are old, the edits are still there, and the next try writes them", async () => {
    using project = await createProject();
    await using session = await openMatrix(project, { program: await withFault(project, "error=ENOSPC:when=4") });
    await editFive(session);
    await session.press("enter");
    await session.waitFor("Not saved: disk full");
    expect(whichAreNew(project)).toEqual([]);
    expect(project.git(["status", "--short", "secrets"])).toBe("");
    expect(leftovers(project)).toEqual([]);
    expect(session.screen().lines[0]).toContain("✎5");
    await session.press("ctrl+s");
    await session.waitFor(/Saved 5 files: 5 values/, { timeout: PATIENT });
    expect(whichAreNew(project)).toEqual([...ENVIRONMENTS]);
    expect((await quit(session)).code).toBe(0);
    expectNothingReadable(session, project);
  });

  test.each(["SIGHUP", "SIGTERM"] as const)(
    "in whose middle %s comes: it is finished first, the terminal is clean, and the program ends by the signal",
    async (signal) => {
      using project = await createProject();
      await using session = await openMatrix(project, { program: await withFault(project, "delay_enter=1000000:when=3") });
      await editFive(session);
      await session.press("enter");
      await expect.poll(() => readFileSync(join(project.home.path, "calls"), "utf8"), { timeout: PATIENT }).toContain("prod.yaml.sotto-");
      session.signal(signal);
      expect(await session.exit({ timeout: PATIENT })).toMatchObject({ signal });
      expectClean(session);
      const fresh = whichAreNew(project).length;
      // Amid the transaction, or between it and its end: the next start is what counts.
      expect([0, 5]).toContain(fresh);
      expect(leftovers(project)).toEqual([]);
      expectNothingReadable(session, project);
    },
  );
});
