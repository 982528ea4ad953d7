/** The clipboard is cleared half a minute after a value was put there, whatever has become of the program by then. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectNoLeak } from "../tui/pty/leaks.ts";
import type { Session } from "../tui/pty/driver.ts";
import { goTo, openMatrix, PATIENT, quit } from "../tui/pty/play.ts";
import { createProject } from "../tui/pty/project.ts";
import type { AcmeProject } from "../tui/pty/project.ts";

const XCLIP = `#!/bin/sh\ncase "$*" in *-out*) cat "$HOME/clipboard";; *) cat > "$HOME/clipboard";; esac\n`;

const clipboardOf = (project: AcmeProject): string => readFileSync(join(project.home.path, "clipboard"), "utf8");

async function copy(project: AcmeProject): Promise<Session> {
  const folder = join(project.home.path, "bin");
  mkdirSync(folder);
  writeFileSync(join(folder, "xclip"), XCLIP);
  chmodSync(join(folder, "xclip"), 0o755);
  const session = await openMatrix(project, { env: { PATH: `${folder}:${process.env["PATH"] ?? ""}`, DISPLAY: ":9" } });
  await goTo(session, "sentry_dsn", "prod");
  await session.press("y");
  await session.waitFor("Copied sentry_dsn @ prod");
  expect(clipboardOf(project)).toBe(project.canary("sentry_dsn", "prod"));
  return session;
}

/** @returns after how many seconds it was empty */
async function untilCleared(project: AcmeProject): Promise<number> {
  const start = Date.now();
  await expect.poll(() => clipboardOf(project), { timeout: 60_000, interval: 200 }).toBe("");
  return (Date.now() - start) / 1000;
}

describe.skipIf(process.platform === "win32")("a copied value", () => {
  test("is gone after 30 seconds, and that is said", async () => {
    using project = await createProject();
    await using session = await copy(project);
    const seconds = await untilCleared(project);
    expect(seconds).toBeGreaterThan(25);
    expect(seconds).toBeLessThan(40);
    await session.waitFor("Clipboard cleared.", { timeout: PATIENT });
    expect((await quit(session)).code).toBe(0);
    expectNoLeak(session, project.canaries, { folders: [project.path] });
  });

  test("is gone after 30 seconds when the program was killed", async () => {
    using project = await createProject();
    await using session = await copy(project);
    session.signal("SIGKILL");
    await session.exit({ timeout: PATIENT });
    const seconds = await untilCleared(project);
    expect(seconds).toBeGreaterThan(25);
    expect(seconds).toBeLessThan(40);
  });

  test("stays when something else was put there meanwhile", async () => {
    using project = await createProject();
    await using session = await copy(project);
    writeFileSync(join(project.home.path, "clipboard"), "of somebody else");
    await session.waitFor("holds something else now", { timeout: 60_000 });
    expect(clipboardOf(project)).toBe("of somebody else");
  });
});
