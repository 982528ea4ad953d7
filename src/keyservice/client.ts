/** A key service elsewhere, as sops serves it: asked over gRPC, without encryption of the connection (sops: §5.11). */
import type { Client, ServiceError } from "@grpc/grpc-js";
import type { KeyService } from "../keyring/services.ts";
import { SottoError } from "../model/error.ts";
import type { KeyContext, MasterKey } from "../model/keys.ts";
import { type Address, isLoopback, parseUri } from "./address.ts";
import { type Grpc, loadGrpc, MAX_MESSAGE, same, toBuffer } from "./grpc.ts";
import { decodeResponse, encodeRequest, type Method, METHODS, WireError } from "./messages.ts";

export interface ClientOptions {
  /** How long an answer may take, in milliseconds. Somebody may have to allow it first. */
  readonly patience?: number;
  /** How long a connection may take, in milliseconds. */
  readonly connecting?: number;
}

const PATIENCE = 120_000;
const CONNECTING = 10_000;

/** A data key, and a Shamir share of one, in bytes. */
const KEY_LENGTHS: readonly number[] = [32, 33];

/** How what a service of sops gives begins. Others are Base64. */
const BEGINNINGS: Readonly<Record<string, string>> = {
  age: "-----BEGIN AGE ENCRYPTED FILE-----",
  pgp: "-----BEGIN PGP MESSAGE-----",
  hc_vault: "vault:v",
};

type Code = "WRAP_FAILED" | "DATA_KEY_UNAVAILABLE";

/**
 * Nothing is loaded and nobody is called before the first key.
 * @param uri `tcp://host:port` or `unix:///path`
 * @returns undefined for what is no address
 */
export function createKeyService(uri: string, options: ClientOptions = {}): KeyService | undefined {
  const address = parseUri(uri);
  if (address === undefined) return undefined;
  let connection: Promise<Connection> | undefined;
  let silence: string | undefined;
  const call = async (method: Method, key: MasterKey, body: Uint8Array, context: KeyContext): Promise<Uint8Array> => {
    const code = method === "encrypt" ? "WRAP_FAILED" : "DATA_KEY_UNAVAILABLE";
    const request = encodeRequest(key, body);
    if (request === undefined) throw new SottoError(code, `key services know nothing of ${key.provider} keys`);
    try {
      // Who did not answer is not waited for again: a file may have many keys.
      if (silence !== undefined) throw new SottoError(code, silence, { hints: UNREACHABLE });
      const { grpc, client } = await (connection ??= connect(uri, address, options.connecting ?? CONNECTING, code));
      const patience = options.patience ?? PATIENCE;
      const giveUp = (message: string): void => void (silence = message);
      return await ask({ grpc, client, uri, code, patience, giveUp }, METHODS[method], request, context);
    } finally {
      request.fill(0);
    }
  };
  return {
    address: uri,
    wrap: async (key, dataKey, context) => checkWrapped(key, await call("encrypt", key, dataKey, context), uri),
    unwrap: async (key, context) => {
      const dataKey = await call("decrypt", key, new TextEncoder().encode(key.wrapped ?? ""), context);
      if (KEY_LENGTHS.includes(dataKey.length)) return dataKey;
      dataKey.fill(0);
      throw new SottoError("DATA_KEY_UNAVAILABLE", `key service ${uri}: the answer has ${dataKey.length} bytes, a data key has 32`);
    },
  };
}

/** True for an address that is not known to be on this machine. */
export function leavesThisMachine(uri: string): boolean {
  const address = parseUri(uri);
  return address?.network === "tcp" && address.host !== "" && address.host !== "localhost" && !isLoopback(address.host);
}

interface Connection {
  readonly grpc: Grpc;
  readonly client: Client;
}

