/** Files that somebody else wrote: what is in their names, comments and values does nothing to the terminal. */
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { expectClean, filter, openFile, openMatrix, PATIENT, quit } from "./play.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";

const ESC = "\u001B";
/** It would copy a text, clear the screen, leave it, name the window, ask for an answer, and draw elsewhere. */
const ACTS = `${ESC}]52;c;aGFja2Vk\u0007${ESC}[2J${ESC}[?1049l${ESC}]0;owned\u0007${ESC}[c${ESC}[1;1Howned\u009B2J\r\b`;
/** It would turn the rest of the line round, hide letters, and take more cells than it says. */
const HIDES = "\u202Egnp.exe\u202C\u200B\u2066x\u2069\uFEFF\u{E0041}";

let project: AcmeProject;
beforeAll(async () => {
  await builtProgram();
});
beforeEach(async () => {
  project = await createProject();
  const text = [
    `# a comment ${HIDES} ends`,
    `${quote(`key ${ACTS} ends`)}: value`,
    `${quote(`other ${HIDES} ends`)}: value`,
    `host: ${quote(`plain ${ACTS}${HIDES} ends`)}`,
    `secret: ${quote(`secret ${ACTS}${HIDES} ends`)}`,
    "",
  ].join("\n");
  project.write("secrets/dev.yaml", text);
  await project.sotto(["encrypt", "-i", "secrets/dev.yaml"]);
  project.write(`secrets/odd ${HIDES} ${ESC}[2J.yaml`, "a: b\n");
});
afterEach(() => project[Symbol.dispose]());

/** As YAML writes what cannot be written as it is. */
function quote(text: string): string {
  const escaped = Array.from(text, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code >= 0x20 && code < 0x7f && char !== '"' ? char : `\\U${code.toString(16).padStart(8, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

function expectUnmoved(session: Session): void {
  const screen = session.screen();
  expect(screen).toMatchObject({ alternate: true, scrollback: [] });
  expect(screen.lines[0]).toMatch(/^ sotto /);
  expect(session.emulator.clipboard).toEqual([]);
  expect(session.emulator.titles.filter((title) => title.includes("owned"))).toEqual([]);
  // oxlint-disable-next-line no-control-regex
  expect(screen.text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\u200B\uFEFF]/);
  const edges = screen.lines.filter((line) => /^[╭╰│]/.test(line));
  expect(edges.filter((line) => !/[╮╯│]$/.test(line))).toEqual([]);
}

test("keys, comments, plain values, file names and a revealed secret are shown with what is odd about them made visible", async () => {
  await using session = await openFile(project, "secrets/dev.yaml", { columns: 160, rows: 45 });
  const screen = await session.waitFor("key ␛]52;c;", { timeout: PATIENT });
  expectUnmoved(session);
  expect(screen.text).toMatch(/⟨202E⟩/);
  await session.press("end", "r");
  await session.waitFor("secret ␛]52;c;");
  expectUnmoved(session);
  await session.press("e");
  await session.waitFor("keep  esc cancel");
  await session.press("ctrl+r");
  await session.settled();
  expectUnmoved(session);
  await session.press("esc");
  for (const key of ["H", "esc", "C", "esc", "P", "esc", "!", "esc", "D", "esc"]) {
    await session.press(key);
    await session.settled(150);
    expectUnmoved(session);
  }
  expect((await quit(session)).code).toBe(0);
  expectClean(session);
});

test("they do nothing in the matrix, in questions and in what a save would write either", async () => {
  await using session = await openMatrix(project, { columns: 120, rows: 40 });
  const rows = await filter(session, "ends");
  expect(rows.text).toContain("key ␛]52;c;");
  expect(rows.text).toContain("other ⟨202E⟩gnp.exe");
  expectUnmoved(session);
  await session.press("m");
  await session.waitFor("New name for ");
  expectUnmoved(session);
  await session.press("esc", "d");
  await session.waitFor("Deleted ");
  expectUnmoved(session);
  await session.press("ctrl+s");
  await session.waitFor("What a save writes");
  expectUnmoved(session);
  await session.press("esc", "u");
  await session.waitFor("Undone");
  expectUnmoved(session);
  expect((await quit(session)).code).toBe(0);
  expectClean(session);
  expectNoLeak(session, project.canaries, { folders: [project.path] });
});
