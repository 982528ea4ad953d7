/** Starts a command line of the user with the secrets of a file: in its environment, or as a file (sops: §7.10). */
import type { Host } from "../model/host.ts";
import { layEnvironment } from "./child-environment.ts";
import type { Variable } from "./variables.ts";

export { endBySignal, exitOfSignal } from "../host/end-by-signal.ts";

/** How a command ended. `shared`: this process got the signal too, and should end of it (see `endBySignal`). */
export type Ended =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals; readonly shared: boolean }
  | { readonly kind: "started"; readonly process: number };

export interface ExecOptions {
  /** Started without streams, and not waited for. */
  readonly background?: boolean;
  /** Runs it as this user, for whom this process is from then on. Only root can. */
  readonly user?: string | undefined;
}

export interface ExecEnvOptions extends ExecOptions {
  /** The command sees nothing of this process's own environment. */
  readonly pristine?: boolean;
  /** The command takes the place of this process where the system can do that. */
  readonly replace?: boolean;
}

export interface ExecFileOptions extends ExecOptions {
  /** What the path of the file ends in. */
  readonly name?: string | undefined;
  /** The file has a name in a folder, for programs that look at more than its content. */
  readonly regular?: boolean;
}

/**
 * Runs a command line in the system's shell, with variables laid over the environment. Signals go to the command.
 * @throws SottoError `COMMAND_FAILED`, `ENVIRONMENT_UNFIT`
 */
export async function execWithEnv(
  host: Host,
  command: string,
  variables: readonly Variable[],
  options: ExecEnvOptions = {},
): Promise<Ended> {
  const { listInherited, recoverRaw, replaceByShell, runShell, SignalRelay } = await loadShell();
  const descriptors = listInherited();
  const account = await become(options.user);
  const env = layEnvironment({
    inherited: options.pristine === true ? {} : recoverRaw(host.env),
    over: [...account, ...variables.map(({ name, value }) => [name, value] as const)],
    platform: host.platform,
  });
  const shell = { env, cwd: host.cwd, platform: host.platform, background: options.background === true, descriptors };
  if (options.replace === true) replaceByShell(command, shell);
  using relay = new SignalRelay();
  return await runShell(command, shell, relay);
}

/**
 * Runs a command line in the system's shell, every `{}` in it replaced by the path of a file with the content, which is gone
 * when the command has ended, whatever either ended of.
 * @throws SottoError `COMMAND_FAILED`, `FILE_UNWRITABLE`
 */
export async function execWithFile(host: Host, command: string, content: Uint8Array, options: ExecFileOptions = {}): Promise<Ended> {
  const [{ listInherited, recoverRaw, runShell, SignalRelay }, { handOver }, { sweepHandOvers }] = await Promise.all([
    loadShell(),
    import("../host/hand-over.ts"),
    import("../host/hand-over-folder.ts"),
  ]);
  const descriptors = listInherited();
  const account = await become(options.user);
  sweepHandOvers(host.env);
  const { background = false, regular = false, name } = options;
  const { platform, cwd } = host;
  const env = layEnvironment({ inherited: recoverRaw(host.env), over: account, platform });
  // Before there is anything to clear up.
  using relay = new SignalRelay();
  const file = handOver(content, { env: host.env, platform, name, regular, background, taken: descriptors });
  // What is started in the background removes its folder itself.
  const removes = background ? file.folder : undefined;
  let isLeft = false;
  try {
    const shell = { env, cwd, platform, background, removes: removes?.path, descriptors: new Map([...descriptors, ...file.descriptors]) };
    const ended = await runShell(
      command.replaceAll("{}", () => file.path),
      shell,
      relay,
    );
    isLeft = ended.kind === "started" && removes !== undefined;
    if (ended.kind === "started") removes?.leaveTo(ended.process);
    return ended;
  } finally {
    if (!isLeft) file[Symbol.dispose]();
  }
}

/**
 * Whatever is loaded from then on has to be readable for the user, so everything is loaded before.
 * @returns the variables that tell the command who it is
 */
async function become(user: string | undefined): Promise<readonly (readonly [name: string, value: string])[]> {
  if (user === undefined) return [];
  const { switchUser } = await import("../host/user.ts");
  const { name, home } = switchUser(user);
  return [
    ["HOME", home],
    ["USER", name],
    ["LOGNAME", name],
  ];
}

/** Starting programs costs some milliseconds of loading, so that comes when it is sure to be needed. */
function loadShell(): Promise<typeof import("../host/shell.ts")> {
  return import("../host/shell.ts");
}
