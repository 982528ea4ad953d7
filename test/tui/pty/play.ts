/** What a person does again and again, so that a scenario tells only what it is about. */
import { spawnSync } from "node:child_process";
import { expect } from "vitest";
import { peerPath } from "../../support/peers.ts";
import { start } from "./driver.ts";
import type { Session, StartOptions } from "./driver.ts";
import type { Exit } from "./child.ts";
import type { AcmeProject, Reader } from "./project.ts";
import type { Screen } from "./screen.ts";
import { ENVIRONMENTS } from "./values.ts";
import type { EnvironmentName } from "./values.ts";

/** Milliseconds: the machine may have much else to do. */
export const PATIENT = 20_000;
const FINGERPRINT = /[●*][0-9a-f]{4}/;

export interface OpenOptions extends Partial<StartOptions> {
  readonly as?: Reader;
}

/** Starts the program in the project, in the home of the project, and waits for nothing. */
export function startIn(project: AcmeProject, { as = "ana", env, ...options }: OpenOptions = {}): Promise<Session> {
  return start({ cwd: project.path, home: project.home, ...options, env: { ...project.envOf(as), ...env } });
}

/** Starts the program in the project and waits for its matrix, with fingerprints. */
export async function openMatrix(project: AcmeProject, options: OpenOptions = {}): Promise<Session> {
  return ready(await startIn(project, options), (screen) => screen.text.includes("KEY ") && FINGERPRINT.test(screen.text));
}

/** Starts it on one file, and waits for the keys of that. */
export async function openFile(project: AcmeProject, file: string, options: OpenOptions = {}): Promise<Session> {
  const session = await startIn(project, { ...options, argv: ["edit", ...(options.argv ?? []), file] });
  return ready(session, (screen) => screen.text.includes("mac ✓") || screen.text.includes("mac ok") || /row \d+\/\d+/.test(screen.text));
}

async function ready(session: Session, condition: (screen: Screen) => boolean): Promise<Session> {
  try {
    await session.waitFor(condition, { timeout: PATIENT, what: "the first full screen" });
    return session;
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

/** Filters by a text, with the cursor on the last row that is found. */
export async function filter(session: Session, text: string): Promise<Screen> {
  await session.press("/");
  await session.waitFor("Filter (");
  await session.press("ctrl+u");
  session.type(text);
  await session.press("enter");
  await session.waitFor((screen) => !screen.text.includes("Filter (") && screen.text.includes(`filter: ${text}`));
  await session.press("end");
  return session.settled(60);
}

/** In the matrix: to one value of one environment, by its path. */
export async function goTo(session: Session, path: string, environment: EnvironmentName): Promise<Screen> {
  const screen = await filter(session, path);
  const at = ENVIRONMENTS.findIndex((name) => screen.text.includes(` @ ${name} `));
  const steps = ENVIRONMENTS.indexOf(environment) - Math.max(0, at);
  for (let step = 0; step < Math.abs(steps); step += 1) await session.press(steps < 0 ? "left" : "right");
  return session.waitFor(`${path} @ ${environment} `);
}

/** Types a value for the place under the cursor and keeps it, unsaved. */
export async function typeValue(session: Session, text: string): Promise<Screen> {
  await session.press("e");
  await session.waitFor("keep  esc cancel");
  session.type(text);
  await session.press("enter");
  return session.waitFor("Kept: ");
}

/** Looks at what will be written. */
export async function review(session: Session): Promise<Screen> {
  await session.press("ctrl+s");
  return session.waitFor("What a save writes");
}

/** Looks at it, and writes it. */
export async function save(session: Session): Promise<Screen> {
  await review(session);
  await session.press("enter");
  return session.waitFor(/Saved .+ byte-identical/, { timeout: PATIENT });
}

/** Without unsaved edits. */
export async function quit(session: Session): Promise<Exit> {
  await session.press("q");
  return session.exit({ timeout: PATIENT });
}

/** Chooses a command by its name. */
export async function command(session: Session, name: string): Promise<void> {
  await session.press(":");
  await session.waitFor("╭─ Commands");
  session.type(name);
  await session.settled(60);
  await session.press("enter");
}

/** The terminal is as it was before, and nothing of the program is left on it. */
export function expectClean(session: Session, { text = /^\s*$/, scrollback = 0 }: { text?: RegExp; scrollback?: number } = {}): void {
  const screen = session.screen();
  expect(screen).toMatchObject({ alternate: false });
  expect(screen.cursor.visible).toBe(true);
  expect(screen.text).toMatch(text);
  expect(screen.scrollback).toHaveLength(scrollback);
  expect(session.emulator.terminal.modes).toMatchObject({ bracketedPasteMode: false, sendFocusMode: false, mouseTrackingMode: "none" });
  if (process.platform === "linux") expect(session.modes()).toMatchObject({ canonical: true, echo: true, signals: true });
}

/** The lines that a change of a file took away and put in its place, without their values. */
export function changedLines(project: AcmeProject, ...files: readonly string[]): readonly string[] {
  return project
    .git(["diff", "--unified=0", "--", ...files])
    .split("\n")
    .filter((line) => /^[+-](?![+-]{2} )/.test(line))
    .map((line) => line.replace(/^([+-]\s*[^:=\s]+).*/, "$1"));
}

/** What the real sops makes of a file. Inside `describeWithPeers(["sops"], …)` only. @throws Error with what it says */
export function decryptBySops(project: AcmeProject, file: string, as: Reader = "ana"): string {
  const env = { ...project.envOf(as), SOPS_DISABLE_VERSION_CHECK: "true" };
  const { status, stdout, stderr } = spawnSync(peerPath("sops"), ["decrypt", file], { cwd: project.path, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`sops: ${stderr}`);
  return stdout;
}
