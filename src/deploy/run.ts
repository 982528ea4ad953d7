/** Runs a program with an environment of secrets: no shell, no identity of ours, no variable of them that could start code. */
import { resolve } from "node:path";
import type { PlacedSecret } from "../host/secret-file.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import type { Project } from "../workspace/project.ts";
import { foldName, isIdentity, layEnvironment } from "./child-environment.ts";
import type { Ended } from "./execute.ts";
import { planRun, type RunPlan, type RunRequest } from "./run-plan.ts";

export interface RunOptions extends RunRequest {
  /** The program and its arguments, as they are. */
  readonly command: readonly string[];
  /** False: the program sees nothing of this process's own variables but those of {@link pass}. */
  readonly inherit?: boolean;
  /** Names of own variables that the program gets in any case, identities too. */
  readonly pass?: readonly string[];
  /** Takes the values out of what the program prints; `shortest` characters and more. */
  readonly redact?: { readonly shortest?: number | undefined } | undefined;
  /** Starts the program anew when a file of the environment has other values. */
  readonly watch?: boolean;
  /** Told once, before the program starts. */
  readonly onPlan?: (plan: RunPlan) => void;
  /** Told what a watch does: that it starts anew, or why it does not. */
  readonly onNote?: (note: string) => void;
}

/** A program that was started, with what has to be cleared up when it has ended. */
export interface StartedRun extends Disposable {
  readonly ended: Promise<Ended>;
  stop(): Promise<Ended>;
}

/** How long a program that is to be started anew has for its end, in milliseconds. */
const PATIENCE = 10_000;

/**
 * Everything that can be wrong is found before the program starts. Signals go to the program.
 * @throws SottoError `COMMAND_FAILED` where the program cannot be started, `FILE_UNWRITABLE`, and what `planRun` throws
 */
export async function runWithEnvironment(project: Project, options: RunOptions): Promise<Ended> {
  const { host } = project;
  const programs = await import("../host/run-program.ts");
  const { listInherited, recoverRaw, SignalRelay } = programs;
  const descriptors = listInherited();
  const [name = "", ...args] = options.command;
  const program = programs.findProgram(name, host);
  const plan = await planRun(project, options, await findPlaces(host, options));
  options.onPlan?.(plan);
  const inherited = ownVariables(recoverRaw(host.env), host.platform, options);
  // Before there is anything to clear up.
  using relay = new SignalRelay({ shell: false });
  const start = async (wanted: RunPlan): Promise<StartedRun> => {
    const files = await placeFiles(host, wanted, descriptors);
    try {
      const env = layEnvironment({ inherited, over: [...wanted.variables, ...files.variables], platform: host.platform });
      const filter = await makeFilter(wanted, options.redact);
      const settings = { env, cwd: host.cwd, platform: host.platform, descriptors: files.descriptors, filter };
      const running = await programs.startProgram(program, args, settings, relay);
      return { ended: running.ended, stop: () => running.stop(PATIENCE), [Symbol.dispose]: files[Symbol.dispose] };
    } catch (error) {
      files[Symbol.dispose]();
      throw withOwnHints(error);
    }
  };
  if (options.watch === true) {
    const { watchRun } = await import("./watch-run.ts");
    return await watchRun(host, plan, { start, plan: () => planRun(project, options), endings: () => relay.endings, note: options.onNote });
  }
  using started = await start(plan);
  return await started.ended;
}

function ownVariables(env: Host["env"], platform: string, { inherit = true, pass = [] }: RunOptions): Host["env"] {
  const passed = new Set(pass.map((name) => foldName(name, platform)));
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => passed.has(foldName(name, platform)) || (inherit && !isIdentity(name, platform))),
  );
}

async function findPlaces({ cwd }: Host, { asFiles = [] }: RunOptions): Promise<((path: string) => boolean) | undefined> {
  if (asFiles.length === 0) return undefined;
  const { isInTheWay } = await import("../host/secret-file.ts");
  return (path) => isInTheWay(resolve(cwd, path));
}

interface PlacedFiles extends Disposable {
  readonly variables: readonly (readonly [name: string, value: string])[];
  readonly descriptors: ReadonlyMap<number, number>;
}

async function placeFiles(host: Host, { secretFiles }: RunPlan, inherited: ReadonlyMap<number, number>): Promise<PlacedFiles> {
  const placed: PlacedSecret[] = [];
  const clear = (): void => {
    for (const one of placed) one[Symbol.dispose]();
  };
  const descriptors = new Map(inherited);
  const variables: (readonly [string, string])[] = [];
  const files = { variables, descriptors, [Symbol.dispose]: clear };
  if (secretFiles.length === 0) return files;
  const [{ placeSecret }, { sweepHandOvers }] = await Promise.all([
    import("../host/secret-file.ts"),
    import("../host/hand-over-folder.ts"),
  ]);
  const { env, platform, cwd } = host;
  sweepHandOvers(env);
  try {
    for (const { content, path, variable } of secretFiles) {
      const at = path === undefined ? undefined : { path, place: resolve(cwd, path) };
      const one = placeSecret(content, { env, platform, at, taken: descriptors });
      placed.push(one);
      for (const [number, opened] of one.descriptors) descriptors.set(number, opened);
      if (variable !== undefined) variables.push([variable, one.path]);
    }
    return files;
  } catch (error) {
    clear();
    throw error;
  }
}

type MakeFilter = () => { push(chunk: Uint8Array): Uint8Array; end(): Uint8Array };

async function makeFilter({ unprintable }: RunPlan, redact: RunOptions["redact"]): Promise<MakeFilter | undefined> {
  if (redact === undefined) return undefined;
  const { Redaction, Redactor } = await import("./redact.ts");
  const redaction = new Redaction(unprintable(), redact.shortest === undefined ? {} : { shortest: redact.shortest });
  return () => new Redactor(redaction);
}

/** Other commands are helped in other ways. */
function withOwnHints(error: unknown): unknown {
  if (!SottoError.is(error) || error.code !== "COMMAND_FAILED") return error;
  return new SottoError("COMMAND_FAILED", error.message, {
    hints: ["choose fewer values with --only, or hand large ones over with --as-file"],
    cause: error,
  });
}
