/** The package that speaks gRPC: loaded when a key service is used, and by nothing else. */
import { SottoError } from "../model/error.ts";

export type Grpc = typeof import("@grpc/grpc-js");

let loaded: Promise<Grpc> | undefined;

/** @throws SottoError `PACKAGE_MISSING` */
export function loadGrpc(): Promise<Grpc> {
  return (loaded ??= load());
}

async function load(): Promise<Grpc> {
  try {
    const grpc = await import("@grpc/grpc-js");
    // It would write to standard error of its own accord.
    grpc.setLogVerbosity(grpc.logVerbosity.NONE);
    return grpc;
  } catch (cause) {
    throw new SottoError("PACKAGE_MISSING", "key services need the package @grpc/grpc-js, which is not installed", {
      cause,
      hints: ["npm install -g @grpc/grpc-js, or install sotto without --omit=optional"],
    });
  }
}

/** A request is a data key and a name; nothing in this protocol is longer. In bytes. */
export const MAX_MESSAGE: number = 1 << 20;

export function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Messages are encoded and decoded by us, so that copies of keys can be wiped. */
export function same(bytes: Buffer): Buffer {
  return bytes;
}
