/** An environment, opened for the program that this process is. */
import { openEnvironment, type OpenEnvironment, unfit } from "../deploy/environment.ts";
import { createNodeHost } from "../host/node-host.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import { Project, type ProjectOptions } from "../workspace/project.ts";

export interface ProgramOptions extends ProjectOptions {
  /** Name of the environment; without it, and without `files`, the variable `SOTTO_ENVIRONMENT` says it. */
  readonly environment?: string | undefined;
  /** Files instead of an environment, later over earlier. */
  readonly files?: readonly string[] | undefined;
  /** `AGE-SECRET-KEY-1…`, beside those that the environment of the process names. */
  readonly identities?: string | readonly string[] | undefined;
  /** Where relative paths start, and where `.sops.yaml` is looked for. */
  readonly cwd?: string | undefined;
  /** Instead of `process.env`; identities are looked for in it as sops does. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Replaces the file system, the clock and the environment as a whole. */
  readonly host?: Host | undefined;
}

/** @throws SottoError `USAGE` where nothing says which environment, `ENVIRONMENT_UNFIT` for one that is only extended, and what `openEnvironment` throws */
export async function openForProgram(options: ProgramOptions): Promise<OpenEnvironment> {
  const host = hostFor(options);
  const { env } = host;
  const { files } = options;
  const environment = options.environment ?? (env["SOTTO_ENVIRONMENT"] || undefined);
  if (files === undefined && environment === undefined) {
    throw new SottoError("USAGE", "it is not said which environment is meant", {
      hints: ['set SOTTO_ENVIRONMENT, or call loadSecrets({ environment: "NAME" })', "sotto env list shows which there are"],
    });
  }
  const project = await Project.open(host, { ...settingsIn(env), ...withoutUndefined(options) });
  const open = await openEnvironment(project, files === undefined ? { environment: environment ?? "" } : { files });
  if (open.setting?.abstract !== true) return open;
  throw unfit([`${open.setting.name} is there to be extended only`], ["name an environment that extends it: sotto env list"]);
}

function hostFor({ host, env, cwd, identities }: ProgramOptions): Host {
  const given = host ?? createNodeHost({ ...(env === undefined ? {} : { env }), ...(cwd === undefined ? {} : { cwd }) });
  if (identities === undefined) return given;
  const all = [given.env["SOPS_AGE_KEY"], ...(typeof identities === "string" ? [identities] : identities)];
  const known = { ...given.env, SOPS_AGE_KEY: all.filter((one) => one !== undefined && one !== "").join("\n") };
  // What the host computes when it is asked stays so.
  return Object.create(given, { env: { value: known } }) as Host;
}

/** What the program takes from flags there. */
function settingsIn(env: Host["env"]): ProjectOptions {
  const list = (name: string): readonly string[] | undefined => env[name]?.split(",").filter((one) => one !== "");
  return withoutUndefined({
    config: env["SOPS_CONFIG"] || undefined,
    decryptionOrder: list("SOPS_DECRYPTION_ORDER"),
    keyServices: list("SOPS_KEYSERVICE"),
  });
}

function withoutUndefined(options: ProjectOptions): ProjectOptions {
  const { config, decryptionOrder, localKeys, accepted, keyServices } = options;
  const entries = Object.entries({ config, decryptionOrder, localKeys, accepted, keyServices });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
