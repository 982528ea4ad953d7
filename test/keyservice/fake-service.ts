/** A gRPC server in the place of a key service that does as it is told. */
import * as grpc from "@grpc/grpc-js";
import { same } from "../../src/keyservice/grpc.ts";
import { type Method, METHODS } from "../../src/keyservice/messages.ts";

export type Handler = (call: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>, method: Method) => void;

function define(path: string): grpc.MethodDefinition<Buffer, Buffer> {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
}

/** Listens on a port of 127.0.0.1. */
export async function answerWith(handler: Handler): Promise<{ readonly port: number; readonly close: () => void }> {
  const server = new grpc.Server();
  server.addService(
    { Encrypt: define(METHODS.encrypt), Decrypt: define(METHODS.decrypt) },
    {
      Encrypt: (call: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>) => handler(call, callback, "encrypt"),
      Decrypt: (call: grpc.ServerUnaryCall<Buffer, Buffer>, callback: grpc.sendUnaryData<Buffer>) => handler(call, callback, "decrypt"),
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { port, close: () => server.forceShutdown() };
}
