/** Who can read what, as a person changes it; and what the doctor mends. */
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeWithPeers } from "../../support/peers.ts";
import { builtProgram } from "./build.ts";
import { expectNoLeak } from "./leaks.ts";
import { decryptBySops, expectClean, openMatrix, PATIENT, quit } from "./play.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";

let project: AcmeProject;
beforeAll(async () => {
  await builtProgram();
});
beforeEach(async () => {
  project = await createProject({ apps: true });
});
afterEach(() => project[Symbol.dispose]());

describeWithPeers(["sops"], "a person who left", () => {
  test("is removed from all files and from the rules in one go, with new data keys, and what he could read is listed", async () => {
    const before = decryptBySops(project, "secrets/dev.yaml");
    expect(decryptBySops(project, "secrets/dev.yaml", "ben")).toBe(before);
    await using session = await openMatrix(project);
    await session.press("P");
    await session.waitFor("╭─ Who can read what");
    await session.press("G");
    await session.waitFor("─ ben @ dev");
    await session.press("d");
    await session.waitFor("Step 1 of 4   Remove ben, then a new data key");
    await session.press("enter");
    const preview = await session.waitFor("5 files, 5 new data keys, .sops.yaml changes.", { timeout: PATIENT });
    expect(preview.text).toContain("secrets/preview.yaml  − ben  new data key");
    expect(project.git(["status", "--short", "-uno"])).toBe("");
    await session.press("enter");
    const done = await session.waitFor("Written: 5 files, and .sops.yaml.", { timeout: PATIENT });
    expect(done.text).toContain("ben still knows");
    expect(done.text).toContain("● database.password");
    await session.press("enter");
    await session.waitFor("recipient 2/2");
    expect((await quit(session)).code).toBe(0);
    expectClean(session);
    expect(decryptBySops(project, "secrets/dev.yaml")).toBe(before);
    for (const file of ["secrets/dev.yaml", "secrets/staging.yaml", "secrets/preview.yaml", "apps/web/config.json"]) {
      expect(() => decryptBySops(project, file, "ben")).toThrow("sops:");
    }
    expect(project.read(".sops.yaml")).not.toContain("ben");
    expect(project.git(["diff", "--name-only"]).trim().split("\n")).toHaveLength(6);
    expectNoLeak(session, project.canaries, { folders: [project.path] });
  });
});

test("a rotation that is stopped changes nothing, at the choice, at the preview, and at the question for a name", async () => {
  await using session = await openMatrix(project);
  await session.press("P");
  await session.waitFor("╭─ Who can read what");
  await session.press("R");
  await session.waitFor("Step 1 of 4");
  await session.press("a", "enter");
  await session.waitFor("Step 2 of 4", { timeout: PATIENT });
  await session.press("enter");
  await session.waitFor("Type prod ci to go on");
  session.type("yes");
  await session.press("enter");
  await session.waitFor("nothing was done");
  await session.press("esc");
  await session.waitFor("Step 1 of 4");
  await session.press("esc");
  await session.waitFor("recipient 1/3");
  expect((await quit(session)).code).toBe(0);
  expectClean(session);
  expect(project.git(["status", "--short", "-uno"])).toBe("");
  expectNoLeak(session, project.canaries, { folders: [project.path] });
});

test("a plaintext file that a rule wants encrypted: the doctor finds it, leads there, and encrypts it", async () => {
  await using session = await openMatrix(project);
  await session.press("C");
  await session.waitFor(/files and \d+ values looked at/, { timeout: PATIENT });
  const found = session.screen();
  expect(found.text).toContain("plaintext that a rule encrypts");
  expect(found.text).toContain("▸  ! infra/plain.yaml");
  await session.press("x");
  await session.waitFor("infra/plain.yaml is not encrypted");
  // The safe answer is the one that is chosen.
  await session.press("enter");
  await session.waitFor((screen) => !screen.text.includes("╭─ infra/plain.yaml is not encrypted"));
  expect(project.read("infra/plain.yaml")).toContain("not encrypted");
  await session.press("x");
  await session.waitFor("infra/plain.yaml is not encrypted");
  await session.press("e");
  await session.waitFor((screen) => !screen.text.includes("plaintext that a rule encrypts"), { timeout: PATIENT });
  expect(project.read("infra/plain.yaml")).toContain("registry_token: ENC[AES256_GCM,");
  expect(await project.sotto(["decrypt", "infra/plain.yaml"], "ben")).toBe("registry_token: not encrypted\n");
  expect((await quit(session)).code).toBe(0);
  expectClean(session);
  expectNoLeak(session, project.canaries, { folders: [project.path] });
});
