/** This user's keys as a service for other processes (sops: §5.11). */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findOwnFolders, makePrivate } from "../host/own-folders.ts";
import { formatAddress } from "../keyservice/address.ts";
import { listen } from "../keyservice/listen.ts";
import { createKeyServer, type KeyServer, type ServerOptions } from "../keyservice/server.ts";
import type { Host } from "../model/host.ts";
import { createKeyAccess } from "./key-access.ts";

export interface ServeKeysOptions extends Pick<ServerOptions, "approve" | "onRequest"> {
  /** `tcp` or `unix`. */
  readonly network: string;
  /** `host:port` or the path of a socket; sops's, or a socket in the folder of the session. */
  readonly address?: string | undefined;
  /** Listens where other machines can connect, too. */
  readonly allowRemote: boolean;
}

export interface ServedKeys extends Disposable {
  /** For `--keyservice`. */
  readonly uri: string;
  readonly network: "tcp" | "unix";
  /** True where others than this user may be able to connect. */
  readonly shared: boolean;
}

const SOPS_ADDRESS = "127.0.0.1:5000";

/**
 * Serves until it is disposed of.
 * @throws SottoError `USAGE`, `REFUSED`, `ADDRESS_UNUSABLE`, `PACKAGE_MISSING`
 */
export async function serveKeys(host: Host, options: ServeKeysOptions): Promise<ServedKeys> {
  const { network, allowRemote, ...rest } = options;
  const server: KeyServer = await createKeyServer({ ...rest, context: createKeyAccess(host) });
  try {
    const address = options.address ?? (network === "unix" ? findSocket(host) : SOPS_ADDRESS);
    const listener = await listen({ network, address, allowRemote, cwd: host.cwd, onConnection: (one) => server.accept(one) });
    return {
      uri: formatAddress(listener.address),
      network: listener.address.network,
      shared: listener.shared,
      [Symbol.dispose]: () => {
        listener.close();
        server.close();
      },
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

/** A folder below the one that may hold locks, so that nothing else lies there. */
function findSocket(host: Host): string {
  const { locks } = findOwnFolders(host.env);
  makePrivate(locks);
  const folder = join(locks, "keyservice");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, "socket");
}
