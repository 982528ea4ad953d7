/** Real servers for tests: each on a free port of this machine, awaited until it answers, ended by its own number. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { peerPath } from "./peers.ts";

export interface Server extends AsyncDisposable {
  /** Of the first port: `http://127.0.0.1:4711`. */
  readonly url: string;
  readonly ports: readonly number[];
  /** Its own, empty at the start and gone at the end. Also its home. */
  readonly folder: string;
}

/** What a server is told: its ports and its folder. */
export interface Place {
  readonly ports: readonly number[];
  readonly folder: string;
}

export interface ServerOptions {
  /** Name of a peer. */
  readonly program: string;
  readonly args: (place: Place) => readonly string[];
  readonly env?: (place: Place) => Readonly<Record<string, string>>;
  /** How many ports it needs; 1 without it. */
  readonly ports?: number;
  /** A path that answers 200 once it is ready. Without it a connection is enough. */
  readonly ready?: string;
  readonly https?: boolean;
  /** In milliseconds; 30,000 without it. */
  readonly patience?: number;
}

/** @throws Error with what the server said, when it ends or does not get ready in time */
export async function startServer(options: ServerOptions): Promise<Server> {
  const ports = await findFreePorts(options.ports ?? 1);
  const folder = mkdtempSync(join(tmpdir(), "sotto-server-"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    TMPDIR: folder,
    ...options.env?.({ ports, folder }),
  };
  const child = spawn(peerPath(options.program), [...options.args({ ports, folder })], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = `${options.https === true ? "https" : "http"}://127.0.0.1:${ports[0] ?? 0}`;
  const stop = async (): Promise<void> => {
    await endProcess(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilReady(child, ports[0] ?? 0, options);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, ports, folder, [Symbol.asyncDispose]: stop };
}

/** Doubles of AWS: KMS, S3, STS, Secrets Manager, SSM. */
export function startMoto(): Promise<Server> {
  return startServer({
    program: "moto_server",
    args: ({ ports }) => ["-H", "127.0.0.1", "-p", `${ports[0] ?? 0}`],
    ready: "/moto-api/",
  });
}

/** The same for what moto lacks: keys that are disabled or about to be deleted, and replicas in other regions. */
export function startMinistack(): Promise<Server> {
  return startServer({
    program: "ministack",
    args: () => [],
    env: ({ ports }) => ({ BIND_HOST: "127.0.0.1", GATEWAY_PORT: `${ports[0] ?? 0}` }),
    ready: "/_localstack/health",
  });
}

/** What lets the AWS clients, and sops, talk to {@link startMoto}. */
export function motoEnvironment(server: Server): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: server.url,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

/** The token of {@link startBao}. */
export const BAO_TOKEN = "root-of-a-test";

/** OpenBao, which is Vault's API: KV version 2 at `secret/`, everything else has to be mounted. */
export function startBao(): Promise<Server> {
  return startServer({
    program: "bao",
    args: ({ ports }) => [
      "server",
      "-dev",
      `-dev-root-token-id=${BAO_TOKEN}`,
      `-dev-listen-address=127.0.0.1:${ports[0] ?? 0}`,
      "-dev-no-store-token",
    ],
    ready: "/v1/sys/health",
  });
}

/** Google Cloud KMS over gRPC at the first port, Azure Key Vault with its tokens over HTTPS at the second; `ca.pem` is in the folder. */
export async function startCloudfakes(): Promise<Server> {
  const server = await startServer({
    program: "cloudfakes",
    ports: 2,
    args: ({ ports, folder }) => ["-gcp-kms", `127.0.0.1:${ports[0] ?? 0}`, "-azure-kv", `127.0.0.1:${ports[1] ?? 0}`, "-cert-dir", folder],
  });
  // It listens a moment before it has a certificate.
  while (!existsSync(join(server.folder, "ca.pem"))) await sleep(10);
  return server;
}

/** Google Cloud KMS over HTTP, for sops too. Its ciphertexts hold the plaintext. */
export function startDrongo(): Promise<Server> {
  return startServer({
    program: "drongo",
    args: ({ ports }) => ["server", "--host", "127.0.0.1", "--port", `${ports[0] ?? 0}`],
    ready: "/drongo/health",
  });
}

/** Free now; nobody keeps them for us, but the system hands them out in turn. */
export async function findFreePorts(count: number): Promise<readonly number[]> {
  const listeners = await Promise.all(
    Array.from({ length: count }, async () => {
      const listener = createServer();
      await new Promise<void>((resolve, reject) => {
        listener.once("error", reject);
        listener.listen(0, "127.0.0.1", resolve);
      });
      return listener;
    }),
  );
  const ports = listeners.map((listener) => {
    const address = listener.address();
    if (address === null || typeof address === "string") throw new Error("a listener has no port");
    return address.port;
  });
  await Promise.all(listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
  return ports;
}

async function untilReady(child: ChildProcess, port: number, options: ServerOptions): Promise<void> {
  const said: Buffer[] = [];
  let ended: string | undefined;
  const listen = (part: Buffer): void => {
    said.push(part);
    if (said.length > 200) said.splice(0, 100);
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code, signal) => (ended = `ended with ${code ?? signal ?? "nothing"}`));
  const tail = (): string => Buffer.concat(said).toString("utf8").slice(-2000);
  const deadline = Date.now() + (options.patience ?? 30_000);
  while (Date.now() < deadline) {
    if (ended !== undefined) throw new Error(`${options.program}: ${ended}\n${tail()}`);
    if (await answers(port, options)) return;
    await sleep(50);
  }
  throw new Error(`${options.program} is not ready after its time\n${tail()}`);
}

async function answers(port: number, { ready, https }: ServerOptions): Promise<boolean> {
  if (ready === undefined || https === true) return connects(port);
  try {
    const { status } = await fetch(`http://127.0.0.1:${port}${ready}`, { signal: AbortSignal.timeout(2000) });
    return status === 200;
  } catch {
    return false;
  }
}

function connects(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (connected: boolean): void => {
      socket.destroy();
      resolve(connected);
    };
    socket.once("connect", () => settle(true));
    socket.once("error", () => settle(false));
  });
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
  await gone;
  clearTimeout(timer);
}
