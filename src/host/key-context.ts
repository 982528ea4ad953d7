/** What a key provider may touch, on Node: environment, files, and programs that it starts without a shell. */
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import type { KeyContext, RunningPlugin } from "../model/keys.ts";

export interface KeyContextOptions {
  /** Ends the programs that are still running. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Finds the program of an age plugin; without it no plugin is started.
   * @returns its path
   * @throws SottoError `PLUGIN_UNAVAILABLE` if the user does not trust it, or has not got it
   */
  readonly findPlugin?: (name: string) => Promise<string>;
  readonly approves?: KeyContext["approves"];
}

export function createKeyContext(host: Host, options: KeyContextOptions = {}): KeyContext {
  const { signal, findPlugin, approves } = options;
  return {
    env: host.env,
    platform: host.platform,
    home: host.home,
    readFile: (path) => readIfThere(host, path),
    run: (argv, env) => run(argv, { ...host.env, ...env }, host.cwd, signal),
    converse: async (argv, input) => (await import("./converse.ts")).converse(argv, input, host, signal),
    load: async <T>(name: string): Promise<T> => (await import("./packages.ts")).loadPackage<T>(name),
    ...(approves === undefined ? {} : { approves }),
    ...(signal === undefined ? {} : { signal }),
    get prompt() {
      return host.prompt;
    },
    ...(findPlugin === undefined
      ? {}
      : {
          startPlugin: async (name, machine): Promise<RunningPlugin> => {
            const [path, { startPlugin }] = await Promise.all([findPlugin(name), import("./plugin.ts")]);
            return startPlugin(path, machine, host.env, signal);
          },
        }),
  };
}

async function readIfThere(host: Host, path: string): Promise<Uint8Array | undefined> {
  try {
    return await host.readFile(path);
  } catch (error) {
    if (SottoError.is(error) && error.code === "FILE_MISSING") return undefined;
    throw error;
  }
}

/** What the program says on standard error is dropped, as sops drops it: it may hold more than a message should. */
async function run(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const { spawn } = await import("node:child_process");
  const [program = "", ...rest] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { cwd, env: { ...env }, stdio: ["ignore", "pipe", "ignore"], ...(signal ? { signal } : {}) });
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    child.once("error", (error) =>
      reject(failure(program, "code" in error && error.code === "ENOENT" ? "is not installed" : "could not be started", error)),
    );
    child.once("close", (code, ended) => {
      if (code === 0) resolve(joinAndWipe(parts));
      else reject(failure(program, code === null ? `was ended by ${ended ?? "a signal"}` : `ended with exit code ${code}`));
    });
  });
}

/** What a program prints is a key as often as not: no copy of it stays behind. */
export function joinAndWipe(parts: readonly Buffer[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
    part.fill(0);
  }
  return out;
}

function failure(program: string, what: string, cause?: unknown): SottoError {
  return new SottoError("IDENTITY_INVALID", `${program} ${what}`, cause === undefined ? {} : { cause });
}
