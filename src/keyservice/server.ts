/** Serves the keys of this process to others, as sops does (sops: §5.11). Who may ask is up to who can connect. */
import type { Socket } from "node:net";
import type { MethodDefinition, sendUnaryData, ServerUnaryCall } from "@grpc/grpc-js";
import { findProvider, titleOf } from "../../keys/index.ts";
import { SottoError } from "../model/error.ts";
import type { KeyContext, MasterKey } from "../model/keys.ts";
import type { KeyProvider } from "../model/provider.ts";
import { type Grpc, loadGrpc, MAX_MESSAGE, same, toBuffer } from "./grpc.ts";
import { decodeRequest, encodeResponse, type KeyRequest, type Method, METHODS, WireError } from "./messages.ts";

export interface ServerOptions {
  readonly context: KeyContext;
  /** Instead of the table in `keys/index.ts`. */
  readonly findProvider?: (id: string) => KeyProvider | undefined;
  /** Asked before an answer goes out. With it one request is served at a time. */
  readonly approve?: (request: Request) => Promise<boolean>;
  /** Told of every request when it is done. */
  readonly onRequest?: (request: Request, outcome: string) => void;
}

export interface Request {
  readonly method: Method;
  /** Kind and name of the key, as its client wrote it. */
  readonly key: string;
}

export interface KeyServer {
  /** Talks to the client behind a connection. */
  accept(connection: Socket): void;
  /** Ends all connections. */
  close(): void;
}

/** @throws SottoError `PACKAGE_MISSING` */
export async function createKeyServer(options: ServerOptions): Promise<KeyServer> {
  const grpc = await loadGrpc();
  const server = new grpc.Server({ "grpc.max_receive_message_length": MAX_MESSAGE, "grpc.max_concurrent_streams": 100 });
  const queue = options.approve === undefined ? undefined : new Queue();
  const handle =
    (method: Method) =>
    (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => {
      const work = (): Promise<void> => serve(grpc, method, call, callback, options);
      void (queue === undefined ? work() : queue.add(work));
    };
  server.addService({ Encrypt: define("encrypt"), Decrypt: define("decrypt") }, { Encrypt: handle("encrypt"), Decrypt: handle("decrypt") });
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  return {
    accept: (connection) => {
      // A client that goes away is its own matter.
      connection.on("error", () => {});
      injector.injectConnection(connection);
    },
    close: () => {
      injector.destroy();
      server.forceShutdown();
    },
  };
}

function define(method: Method): MethodDefinition<Buffer, Buffer> {
  return {
    path: METHODS[method],
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

/** One after the other, in the order in which they came. */
class Queue {
  #last: Promise<void> = Promise.resolve();

  add(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work, work);
    return this.#last;
  }
}

/** Why a request gets no answer, for its client to read. */
class Rejection extends Error {
  readonly status: "NOT_FOUND" | "PERMISSION_DENIED" | "INVALID_ARGUMENT" | "UNKNOWN" | "INTERNAL";

  constructor(status: Rejection["status"], message: string) {
    super(message);
    this.status = status;
  }
}

/** Never rejects. */
async function serve(
  grpc: Grpc,
  method: Method,
  call: ServerUnaryCall<Buffer, Buffer>,
  callback: sendUnaryData<Buffer>,
  options: ServerOptions,
): Promise<void> {
  let asked: Request = { method, key: "no key" };
  try {
    if (call.cancelled) return;
    const { key, body } = decode(call.request);
    try {
      if (key === undefined) throw new Rejection("NOT_FOUND", "Must provide a key");
      asked = { method, key: `${titleOf(key.provider)} key ${key.label}` };
      const result = await answerRequest(method, key, body, options);
      const answer = toBuffer(encodeResponse(result));
      result.fill(0);
      try {
        if (options.approve !== undefined && !call.cancelled && !(await options.approve(asked))) {
          throw new Rejection("PERMISSION_DENIED", "Request rejected by user");
        }
        // The frame that goes out is a copy, and made at once.
        callback(null, answer);
        options.onRequest?.(asked, "done");
      } finally {
        setImmediate(() => answer.fill(0));
      }
    } finally {
      body.fill(0);
    }
  } catch (error) {
    const { status, message } = reject(error);
    callback({ code: grpc.status[status], details: message });
    options.onRequest?.(asked, message);
  } finally {
    call.request.fill(0);
  }
}

function decode(request: Buffer): KeyRequest {
  try {
    return decodeRequest(request);
  } catch (error) {
    throw error instanceof WireError ? new Rejection("INVALID_ARGUMENT", `the request is none: ${error.message}`) : error;
  }
}

/** @returns what the client gets, which the caller wipes */
async function answerRequest(method: Method, key: MasterKey, body: Uint8Array, options: ServerOptions): Promise<Uint8Array> {
  const provider = (options.findProvider ?? findProvider)(key.provider);
  if (provider === undefined) throw new Rejection("UNKNOWN", `sotto cannot use ${titleOf(key.provider)} keys`);
  if (method === "encrypt") {
    const { wrapped } = await provider.wrap(key, body, options.context);
    return new TextEncoder().encode(wrapped ?? "");
  }
  const wrapped = new TextDecoder("utf-8", { ignoreBOM: true }).decode(body);
  return provider.unwrap({ ...key, wrapped, stored: { ...key.stored, enc: wrapped } }, options.context);
}

/** A message that nobody here wrote may hold anything. */
function reject(error: unknown): Rejection {
  if (error instanceof Rejection) return error;
  return SottoError.is(error) ? new Rejection("UNKNOWN", error.message) : new Rejection("INTERNAL", "internal error");
}
