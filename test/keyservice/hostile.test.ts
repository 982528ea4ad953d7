/** Services that answer what no service should, clients that ask what no client should, and others that say nothing at all. */
import { createServer, connect, type Server, type Socket } from "node:net";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { afterEach, describe, expect, test } from "vitest";
import type { KeyService } from "../../src/keyring/services.ts";
import { type ClientOptions, createKeyService } from "../../src/keyservice/client.ts";
import { same } from "../../src/keyservice/grpc.ts";
import { encodeResponse, METHODS } from "../../src/keyservice/messages.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { SottoError } from "../../src/model/error.ts";
import { keyOf } from "../keys/context.ts";
import { Scratch } from "../cli/commands/scratch.ts";
import { accessFor, ANA } from "../support/sotto.ts";
import { vectorRecipient } from "../support/vectors.ts";
import { answerWith, type Handler } from "./fake-service.ts";
import { serveIn } from "./serving.ts";

const { context } = accessFor({});
const age = keyOf("age", vectorRecipient("ana"));
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function answering(handler: Handler): Promise<number> {
  const { port, close } = await answerWith(handler);
  closing.push(close);
  return port;
}

async function talking(handler: (socket: Socket) => void): Promise<number> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {});
    handler(socket);
  });
  closing.push(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function clientOf(port: number, options: ClientOptions = { patience: 300, connecting: 300 }): KeyService {
  const service = createKeyService(`tcp://127.0.0.1:${port}`, options);
  if (service === undefined) throw new Error("no address");
  return service;
}

async function failure(call: Promise<unknown>): Promise<SottoError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!SottoError.is(error)) throw new Error(`no SottoError: ${String(error)}`);
  return error;
}

describe("a service that answers", () => {
  test.each([
    ["nothing", Buffer.alloc(0), "the answer has 0 bytes, a data key has 32"],
    ["too little", Buffer.from(encodeResponse(new Uint8Array(16))), "the answer has 16 bytes, a data key has 32"],
    ["too much", Buffer.from(encodeResponse(new Uint8Array(34))), "the answer has 34 bytes, a data key has 32"],
    ["no message", Buffer.from("0aff", "hex"), "the answer is no answer of a key service: it ends within a number"],
  ])("%s gives no data key", async (_, bytes, message) => {
    const service = clientOf(await answering((__, callback) => callback(null, Buffer.from(bytes))));
    expect(await failure(service.unwrap({ ...age, wrapped: "x" }, context))).toMatchObject({
      code: "DATA_KEY_UNAVAILABLE",
      message: `key service ${service.address}: ${message}`,
    });
  });

  test.each([
    ["nothing", age, ""],
    ["something else", age, "a wrapped key"],
    ["only the beginning", age, "-----BEGIN AGE ENCRYPTED FILE-----"],
    ["control characters", age, "-----BEGIN AGE ENCRYPTED FILE-----\n\u001B[2J"],
    ["a line end in Base64", keyOf("gcp_kms", "p"), "AAAA\nsops: x"],
    ["characters beyond Base64", keyOf("gcp_kms", "p"), "\uFFFF"],
  ])("%s is not written down as a wrapped key", async (_, key, text) => {
    const service = clientOf(await answering((__, callback) => callback(null, Buffer.from(encodeResponse(Buffer.from(text))))));
    expect(await failure(service.wrap(key, new Uint8Array(32), context))).toMatchObject({
      code: "WRAP_FAILED",
      message: `key service ${service.address}: the answer is no wrapped key of this kind`,
    });
  });

  test("more than can be is refused", async () => {
    const service = clientOf(await answering((_, callback) => callback(null, Buffer.alloc(2 << 20))), { patience: 5000 });
    expect((await failure(service.unwrap(age, context))).code).toBe("DATA_KEY_UNAVAILABLE");
  });

  test("an error shows it in one line, without what could act on a terminal", async () => {
    const details = `no\n\u001B[31mred\u202E ${"x".repeat(4000)}`;
    const service = clientOf(await answering((_, callback) => callback({ code: grpc.status.UNKNOWN, details })), { patience: 5000 });
    const { message } = await failure(service.unwrap(age, context));
    expect(message).toMatch(/: no \[31mred x+…$/);
    expect(message.length).toBeLessThan(1100);
  });

  test.each([
    [grpc.status.PERMISSION_DENIED, "Request rejected by user", "Request rejected by user"],
    [grpc.status.RESOURCE_EXHAUSTED, "", `status ${grpc.status.RESOURCE_EXHAUSTED}`],
  ])("status %i is an error", async (code, details, message) => {
    const service = clientOf(await answering((_, callback) => callback({ code, details })), { patience: 5000 });
    expect((await failure(service.unwrap(age, context))).message).toBe(`key service ${service.address}: ${message}`);
  });

  test("another service is none", async () => {
    const server = new grpc.Server();
    closing.push(() => server.forceShutdown());
    const port = await new Promise<number>((resolve) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (_, bound) => resolve(bound));
    });
    expect((await failure(clientOf(port).unwrap(age, context))).message).toBe(`tcp://127.0.0.1:${port} is no key service`);
  });
});

