/** A key behind a passphrase: nothing is asked before somebody wants it, and the question has the terminal for itself. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Encrypter } from "age-encryption";
import { afterEach, beforeAll, beforeEach, test } from "vitest";
import { builtProgram } from "./build.ts";
import { start } from "./driver.ts";
import { expectNoLeak } from "./leaks.ts";
import { PATIENT, quit } from "./play.ts";
import { createProject, type AcmeProject } from "./project.ts";

const PASSPHRASE = "kanarie-open-sesame";
let project: AcmeProject;
beforeAll(builtProgram);
beforeEach(async () => {
  project = await createProject();
});
afterEach(() => project[Symbol.dispose]());

async function lockIdentity(): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(PASSPHRASE);
  encrypter.setScryptWorkFactor(10);
  const folder = join(project.home.path, "keys");
  mkdirSync(folder);
  const file = join(folder, "locked.age");
  writeFileSync(file, await encrypter.encrypt(readFileSync(project.env["SOPS_AGE_KEY_FILE"] ?? "", "utf8")), { mode: 0o600 });
  return file;
}

test("Enter asks for it, the screen comes back, and values open; a break or a slip leaves all as it was", async () => {
  const file = await lockIdentity();
  await using session = await start({ cwd: project.path, env: { ...project.env, SOPS_AGE_KEY_FILE: file }, home: project.home });
  await session.waitFor("●····", { timeout: PATIENT });
  await session.press("j", "j", "enter");
  await session.waitFor((screen) => !screen.alternate && screen.text.includes("passphrase"), { timeout: PATIENT });
  session.send("\u0003");
  await session.waitFor((screen) => screen.alternate && screen.text.includes("●····"), { timeout: PATIENT });
  await session.press("enter");
  await session.waitFor((screen) => !screen.alternate && screen.text.includes("passphrase"), { timeout: PATIENT });
  session.type("not it\r");
  await session.waitFor((screen) => screen.alternate && screen.text.includes("was not opened"), { timeout: PATIENT });
  await session.press("enter");
  await session.waitFor((screen) => !screen.alternate && screen.text.includes("passphrase"), { timeout: PATIENT });
  session.type(`${PASSPHRASE}\r`);
  await session.waitFor((screen) => screen.alternate && /●[0-9a-f]{4}/.test(screen.text), { timeout: PATIENT });
  await quit(session);
  expectNoLeak(session, [{ path: "passphrase", environments: ["dev"], value: PASSPHRASE }, ...project.canaries], {
    folders: [project.path],
  });
});
