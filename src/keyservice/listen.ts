/** Where a key service listens: on this machine only, unless the user says otherwise, or on a socket that is for this user alone. */
import { lstatSync, mkdirSync, rmSync, statSync } from "node:fs";
import { lookup } from "node:dns/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname, resolve } from "node:path";
import { SottoError } from "../model/error.ts";
import { type Address, formatAddress, isLoopback, parseEndpoint } from "./address.ts";

export interface ListenOptions {
  /** As sops takes it: `tcp` or `unix`. */
  readonly network: string;
  /** `host:port`, or the path of a socket. */
  readonly address: string;
  /** Lets other machines in. */
  readonly allowRemote: boolean;
  readonly cwd: string;
  readonly onConnection: (connection: Socket) => void;
}

export interface Listener {
  /** With the port that was given, where any would do. */
  readonly address: Address;
  /** True when other users of this machine, or others, can connect. */
  readonly shared: boolean;
  /** Stops listening; a socket is removed. */
  close(): void;
}

const FAMILIES: Readonly<Record<string, 0 | 4 | 6>> = { tcp: 0, tcp4: 4, tcp6: 6 };

/** @throws SottoError `BAD_FLAGS`, `REFUSED`, `ADDRESS_UNUSABLE` */
export async function listen(options: ListenOptions): Promise<Listener> {
  if (options.network === "unix") return listenUnix(resolve(options.cwd, options.address), options);
  const family = FAMILIES[options.network];
  if (family === undefined) {
    throw new SottoError("USAGE", `${options.network} is no network for a key service`, { hints: ["--network tcp or --network unix"] });
  }
  return listenTcp(family, options);
}

async function listenTcp(family: 0 | 4 | 6, options: ListenOptions): Promise<Listener> {
  const endpoint = parseEndpoint(options.address);
  if (endpoint?.network !== "tcp") {
    throw new SottoError("ADDRESS_UNUSABLE", `${options.address} is no address to listen on`, {
      hints: ["write host:port, such as 127.0.0.1:5000", "for the path of a socket: --network unix"],
    });
  }
  const ip = endpoint.host === "" ? (family === 4 ? "0.0.0.0" : "::") : await findIp(endpoint.host, family);
  if (!isLoopback(ip) && !options.allowRemote) {
    throw new SottoError("REFUSED", `${options.address} can be reached from other machines, and whoever connects can decrypt`, {
      hints: ["127.0.0.1 or --network unix stay on this machine", "--allow-remote listens there all the same"],
    });
  }
  const server = createServer(options.onConnection);
  await start(server, { host: ip, port: endpoint.port }, formatAddress(endpoint));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : endpoint.port;
  return { address: { network: "tcp", host: ip, port }, shared: true, close: () => server.close() };
}

async function findIp(host: string, family: 0 | 4 | 6): Promise<string> {
  try {
    const found = await lookup(host, { all: true, family });
    // What is listened on has to be what was looked at.
    const chosen = found.find(({ address }) => !isLoopback(address)) ?? found.find((one) => one.family === 4) ?? found[0];
    return chosen?.address ?? host;
  } catch (cause) {
    throw new SottoError("ADDRESS_UNUSABLE", `there is no host ${host}`, { cause });
  }
}

async function listenUnix(path: string, options: ListenOptions): Promise<Listener> {
  const folder = dirname(path);
  const shared = makeFolder(folder);
  for (let again = true; ; again = false) {
    const server = createServer(options.onConnection);
    // Between its creation and a change of its mode others could connect.
    const mask = process.umask(0o177);
    const started = start(server, { path }, `unix://${path}`);
    process.umask(mask);
    try {
      await started;
      return { address: { network: "unix", path }, shared, close: () => server.close() };
    } catch (error) {
      if (!again || !SottoError.is(error) || !isInUse(error.cause) || !(await isLeftOver(path))) throw error;
      rmSync(path, { force: true });
    }
  }
}

/** @returns true where others may enter. @throws SottoError `REFUSED` where others could put a socket of theirs in the place of ours */
function makeFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { mode, uid } = statSync(folder);
    const own = process.getuid?.() ?? uid;
    const sticky = (mode & 0o1000) !== 0;
    if ((uid !== own && uid !== 0) || ((mode & 0o022) !== 0 && !sticky)) {
      throw new SottoError("REFUSED", `others can write in ${folder}, and could put a socket of theirs there`, {
        hints: [`choose a folder of your own, or: chmod go-w ${folder}`, "a folder that does not exist is made for you alone"],
      });
    }
    return (mode & 0o011) !== 0;
  } catch (cause) {
    if (SottoError.is(cause)) throw cause;
    throw new SottoError("ADDRESS_UNUSABLE", `there can be no socket in ${folder}: ${reasonOf(cause)}`, { cause });
  }
}

/** A socket that nobody listens on is what a process left that was killed. */
async function isLeftOver(path: string): Promise<boolean> {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info?.isSocket() !== true || (process.getuid !== undefined && info.uid !== process.getuid())) return false;
  return new Promise((resolve_) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve_(false);
    });
    probe.once("error", (error) => resolve_("code" in error && error.code === "ECONNREFUSED"));
  });
}

function start(
  server: Server,
  place: { readonly host: string; readonly port: number } | { readonly path: string },
  name: string,
): Promise<void> {
  return new Promise((resolve_, reject) => {
    server.once("error", (cause) => {
      reject(new SottoError("ADDRESS_UNUSABLE", `cannot listen on ${name}: ${reasonOf(cause)}`, { cause }));
    });
    server.listen(place, () => resolve_());
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "somebody else listens there",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "that is not allowed to you",
  EINVAL: "the path is too long, or none",
  ENAMETOOLONG: "the path is too long",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
  return REASONS[code] ?? code;
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