describe("a service that", () => {
  test("never answers is given up, and one that does not connect is not tried again", async () => {
    const slow = clientOf(await answering(() => {}));
    expect((await failure(slow.unwrap(age, context))).message).toBe(`key service ${slow.address} gave no answer within 0.3 s`);
    const waited = Date.now();
    expect((await failure(slow.wrap(age, new Uint8Array(32), context))).message).toBe(
      `key service ${slow.address} gave no answer within 0.3 s`,
    );
    expect(Date.now() - waited).toBeLessThan(250);
    let connections = 0;
    const silent = clientOf(
      await talking(() => {
        connections += 1;
      }),
    );
    expect((await failure(silent.unwrap(age, context))).message).toMatch(/ (?:cannot be reached|gave no answer) within 0\.3 s$/);
    const start = Date.now();
    await failure(silent.unwrap(age, context));
    expect(connections).toBe(1);
    expect(Date.now() - start).toBeLessThan(2000);
  });

  test.each([
    ["hangs up", (socket: Socket): unknown => socket.destroy()],
    ["speaks HTTP of old", (socket: Socket): unknown => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["speaks garbage", (socket: Socket): unknown => socket.write(Buffer.alloc(5000, 0xff))],
  ])("%s is an error", async (_, handler) => {
    const service = clientOf(await talking(handler), { patience: 2000, connecting: 2000 });
    expect((await failure(service.unwrap(age, context))).code).toBe("DATA_KEY_UNAVAILABLE");
    expect((await failure(service.wrap(age, new Uint8Array(32), context))).message).toContain(service.address);
  });

  test("is not there is named", async () => {
    const port = await talking(() => {});
    for (const close of closing.splice(0)) close();
    expect((await failure(clientOf(port).wrap(age, new Uint8Array(32), context))).message).toBe(
      `key service tcp://127.0.0.1:${port} cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  test("is slow can be broken off", async () => {
    const service = clientOf(await answering(() => {}), { patience: 60_000 });
    const controller = new AbortController();
    const breakable: KeyContext = { ...context, signal: controller.signal };
    setTimeout(() => controller.abort(), 100);
    expect((await failure(service.unwrap(age, breakable))).code).toBe("DATA_KEY_UNAVAILABLE");
  });
});

/** Asks with these bytes. */
async function ask(path: string, method: string, bytes: Uint8Array): Promise<grpc.ServiceError | Buffer> {
  const client = new grpc.Client(`unix:${path}`, grpc.credentials.createInsecure());
  closing.push(() => client.close());
  return new Promise((resolve) => {
    client.makeUnaryRequest(method, same, same, Buffer.from(bytes), new grpc.Metadata(), {}, (error, value) =>
      resolve(error ?? value ?? Buffer.alloc(0)),
    );
  });
}

describe("a client that", () => {
  test.each([
    ["names no key", "1203010203", grpc.status.NOT_FOUND, "Must provide a key"],
    ["sends no message", "0aff", grpc.status.INVALID_ARGUMENT, "the request is none: it ends within a number"],
    ["sends nothing", "", grpc.status.NOT_FOUND, "Must provide a key"],
    ["names a key that is none", "0a0832060a0461676531", grpc.status.UNKNOWN, /recipient/],
    ["names a key that leads nowhere", "0a051a030a0170", grpc.status.UNKNOWN, 'no valid resource ID found in "p"'],
  ])("%s gets an error, and the service goes on", async (_, hex, code, details) => {
    using scratch = new Scratch({});
    using served = await serveIn(scratch, ANA);
    expect(served.network).toBe("unix");
    const answer = await ask(join(scratch.path, "private", "keys.sock"), METHODS.encrypt, Buffer.from(hex, "hex"));
    expect(answer).toMatchObject({ code });
    expect("details" in answer ? answer.details : "").toMatch(details);
    expect(await createKeyService(served.uri)?.wrap(age, new Uint8Array(32), context)).toContain("AGE ENCRYPTED FILE");
  });

  test("says nothing, garbage or too much does not end the service", async () => {
    using scratch = new Scratch({});
    using served = await serveIn(scratch, ANA);
    const path = join(scratch.path, "private", "keys.sock");
    for (const bytes of [Buffer.alloc(0), Buffer.from("GET / HTTP/1.1\r\n\r\n"), Buffer.alloc(100_000, 0xfe)]) {
      const socket = connect(path);
      socket.on("error", () => {});
      await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
      socket.destroy();
    }
    expect(await ask(path, METHODS.decrypt, Buffer.alloc(2 << 20))).toMatchObject({ code: grpc.status.RESOURCE_EXHAUSTED });
    const service = createKeyService(served.uri);
    expect(await service?.wrap(age, new Uint8Array(32), context)).toContain("AGE ENCRYPTED FILE");
  });
});
