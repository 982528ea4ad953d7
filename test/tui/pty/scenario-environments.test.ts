/** Several environments at once: keys that are added, filled in, deleted and renamed. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeWithPeers } from "../../support/peers.ts";
import type { Session } from "./driver.ts";
import { changedLines, decryptBySops, goTo, openMatrix, review, save } from "./play.ts";
import { createOldProject, leave, newSecret, SEALED } from "./play-values.ts";
import type { AcmeProject } from "./project.ts";
import { ENVIRONMENTS } from "./values.ts";

/** The choices that F offers. */
async function fill(session: Session, path: string, answer: string): Promise<void> {
  await session.press("F");
  await session.waitFor(`Fill ${path}`);
  await session.press(answer);
}

describeWithPeers(["sops"], "environments", () => {
  let project: AcmeProject;
  beforeEach(async () => {
    project = await createOldProject();
  });
  afterEach(() => project[Symbol.dispose]());

  test("four get a key in one save", async () => {
    const secret = newSecret("legacy_token", "dev", "staging", "ci", "preview");
    await using session = await openMatrix(project);
    await session.press("A");
    await session.waitFor("New key in every environment");
    await session.press("ctrl+u");
    session.type("legacy_token");
    await session.press("enter");
    await session.waitFor("Edit legacy_token @ ");
    session.type(secret.value);
    await session.press("enter");
    await session.waitFor("Kept, but dev, staging, ci and preview have the same value, and ci is meant to be isolated.");
    await session.waitFor("legacy_token @ dev");
    const screen = await review(session);
    expect(screen.text).toContain("4 changes in 4 files");
    expect(screen.text).not.toContain("secrets/prod.yaml");
    await session.press("enter");
    await session.waitFor("Saved 4 files: 4 values. Other values are byte-identical.");
    expect(project.git(["status", "--short"]).split("\n")).toEqual([
      " M secrets/ci.yaml",
      " M secrets/dev.yaml",
      " M secrets/preview.yaml",
      " M secrets/staging.yaml",
      "",
    ]);
    for (const environment of secret.environments) {
      expect(changedLines(project, project.file(environment))).toEqual(["+legacy_token", ...SEALED]);
      expect(decryptBySops(project, project.file(environment))).toContain(`\nlegacy_token: ${secret.value}\n`);
    }
    expect(decryptBySops(project, project.file("prod"))).toContain(`\nlegacy_token: ${project.canary("legacy_token", "prod")}\n`);
    await leave(session, project, { canaries: [secret] });
  });

  test("one gets the value of another one in a gap, under its own key", async () => {
    await using session = await openMatrix(project);
    await goTo(session, "stripe.secret_key", "ci");
    await session.waitFor("○ there is no such key");
    await fill(session, "stripe.secret_key @ ci", "1");
    await session.waitFor("Kept, but ci, dev, staging and preview have the same value, and ci is meant to be isolated.");
    expect((await save(session)).text).toContain("Saved secrets/ci.yaml: 1 value");
    expect(changedLines(project)).toEqual(["+  secret_key", ...SEALED]);
    expect(decryptBySops(project, "secrets/ci.yaml")).toContain(`\n    secret_key: ${project.canary("stripe.secret_key", "dev")}\n`);
    await leave(session, project);
  });

  test("one gets a generated value in a gap, and another one nothing", async () => {
    await using session = await openMatrix(project);
    await goTo(session, "stripe.webhook_secret", "ci");
    await fill(session, "stripe.webhook_secret @ ci", "g");
    await session.waitFor("nothing yet: this is new");
    await session.press("ctrl+g");
    await session.waitFor(/6 +hex, 32 bytes +256 bits/);
    await session.press("6");
    await session.waitFor("Generated: hex, 256 bits, masked.");
    await session.press("enter");
    await session.waitFor("Kept: ");
    await goTo(session, "sentry_dsn", "ci");
    await session.press("d");
    await session.waitFor("Deleted sentry_dsn @ ci");
    await goTo(session, "stripe.secret_key", "ci");
    await fill(session, "stripe.secret_key @ ci", "0");
    await session.waitFor("Kept: leave stripe.secret_key @ ci empty");
    expect((await save(session)).text).toContain("Saved secrets/ci.yaml: 3 values");
    expect(changedLines(project)).toEqual(["+  webhook_secret", "+  secret_key", "-sentry_dsn", ...SEALED]);
    const plain = decryptBySops(project, "secrets/ci.yaml");
    const value = /webhook_secret: (\S+)\n/.exec(plain)?.[1] ?? "";
    expect(plain).toContain('\n    secret_key: ""\n');
    expect(value).toMatch(/^[0-9a-f]{64}$/);
    await leave(session, project, { canaries: [{ path: "generated", environments: ["ci"], value }] });
  });

  test("two lose a key by their marks; what is undone stays", async () => {
    await using session = await openMatrix(project);
    await goTo(session, "sentry_dsn", "dev");
    await session.press("space", "right", "space", "d");
    await session.waitFor("Deleted 2 values. u undoes; nothing is written yet.");
    await goTo(session, "session_signing_key", "preview");
    await session.press("d");
    await session.waitFor("Deleted session_signing_key @ preview");
    await session.press("u");
    await session.waitFor("Undone: delete session_signing_key @ preview");
    expect((await save(session)).text).toContain("Saved 2 files: 2 values");
    for (const environment of ["dev", "staging"] as const) {
      expect(changedLines(project, project.file(environment))).toEqual(["-sentry_dsn", ...SEALED]);
      expect(decryptBySops(project, project.file(environment))).not.toContain("sentry_dsn");
    }
    expect(changedLines(project, "secrets/preview.yaml", "secrets/prod.yaml", "secrets/ci.yaml")).toEqual([]);
    await leave(session, project);
  });

  test("all have a key under another name, with the values as they were", async () => {
    await using session = await openMatrix(project);
    await goTo(session, "session_signing_key", "dev");
    await session.press("m");
    await session.waitFor("New name for session_signing_key");
    await session.press("ctrl+u");
    session.type("cookie_key");
    await session.press("enter");
    await session.waitFor("Renamed in 5 files. u undoes; nothing is written yet.");
    expect((await save(session)).text).toContain("Saved 5 files: 5 values");
    for (const environment of ENVIRONMENTS) {
      const file = project.file(environment);
      expect(changedLines(project, file)).toEqual(["-session_signing_key", "+cookie_key", ...SEALED]);
      expect(decryptBySops(project, file)).toContain(
        `\n# rotate every 90 days\ncookie_key: ${project.canary("session_signing_key", environment)}\n`,
      );
    }
    await leave(session, project);
  });
});
