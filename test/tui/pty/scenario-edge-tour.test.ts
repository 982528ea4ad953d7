/** A walk through every screen with every canary in the project: afterwards no value is anywhere but in the files, encrypted. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { goTo, openMatrix, PATIENT, review, save, typeValue } from "./play.ts";
import { expectLeft, newSecret } from "./play-values.ts";
import { createProject } from "./project.ts";

const NEXT = newSecret("session_signing_key", "staging");
const LINES = newSecret("database.ssl_root_cert", "staging");

beforeAll(async () => {
  await builtProgram();
});

/** Keys, one after the other, and what each leads to. */
async function visit(session: Session, ...steps: readonly (readonly [key: string, seen: string])[]): Promise<void> {
  for (const [key, seen] of steps) {
    await session.press(key);
    await session.waitFor(seen, { timeout: PATIENT });
  }
}

async function editValues(session: Session): Promise<void> {
  await goTo(session, "session_signing_key", "staging");
  await typeValue(session, NEXT.value);
  await visit(session, ["c", "▸ Compare"], ["esc", "▸ Matrix"]);
  await goTo(session, "database.ssl_root_cert", "staging");
  await visit(session, ["e", "▸ Edit"], ["ctrl+g", "╭─ Generate"], ["esc", "▸ Edit"]);
  session.paste(`first\n${LINES.value}\nlast\n`);
  await session.waitFor("4 │");
  await visit(session, ["ctrl+s", "Kept: set database.ssl_root_cert"], ["space", "▸ Matrix"], ["d", "Deleted "]);
  await visit(session, ["u", "Undone: "], ["ctrl+y", "Done again: "], ["u", "Undone: "]);
  await save(session);
}

async function lookBack(session: Session): Promise<void> {
  await goTo(session, "session_signing_key", "dev");
  await visit(
    session,
    ["H", "▸ History"],
    ["j", "▸ History"],
    ["tab", "▸ History"],
    ["p", "▸ History"],
    ["esc", "▸ History"],
    ["esc", "▸ Matrix"],
  );
  await visit(session, ["D", "▸ History"], ["esc", "▸ Matrix"]);
}

async function lookAround(session: Session): Promise<void> {
  await visit(session, ["P", "▸ Access"], ["enter", "▸ Access"], ["esc", "▸ Access"], ["R", "Step 1 of 4"], ["enter", "Step 2 of 4"]);
  await visit(session, ["esc", "Step 1 of 4"], ["esc", "recipient 1/3"], ["esc", "▸ Matrix"]);
  await visit(session, ["C", "values looked at"], ["end", "▸ Doctor"], ["esc", "▸ Matrix"]);
  await visit(session, ["ctrl+o", "▸ Files"], ["tab", "▸ Files"], ["1", "▸ Files"], ["n", "Path of the new file"], ["esc", "▸ Files"]);
  await visit(session, ["esc", "▸ Matrix"], [":", "╭─ Commands"], ["esc", "▸ Matrix"], ["?", "╭─ Help"], ["esc", "▸ Matrix"]);
  await visit(session, ["!", "╭─ Messages"], ["esc", "▸ Matrix"], ["f", "view: gaps"], ["f", "view: differs"], ["f", "view: edited"]);
  await visit(
    session,
    ["f", "view: all"],
    ["f5", "▸ Matrix"],
    ["S", "SHARED"],
    ["S", "mode is off"],
    ["ctrl+l", "Locked"],
    ["enter", "▸ Matrix"],
  );
}

test.each([
  [100, 30],
  [200, 60],
  [80, 24],
])("every screen at %i×%i", { timeout: 120_000 }, async (columns, rows) => {
  using project = await createProject({ apps: true, history: 2 });
  await using session = await openMatrix(project, { columns, rows });
  await editValues(session);
  await lookBack(session);
  await lookAround(session);
  // Unsaved at the end, looked at, and dropped.
  await goTo(session, "sentry_dsn", "staging");
  await typeValue(session, LINES.value);
  await review(session);
  await session.press("esc", "q");
  await session.waitFor("unsaved edit");
  await session.press("d");
  await session.exit({ timeout: PATIENT });
  expectLeft(session, project, { canaries: [NEXT, LINES] });
  expect(await project.sotto(["get", project.file("staging"), "session_signing_key"])).toBe(NEXT.value);
  const { HOME = "" } = project.env;
  // What it leaves behind is for this person alone.
  for (const name of readdirSync(join(HOME, ".local", "state"), { recursive: true, encoding: "utf8" })) {
    expect([name, statSync(join(HOME, ".local", "state", name)).mode & 0o077]).toEqual([name, 0]);
  }
  expect(readdirSync(join(HOME, "tmp"))).toEqual([]);
  // The program was looked at; its git ends before one can be sure to see it (driver.test.ts has a child that stays).
  expect(session.processes.length).toBeGreaterThan(0);
});
