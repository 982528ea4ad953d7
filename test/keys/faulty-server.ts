/**
 * A server that fails as it is told to: it answers what a test wants, breaks the connection, or says nothing. Every request that no
 * fault is meant for goes to a handler, or is passed on to a real server.
 */
import { createServer as createHttpServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { TLSSocket } from "node:tls";
import type { Certificate } from "./certificate.ts";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * `reset` breaks the connection before anything is answered, `cut` in the middle of an answer; `drip` sends a byte of an answer now and
 * then, and `silence` nothing, both until the client goes away.
 */
export type Fault = Answer | "reset" | "cut" | "drip" | "silence";

export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Handler = (request: SeenRequest) => Answer | Promise<Answer>;

export interface FaultyServer extends AsyncDisposable {
  readonly url: string;
  /** All, in order. */
  readonly requests: readonly SeenRequest[];
  /** What the next requests meet, one each; also in place of what was said before. */
  meet(...faults: readonly Fault[]): void;
  /** The same for all requests, until something else is said. */
  meetAlways(fault: Fault): void;
}

export interface FaultyServerOptions {
  /** Or the address of a real server. */
  readonly behind?: Handler | string;
  /** HTTPS with this certificate, instead of HTTP. */
  readonly certificate?: Certificate;
}

/** Between two bytes of a `drip`, in milliseconds. */
const DRIP = 100;
const NOTHING_BEHIND: Answer = { status: 404, body: "nothing was expected here" };

export async function startFaultyServer(options: FaultyServerOptions = {}): Promise<FaultyServer> {
  const requests: SeenRequest[] = [];
  let queue: Fault[] = [];
  let always: Fault | undefined;
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(message);
    requests.push(request);
    const [fault = always] = queue;
    queue = queue.slice(1);
    if (typeof fault === "string") FAULTS[fault](response);
    else send(response, fault ?? (await answerOf(request, options.behind)));
  };
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    serve(message, response).catch((error: unknown) => {
      if (!response.destroyed) send(response, { status: 599, body: String(error) });
    });
  };
  const server = options.certificate === undefined ? createHttpServer(listener) : createHttpsServer(options.certificate, listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a server has no port");
  return {
    url: `${options.certificate === undefined ? "http" : "https"}://127.0.0.1:${address.port}`,
    requests,
    meet(...faults) {
      queue = [...faults];
      always = undefined;
    },
    meetAlways(fault) {
      queue = [];
      always = fault;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

const FAULTS: Readonly<Record<Fault & string, (response: ServerResponse) => void>> = {
  // Below TLS the system's own reset is out of reach; what a client meets is the same.
  reset: ({ socket }) => void (socket instanceof TLSSocket ? socket.destroy() : socket?.resetAndDestroy()),
  cut(response) {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"half":');
    setTimeout(() => response.destroy(), DRIP).unref();
  },
  drip(response) {
    response.writeHead(200, { "content-type": "application/json" });
    response.write("{");
    const timer = setInterval(() => response.write(" "), DRIP);
    response.once("close", () => clearInterval(timer));
  },
  silence() {},
};

async function readRequest(message: IncomingMessage): Promise<SeenRequest> {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return {
    method: message.method ?? "",
    path: message.url ?? "",
    headers: message.headers,
    body: Buffer.concat(parts).toString("utf8"),
  };
}

async function answerOf(request: SeenRequest, behind: Handler | string | undefined): Promise<Answer> {
  if (behind === undefined) return NOTHING_BEHIND;
  if (typeof behind === "function") return behind(request);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (!/^(?:connection|content-length|transfer-encoding|expect|keep-alive)$/.test(name)) headers.set(name, String(value));
  }
  const answer = await fetch(new URL(request.path, behind), {
    method: request.method,
    headers,
    redirect: "manual",
    ...(request.method === "GET" || request.method === "HEAD" ? {} : { body: request.body }),
  });
  const type = answer.headers.get("content-type");
  return { status: answer.status, body: await answer.text(), headers: type === null ? {} : { "content-type": type } };
}

function send(response: ServerResponse, { status, headers = {}, body = "" }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(body);
}
