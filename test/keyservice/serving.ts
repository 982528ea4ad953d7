/** A key service in this process, for clients in this process and for others. */
import { join } from "node:path";
import { createNodeHost } from "../../src/host/node-host.ts";
import { type ServedKeys, serveKeys, type ServeKeysOptions } from "../../src/workspace/serve-keys.ts";
import type { Scratch } from "../cli/commands/scratch.ts";

/** @param env what tells of the server's identities */
export function serveIn(
  scratch: Scratch,
  env: Readonly<Record<string, string>>,
  options: Partial<ServeKeysOptions> = {},
): Promise<ServedKeys> {
  const host = createNodeHost({ env: { HOME: "/nonexistent", XDG_CONFIG_HOME: "/nonexistent", ...env } });
  return serveKeys(host, { network: "unix", address: join(scratch.path, "private", "keys.sock"), allowRemote: false, ...options });
}

/** Where clients have no identity of their own. */
export const NOBODY: Readonly<Record<string, string>> = {};
