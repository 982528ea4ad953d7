/** What was before: differences to HEAD, and old values that are put back. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeWithPeers } from "../../support/peers.ts";
import { changedLines, decryptBySops, goTo, openMatrix, save, typeValue } from "./play.ts";
import { createOldProject, leave, newSecret, SEALED } from "./play-values.ts";
import type { AcmeProject } from "./project.ts";

describeWithPeers(["sops"], "what was before", () => {
  let project: AcmeProject;
  beforeEach(async () => {
    project = await createOldProject({ history: 2 });
  });
  afterEach(() => project[Symbol.dispose]());

  test("is put back from the history and saved", async () => {
    await using session = await openMatrix(project);
    await goTo(session, "session_signing_key", "dev");
    await session.press("H");
    await session.waitFor(/working copy[^]*HEAD \w{7} [^]* ben [^]* ana /);
    await session.press("down", "down");
    await session.waitFor(/~ session_signing_key +●\w{4} → ●\w{4}/);
    await session.press("tab", "B");
    await session.waitFor("Kept, but secrets/dev.yaml, ci and preview have the same value, and ci is meant to be isolated.");
    await session.press("esc");
    await session.waitFor("▸ Matrix");
    expect((await save(session)).text).toContain("Saved secrets/dev.yaml: 1 value");
    expect(changedLines(project)).toEqual(["-session_signing_key", "+session_signing_key", ...SEALED]);
    expect(decryptBySops(project, "secrets/dev.yaml")).toContain(
      `\nsession_signing_key: ${project.canary("session_signing_key", "dev")}\n`,
    );
    await leave(session, project);
  });

  test("differs from what is there now, before a save and after it, and is masked on both sides", async () => {
    const secret = newSecret("database.password", "prod");
    await using session = await openMatrix(project);
    await goTo(session, "database.password", "prod");
    await typeValue(session, secret.value);
    await session.press("D");
    const line = /~ database\.password +●(\w{4}) → ●(\w{4}) +24 → 24 chars +value/;
    const before = await session.waitFor(line);
    expect(before.lines[0]).toContain("✎1");
    expect(before.text).toMatch(/Ciphertext +1 of 13 values re-encrypted, 12 byte-identical/);
    await session.press("esc");
    await session.waitFor("▸ Matrix");
    await save(session);
    await session.press("D");
    const after = await session.waitFor(line);
    expect(line.exec(after.text)?.slice(1)).toEqual(line.exec(before.text)?.slice(1));
    expect(after.lines[0]).not.toContain("✎");
    await session.press("esc");
    await leave(session, project, { canaries: [secret] });
  });
});
