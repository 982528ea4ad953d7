/** The built program. It is built when its sources changed since; once in a run of tests, whoever asks first. */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "../../support/sources.ts";

let built: Promise<string> | undefined;

/**
 * SOTTO_PROGRAM names another one, which is taken as it is.
 * @returns the path of the script that Node is to run
 * @throws Error with what the build says
 */
export function builtProgram(): Promise<string> {
  const given = process.env["SOTTO_PROGRAM"] ?? "";
  built ??= given === "" ? build() : Promise.resolve(given);
  return built;
}

async function build(): Promise<string> {
  const lock = join(ROOT, "node_modules", ".cache", "sotto-build.lock");
  mkdirSync(dirname(lock), { recursive: true });
  await take(lock);
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(".scripts", "build.mjs")], { cwd: ROOT, encoding: "utf8" });
    if (status !== 0) throw new Error(`the program could not be built:\n${stdout}${stderr}`);
  } finally {
    rmSync(lock, { force: true });
  }
  return join(ROOT, "dist", "sotto.js");
}

/** Two builds at a time would each replace what the other made while it is being started. */
async function take(lock: string): Promise<void> {
  for (;;) {
    try {
      const descriptor = openSync(lock, "wx");
      writeSync(descriptor, String(process.pid));
      closeSync(descriptor);
      return;
    } catch {
      if (!isHeld(lock)) rmSync(lock, { force: true });
      await delay(50);
    }
  }
}

function isHeld(lock: string): boolean {
  try {
    const owner = readFileSync(lock, "utf8");
    // Empty for the moment in which it is being made.
    return owner === "" || process.kill(Number(owner), 0);
  } catch {
    return false;
  }
}