async function connect(uri: string, address: Address, connecting: number, code: Code): Promise<Connection> {
  const grpc = await loadGrpc();
  const target = address.network === "unix" ? `unix:${address.path}` : `dns:${asEndpoint(address)}`;
  const client = new grpc.Client(target, grpc.credentials.createInsecure(), {
    // What the user named is called, and nothing else.
    "grpc.enable_http_proxy": 0,
    "grpc.enable_retries": 0,
    "grpc.service_config_disable_resolution": 1,
    "grpc.max_receive_message_length": MAX_MESSAGE,
  });
  const channel = client.getChannel();
  const deadline = Date.now() + connecting;
  for (;;) {
    const state = channel.getConnectivityState(true);
    // Why it failed, the call that follows learns.
    if (state === grpc.connectivityState.READY || state === grpc.connectivityState.TRANSIENT_FAILURE) return { grpc, client };
    const late = await new Promise<boolean>((resolve) => {
      channel.watchConnectivityState(state, deadline, (error) => resolve(error !== undefined));
    });
    if (late) {
      client.close();
      throw new SottoError(code, `key service ${uri} cannot be reached within ${connecting / 1000} s`, { hints: UNREACHABLE });
    }
  }
}

const UNREACHABLE = ["check that the key service runs: sotto keyservice, or sops keyservice, over there"];

function asEndpoint({ host, port }: Extract<Address, { readonly network: "tcp" }>): string {
  return `${host.includes(":") ? `[${host}]` : host === "" ? "localhost" : host}:${port}`;
}

interface Asking extends Connection {
  readonly uri: string;
  readonly code: Code;
  readonly patience: number;
  /** Told when nobody has answered in time. */
  readonly giveUp: (message: string) => void;
}

function ask(asking: Asking, method: string, request: Uint8Array, { signal }: KeyContext): Promise<Uint8Array> {
  const { grpc, client, uri, code, patience } = asking;
  return new Promise((resolve, reject) => {
    const metadata = new grpc.Metadata();
    const answer = (error: ServiceError | null, response?: Buffer): void => {
      signal?.removeEventListener("abort", cancel);
      if (error !== null) {
        reject(explain(asking, error));
        return;
      }
      try {
        resolve(decodeResponse(response ?? Buffer.alloc(0)));
      } catch (cause) {
        const reason = cause instanceof WireError ? cause.message : "it cannot be read";
        reject(new SottoError(code, `key service ${uri}: the answer is no answer of a key service: ${reason}`, { cause }));
      } finally {
        response?.fill(0);
      }
    };
    const call = client.makeUnaryRequest(method, same, same, toBuffer(request), metadata, { deadline: Date.now() + patience }, answer);
    const cancel = (): void => call.cancel();
    signal?.addEventListener("abort", cancel);
  });
}

/** Of what a service says, in characters; sops names every place where it has looked for an identity. */
const LONGEST = 1000;

/** What the other side says is shown in one line and not at any length. */
function explain({ grpc, uri, code, patience, giveUp }: Asking, error: ServiceError): SottoError {
  const said = error.details.replaceAll(/[\s\p{C}]+/gu, " ").trim();
  const short = said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
  const { status } = grpc;
  if (error.code === status.UNAVAILABLE) {
    const reason = /Last error: (?:Error: )?(.*?)\.? Resolution note/.exec(said)?.[1] ?? short;
    return new SottoError(code, `key service ${uri} cannot be reached: ${reason}`, { cause: error, hints: UNREACHABLE });
  }
  if (error.code === status.DEADLINE_EXCEEDED) {
    const message = `key service ${uri} gave no answer within ${patience / 1000} s`;
    giveUp(message);
    return new SottoError(code, message, { cause: error, hints: UNREACHABLE });
  }
  if (error.code === status.UNIMPLEMENTED) return new SottoError(code, `${uri} is no key service`, { cause: error });
  return new SottoError(code, `key service ${uri}: ${short === "" ? `status ${error.code}` : short}`, { cause: error });
}

/** What would be written into the file, and could be of no use to anybody. @throws SottoError `WRAP_FAILED` */
function checkWrapped(key: MasterKey, bytes: Uint8Array, uri: string): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const beginning = BEGINNINGS[key.provider];
  const fits =
    beginning === undefined
      ? /^[A-Za-z0-9+/_-]+=*$/.test(text)
      : text.startsWith(beginning) && text.length > beginning.length && !/[^\n\x20-\x7e]/.test(text.replaceAll("\r\n", "\n"));
  if (fits) return text;
  throw new SottoError("WRAP_FAILED", `key service ${uri}: the answer is no wrapped key of this kind`);
}
