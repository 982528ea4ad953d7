/** One value is changed and saved, from wherever one came; or is not, because it is as it was. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeWithPeers } from "../../support/peers.ts";
import { changedLines, decryptBySops, goTo, openFile, openMatrix, review, save, typeValue } from "./play.ts";
import { createOldProject, leave, newSecret, SEALED } from "./play-values.ts";
import type { AcmeProject } from "./project.ts";

describeWithPeers(["sops"], "one value", () => {
  let project: AcmeProject;
  beforeEach(async () => {
    project = await createOldProject();
  });
  afterEach(() => project[Symbol.dispose]());

  test("of prod is changed in the matrix: its line, the time and the MAC change, and sops decrypts", async () => {
    const secret = newSecret("database.password", "prod");
    await using session = await openMatrix(project);
    await goTo(session, "database.password", "prod");
    await typeValue(session, secret.value);
    const screen = await review(session);
    expect(screen.text).toMatch(/secrets\/prod.yaml PROD +1 change[^]*~ database\.password +●\w{4} → ●\w{4} +24 → 24 chars/);
    expect(project.git(["status", "--short"])).toBe("");
    await session.press("enter");
    await session.waitFor("Saved secrets/prod.yaml: 1 value. Other values are byte-identical.");
    expect(changedLines(project)).toEqual(["-  password", "+  password", ...SEALED]);
    expect(await project.sotto(["decrypt", "secrets/prod.yaml"])).toContain(`\n  password: ${secret.value}\n`);
    expect(decryptBySops(project, "secrets/prod.yaml")).toContain(`\n    password: ${secret.value}\n`);
    await leave(session, project, { canaries: [secret] });
  });

  test("of prod is changed in the tree of its file", async () => {
    const secret = newSecret("session_signing_key", "prod");
    await using session = await openFile(project, "secrets/prod.yaml");
    const screen = await session.waitFor("mac ok");
    expect(screen.text).toMatch(/database +map 4[^]*host +prod-db\.acme\.example +plain str[^]*password +●{8} +str/);
    await session.press("G", "k");
    await session.waitFor("session_signing_key @ prod");
    await typeValue(session, secret.value);
    expect((await save(session)).text).toContain("Saved secrets/prod.yaml: 1 value");
    expect(changedLines(project)).toEqual(["-session_signing_key", "+session_signing_key", ...SEALED]);
    expect(decryptBySops(project, "secrets/prod.yaml")).toContain(`\nsession_signing_key: ${secret.value}\n`);
    await leave(session, project, { canaries: [secret] });
  });

  test.each([
    ["JSON", "staging", "json", "session_signing_key", ["lastmodified", "mac"]],
    ["dotenv", "ci", "env", "SESSION_SIGNING_KEY", ["sops_lastmodified", "sops_mac"]],
    ["INI", "preview", "ini", "general.session_signing_key", ["lastmodified", "mac"]],
  ] as const)("of a %s file is changed alike", async (_, environment, format, path, sealed) => {
    using other = await createOldProject({ formats: { [environment]: format } });
    const secret = newSecret(path, environment);
    const file = other.file(environment);
    await using session = await openMatrix(other);
    await goTo(session, path, environment);
    await typeValue(session, secret.value);
    expect((await save(session)).text).toContain(`Saved ${file}: 1 value`);
    const name = path.split(".").at(-1) ?? "";
    const keys = changedLines(other).map((line) => line.replaceAll(/["\s]/g, ""));
    expect(keys).toEqual([`-${name}`, `+${name}`, ...sealed.map((key) => `-${key}`), ...sealed.map((key) => `+${key}`)]);
    expect(decryptBySops(other, file)).toMatch(new RegExp(`${name}"?\\s*[:=]\\s*"?${secret.value}`));
    await leave(session, other, { canaries: [secret] });
  });

  test("that is edited back to what it was is not written", async () => {
    const secret = newSecret("sentry_dsn", "dev");
    await using session = await openMatrix(project);
    await goTo(session, "sentry_dsn", "dev");
    await typeValue(session, secret.value);
    await typeValue(session, project.canary("sentry_dsn", "dev"));
    expect(session.screen().lines[0]).toContain("✎");
    await session.press("ctrl+s");
    await session.waitFor("Nothing to save: everything is as it was. The edits are dropped.");
    expect(session.screen().lines[0]).not.toContain("✎");
    expect(project.git(["status", "--short"])).toBe("");
    await leave(session, project, { canaries: [secret] });
  });

  test("and one in another file are undone, done again and undone: there is nothing to save", async () => {
    const [one, two] = [newSecret("sentry_dsn", "dev"), newSecret("sentry_dsn", "prod")];
    await using session = await openMatrix(project);
    await goTo(session, "sentry_dsn", "dev");
    await typeValue(session, one.value);
    await goTo(session, "sentry_dsn", "prod");
    await typeValue(session, two.value);
    const edits = (count: string) => session.waitFor((screen) => (screen.lines[0] ?? "").endsWith(`git main${count}`), { what: count });
    await edits(" ✎2");
    await session.press("u", "u");
    await session.waitFor("Undone: set sentry_dsn in dev. ^Y does it again.");
    await edits("");
    await session.press("ctrl+y", "U");
    await session.waitFor("Done again: set sentry_dsn in prod.");
    await edits(" ✎2");
    await session.press("u", "u", "ctrl+s");
    await session.waitFor("there is nothing to save");
    await edits("");
    expect(project.git(["status", "--short"])).toBe("");
    await leave(session, project, { canaries: [one, two] });
  });
});
