/** Disks that do not take a save: what is said, and that the edit is still there. */
import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findPeer } from "../../support/peers.ts";
import { describeIfPermitted } from "../../support/permitted.ts";
import { builtProgram } from "./build.ts";
import type { Session } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { goTo, openMatrix, PATIENT, quit, review, save, typeValue } from "./play.ts";
import { createProject } from "./project.ts";
import type { AcmeProject } from "./project.ts";
import { canaryText } from "./values.ts";
import type { Canary } from "./values.ts";

const NEXT: Canary = { path: "database.password, new", environments: ["prod"], value: canaryText("database.password", "N") };

let project: AcmeProject;
let sotto = "";
beforeAll(async () => {
  sotto = await builtProgram();
});
beforeEach(async () => {
  project = await createProject();
});
afterEach(() => project[Symbol.dispose]());

async function editOne(session: Session): Promise<void> {
  await goTo(session, "database.password", "prod");
  await typeValue(session, NEXT.value);
  await review(session);
  await session.press("enter");
}

async function expectStillThere(session: Session): Promise<void> {
  await session.waitFor((screen) => screen.lines[0]?.includes("✎1") === true, { what: "the unsaved edit in the header" });
  expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
}

/** Runs the program in a mount namespace of its own, after a script in the project's folder. */
async function mounted(script: string): Promise<Session> {
  const program = ["unshare", "-rm", "sh", "-ec", `${script}; exec "$0" "$@"`, process.execPath, sotto];
  return openMatrix(project, { program });
}

/** The folder of secrets as the program sees it. */
function inside(session: Session): string {
  return join(`/proc/${session.pid}/root`, project.path, "secrets");
}

describeIfPermitted("unshare", "a disk", () => {
  test("that is full: the edit stays, and is saved when there is room", async () => {
    const fill = "dd if=/dev/zero of=secrets/filler bs=4096 2>/dev/null || :; test -s secrets/filler";
    await using session = await mounted(
      `cp -a secrets ../copy; mount -t tmpfs -o size=128k tmpfs secrets; cp -a ../copy/. secrets/; ${fill}`,
    );
    await editOne(session);
    const screen = await session.waitFor("Not saved: disk full");
    expect(screen.text).toMatch(/Not saved: disk full\. The old file is untouched; your edit is still here\. \^S tries again/);
    await expectStillThere(session);
    expect(readdirSync(inside(session)).toSorted()).toEqual(["ci.yaml", "dev.yaml", "filler", "preview.yaml", "prod.yaml", "staging.yaml"]);
    expect(decrypt(join(inside(session), "prod.yaml"))).toContain(project.canary("database.password", "prod"));
    rmSync(join(inside(session), "filler"));
    await session.press("ctrl+s");
    await session.waitFor(/Saved secrets\/prod\.yaml: 1 value/, { timeout: PATIENT });
    expect(decrypt(join(inside(session), "prod.yaml"))).toContain(NEXT.value);
    expect((await quit(session)).code).toBe(0);
    expect(project.git(["status", "--short", "secrets"])).toBe("");
  });

  test("that is mounted read-only: the edit stays", async () => {
    await using session = await mounted("mount --bind secrets secrets; mount -o remount,ro,bind secrets");
    await editOne(session);
    await session.waitFor("Not saved: the disk is read-only");
    await expectStillThere(session);
    expect(project.git(["status", "--short", "secrets"])).toBe("");
  });
});

/** Root may do everything, unless it is told otherwise. */
const UNPRIVILEGED =
  process.getuid?.() === 0
    ? ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner", "--inh-caps", "-dac_override,-dac_read_search,-fowner"]
    : [];
const canBeDenied = UNPRIVILEGED.length === 0 || findPeer("setpriv") !== undefined;

describe.skipIf(process.platform === "win32" || !canBeDenied)("permissions", () => {
  test("that forbid to write the file: the edit stays, and is saved when it is allowed", async () => {
    const file = join(project.path, "secrets", "prod.yaml");
    chmodSync(file, 0o444);
    await using session = await openMatrix(project, { program: [...UNPRIVILEGED, process.execPath, sotto] });
    await editOne(session);
    await session.waitFor("Not saved: no permission to write there");
    await expectStillThere(session);
    expect(project.git(["status", "--short", "secrets"])).toBe("");
    chmodSync(file, 0o640);
    await session.press("ctrl+s");
    await session.waitFor(/Saved secrets\/prod\.yaml: 1 value/, { timeout: PATIENT });
    expect(statSync(file).mode & 0o777).toBe(0o640);
    expect(decrypt(file)).toContain(NEXT.value);
  });

  test("that forbid a new file in the folder: the file is written in place", async () => {
    const folder = join(project.path, "secrets");
    chmodSync(folder, 0o555);
    await using session = await openMatrix(project, { program: [...UNPRIVILEGED, process.execPath, sotto] });
    await goTo(session, "database.password", "prod");
    await typeValue(session, NEXT.value);
    await save(session);
    chmodSync(folder, 0o755);
    expect(readdirSync(folder).toSorted()).toEqual(["ci.yaml", "dev.yaml", "preview.yaml", "prod.yaml", "staging.yaml"]);
    expect(decrypt(join(folder, "prod.yaml"))).toContain(NEXT.value);
    expectNoLeak(session, [...project.canaries, NEXT], { folders: [project.path] });
  });
});

/** By the program itself, in a process of its own: the file may be in another namespace. */
function decrypt(file: string): string {
  return spawnSync(process.execPath, [sotto, "decrypt", file], { env: project.env, encoding: "utf8" }).stdout;
}
