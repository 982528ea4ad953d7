/** Finds and runs the programs that age calls plugins. Which of them may run is decided elsewhere. */
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve, sep } from "node:path";
import type { Readable, Writable } from "node:stream";
import { SottoError } from "../model/error.ts";
import type { PluginMachine, RunningPlugin } from "../model/keys.ts";
import { systemCode } from "./errors.ts";
import { listPrograms } from "./program-path.ts";

/** How long a plugin may take to end by itself, and then after a signal, in milliseconds. */
const GRACE = 1000;

export interface PluginSearch {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  /** The folder of the repository, undefined outside of one. */
  readonly repository: string | undefined;
}

/**
 * Looks for `age-plugin-NAME` on the PATH, but only where the user put it: what lies in the repository, or came with the
 * packages of a project, was put there by somebody else. Relative folders on the PATH count for nothing.
 * @throws SottoError `PLUGIN_UNAVAILABLE`
 */
export function findPluginProgram(name: string, search: PluginSearch): string {
  const file = `age-plugin-${name}${search.platform === "win32" ? ".exe" : ""}`;
  let passedOver: string | undefined;
  for (const { place, real } of listPrograms(file, search)) {
    if (!isForeign(place, search.repository) && !isForeign(real, search.repository)) return place;
    passedOver ??= place;
  }
  if (passedOver === undefined) {
    throw new SottoError("PLUGIN_UNAVAILABLE", `age-plugin-${name} is not installed: it is not on the PATH`, {
      hints: [`install age-plugin-${name} in a folder of your PATH`],
    });
  }
  throw new SottoError("PLUGIN_UNAVAILABLE", `age-plugin-${name} is on the PATH only where this project put it: ${passedOver}`, {
    hints: [`install age-plugin-${name} outside the repository and outside node_modules, in a folder of your PATH`],
  });
}

function isForeign(place: string, repository: string | undefined): boolean {
  if (place.includes(join(sep, "node_modules", ".bin", sep))) return true;
  if (repository === undefined) return false;
  const roots = [resolve(repository), realpathSync(repository)];
  return roots.some((root) => place.startsWith(root.endsWith(sep) ? root : root + sep));
}

/**
 * Starts a plugin in the system's folder for temporary files, as age does. What it says on standard error is dropped: it may
 * hold more than a message should.
 * @throws SottoError `PLUGIN_UNAVAILABLE`
 */
export async function startPlugin(
  path: string,
  machine: PluginMachine,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal | undefined,
): Promise<RunningPlugin> {
  const child = spawnChild(path, machine, env);
  const ended = new Promise<void>((done) => {
    child.once("close", () => done());
    child.once("error", () => done());
  });
  await new Promise<void>((started, failed) => {
    child.once("spawn", started);
    child.once("error", (cause) => failed(notStarted(path, cause)));
  });
  // A plugin that stops listening is noticed by what it does not say.
  child.stdin.on("error", () => {});
  child.on("error", () => {});
  const abort = (): void => {
    child.kill("SIGKILL");
  };
  signal?.addEventListener("abort", abort, { once: true });
  const output = child.stdout.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
  return {
    write: (bytes) =>
      new Promise((written) => {
        child.stdin.write(bytes, () => written());
      }),
    async read() {
      try {
        const { done, value } = await output.next();
        return done === true ? undefined : value;
      } catch {
        // It was closed while somebody waited for more.
        return undefined;
      }
    },
    async stop() {
      signal?.removeEventListener("abort", abort);
      child.stdin.end();
      child.stdout.destroy();
      if (await happens(ended)) return;
      child.kill("SIGTERM");
      if (await happens(ended)) return;
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function spawnChild(
  path: string,
  machine: PluginMachine,
  env: Readonly<Record<string, string | undefined>>,
): ChildProcessByStdio<Writable, Readable, null> {
  try {
    return spawn(path, [`--age-plugin=${machine}`], { cwd: tmpdir(), env: { ...env }, stdio: ["pipe", "pipe", "ignore"] });
  } catch (cause) {
    throw notStarted(path, cause);
  }
}

function notStarted(path: string, cause: unknown): SottoError {
  return new SottoError("PLUGIN_UNAVAILABLE", `${path} could not be started: ${systemCode(cause) ?? "unknown reason"}`, { cause });
}

/** True if it happens in time. */
async function happens(event: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((done) => {
    timer = setTimeout(() => done(false), GRACE);
  });
  try {
    return await Promise.race([event.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
