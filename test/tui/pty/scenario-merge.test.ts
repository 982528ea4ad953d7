/** Somebody else wrote the file meanwhile. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeWithPeers } from "../../support/peers.ts";
import type { Session } from "./driver.ts";
import { changedLines, decryptBySops, goTo, openMatrix, save, typeValue } from "./play.ts";
import { createOldProject, inThePast, leave, newSecret, SEALED } from "./play-values.ts";
import type { AcmeProject } from "./project.ts";
import type { Canary } from "./values.ts";

const FILE = "secrets/dev.yaml";

async function edit(session: Session, path: string, secret: Canary): Promise<void> {
  await goTo(session, path, "dev");
  await typeValue(session, secret.value);
}

describeWithPeers(["sops"], "a file that somebody else changed", () => {
  let project: AcmeProject;
  beforeEach(async () => {
    project = await createOldProject();
  });
  afterEach(() => project[Symbol.dispose]());

  /** Ben, in his own clone, sets a key; here it is pulled. */
  async function pull(key: string, { value }: Canary): Promise<void> {
    project.git(["clone", "-q", ".", "../theirs"]);
    await inThePast(() => project.sotto(["set", "--string", `../theirs/${FILE}`, key, value], "ben"), 2);
    project.git(["-C", "../theirs", "commit", "-q", "-a", "-m", "Theirs"], { as: "ben" });
    project.git(["pull", "-q", "../theirs", "main"]);
  }

  test("in another key is merged: both changes are in it", async () => {
    const [ours, theirs] = [newSecret("sentry_dsn", "dev"), newSecret("smtp.user", "dev")];
    await using session = await openMatrix(project);
    await edit(session, "sentry_dsn", ours);
    await pull("smtp.user", theirs);
    await session.waitFor("secrets/dev.yaml changed on disk (git pull). Your 1 edit is kept. M merge · V view theirs");
    await session.press("V");
    const shown = await session.waitFor("What they changed");
    expect(shown.text).toMatch(/~ smtp\.user +●\w{4} → ●\w{4}/);
    expect(shown.text).not.toContain("sentry_dsn");
    await session.press("M");
    await session.waitFor("Merged: 1 change of theirs, your 1 edit is kept.");
    expect((await save(session)).text).toContain("Saved secrets/dev.yaml: 1 value");
    expect(changedLines(project)).toEqual(["-sentry_dsn", "+sentry_dsn", ...SEALED]);
    const plain = decryptBySops(project, FILE);
    expect(plain).toContain(`\nsentry_dsn: ${ours.value}\n`);
    expect(plain).toContain(`\n    user: ${theirs.value}\n`);
    await leave(session, project, { canaries: [ours, theirs] });
  });

  test.each([
    ["ours", 100, 30],
    ["theirs", 80, 24],
  ] as const)("in the same key asks, and takes %s (%i×%i)", async (side, columns, rows) => {
    const [ours, theirs] = [newSecret("sentry_dsn", "dev"), newSecret("sentry_dsn", "dev", "staging")];
    await using session = await openMatrix(project, { columns, rows });
    await edit(session, "sentry_dsn", ours);
    await pull("sentry_dsn", theirs);
    await session.waitFor(/changed on disk/);
    await session.press("M");
    const asked = await session.waitFor("You and somebody else both changed these");
    expect(asked.text).toMatch(/sentry_dsn @ dev +ours ●\w{4} 24 chars +theirs ●\w{4} 24 chars/);
    // Where there is room for more about both sides, it is there at once.
    if (rows < 30) await session.press("b");
    await session.waitFor(/ours +●\w{4}[^]*string · 24 chars · strength high · encrypted[^]*theirs +●\w{4}/);
    await session.revealing(async () => {
      await session.press("r");
      await session.waitFor(ours.value);
      await session.press("R");
      await session.press("R");
      await session.waitFor(theirs.value);
      await session.press("R");
      await session.waitFor((screen) => !screen.text.includes("kanarie"), { what: "masks" });
    });
    await session.press(side === "ours" ? "o" : "t");
    await session.waitFor("all answered");
    await session.press("enter");
    if (side === "ours") {
      await session.waitFor("What a save writes");
      await session.press("enter");
      await session.waitFor("Saved secrets/dev.yaml: 1 value");
    } else await session.waitFor("Merged: everything is as they wrote it. There is nothing left to save.");
    expect(changedLines(project)).toEqual(side === "ours" ? ["-sentry_dsn", "+sentry_dsn", ...SEALED] : []);
    expect(decryptBySops(project, FILE)).toContain(`\nsentry_dsn: ${side === "ours" ? ours.value : theirs.value}\n`);
    await leave(session, project, { canaries: [ours, theirs] });
  });

  test("so that git left its markers is resolved by key", async () => {
    const [ours, theirs] = [newSecret("sentry_dsn", "dev"), newSecret("sentry_dsn", "staging")];
    project.git(["checkout", "-q", "-b", "theirs"]);
    await project.sotto(["set", "--string", FILE, "sentry_dsn", theirs.value]);
    await project.sotto(["set", "--string", FILE, "smtp.user", "another user"]);
    project.git(["commit", "-q", "-a", "-m", "Theirs"], { as: "ben" });
    project.git(["checkout", "-q", "main"]);
    await project.sotto(["set", "--string", FILE, "sentry_dsn", ours.value]);
    project.git(["commit", "-q", "-a", "-m", "Ours"]);
    expect(() => project.git(["merge", "theirs"])).toThrow("CONFLICT");
    await using session = await openMatrix(project);
    await session.press("R");
    const asked = await session.waitFor("Both sides of the merge changed these");
    expect(asked.text).toContain("1 of 1 to answer");
    expect(asked.text).toContain("sentry_dsn @ dev");
    await session.press("t", "enter");
    await session.waitFor(/Resolved secrets\/dev.yaml: 1 answer\. Tell git with: git add secrets\/dev.yaml/);
    const plain = decryptBySops(project, FILE);
    expect(plain).toContain(`\nsentry_dsn: ${theirs.value}\n`);
    expect(plain).toContain("\n    user: another user\n");
    project.git(["add", FILE]);
    expect(project.git(["status", "--short"])).toBe(`M  ${FILE}\n`);
    await leave(session, project, { canaries: [ours, theirs] });
  });
});
