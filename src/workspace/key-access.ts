/** What key providers may do in this place: read, ask, run the user's commands, and start the plugins that the user trusts. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { createKeyContext } from "../host/key-context.ts";
import { SottoError } from "../model/error.ts";
import type { Host } from "../model/host.ts";
import type { KeyContext } from "../model/keys.ts";
import type { Config } from "../policy/config.ts";

export interface KeyAccessOptions {
  /** Ends the programs and calls that are still running. */
  readonly signal?: AbortSignal | undefined;
  /** What the user accepts although only the file names it: values of `--accept`. */
  readonly accepted?: readonly string[] | undefined;
  readonly config?: Config | undefined;
}

export function createKeyAccess(host: Host, options: KeyAccessOptions = {}): KeyContext {
  const { signal, accepted = [], config } = options;
  let approvals: Promise<NonNullable<KeyContext["approves"]>> | undefined;
  return createKeyContext(host, {
    signal,
    findPlugin: (name) => findTrustedPlugin(host, name),
    approves: async (kind, value) => {
      approvals ??= import("./approvals.ts").then(({ createApprovals }) =>
        createApprovals(host, { accepted, config, repository: findRepository(host.cwd) }),
      );
      return (await approvals)(kind, value);
    },
  });
}

/**
 * The list of trusted plugins is read when a plugin is met, and no earlier: most commands never meet one.
 * @returns the path of its program
 * @throws SottoError `PLUGIN_UNAVAILABLE`
 */
export async function findTrustedPlugin(host: Host, name: string): Promise<string> {
  const [{ findTrustFile, loadTrust, PLUGINS_VARIABLE }, { findPluginProgram }] = await Promise.all([
    import("../policy/trust.ts"),
    import("../host/plugin.ts"),
  ]);
  const repository = findRepository(host.cwd);
  const { plugins } = await loadTrust(host, repository).catch((error: unknown) => {
    throw SottoError.is(error) ? unreadable(name, error) : error;
  });
  if (!plugins.includes(name)) {
    const file = findTrustFile(host);
    const line = `trust: {plugins: [${[...plugins, name].join(", ")}]}`;
    throw new SottoError("PLUGIN_UNAVAILABLE", `age-plugin-${name} is not started: you have not said that you trust it`, {
      hints: [
        file === undefined
          ? `if you trust it: ${PLUGINS_VARIABLE}=${name}`
          : `if you trust it, write into ${file}: ${line} (or set ${PLUGINS_VARIABLE}=${name})`,
      ],
    });
  }
  return findPluginProgram(name, { env: host.env, platform: host.platform, repository });
}

/** A mistake in the list of what is trusted keeps from plugins, and from nothing else. */
function unreadable(name: string, error: SottoError): SottoError {
  const { file, position, hints } = error;
  const place = file === undefined || position === undefined ? "" : `${file}:${position.line}:${position.column}: `;
  return new SottoError("PLUGIN_UNAVAILABLE", `age-plugin-${name} is not started: ${place}${error.message}`, { hints, cause: error });
}

/** @returns the folder with `.git` that the command runs in, undefined outside of one */
export function findRepository(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}
