/**
 * Standard input and output by file descriptor. `process.stdout` is not used: it brings the whole stream and terminal
 * machinery, 2 to 3 ms of a start that costs 26, and on pipes it may still hold data when the process ends.
 */
import { readSync, writeSync } from "node:fs";
import { systemCode } from "./errors.ts";

const CHUNK = 65_536;

/** Writes everything, also to a pipe that is full for a while. @throws the system's error, such as `EPIPE` */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (systemCode(error) !== "EAGAIN") throw error;
      pause();
    }
  }
}

/** Reads until the end, also where the descriptor does not block. @throws the system's error */
export function readFully(descriptor: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = Buffer.allocUnsafe(CHUNK);
    const length = readSome(descriptor, part);
    if (length === 0) return new Uint8Array(Buffer.concat(parts));
    parts.push(part.subarray(0, length));
  }
}

/** Reads one line byte by byte, so that nothing behind it is lost to a program that reads on. @returns undefined at the end */
export function readLineFrom(descriptor: number): string | undefined {
  const bytes: number[] = [];
  const byte = new Uint8Array(1);
  while (readSome(descriptor, byte) > 0) {
    if (byte[0] === 0x0a) return new TextDecoder().decode(Uint8Array.from(bytes)).replace(/\r$/, "");
    bytes.push(byte[0] ?? 0);
  }
  return bytes.length === 0 ? undefined : new TextDecoder().decode(Uint8Array.from(bytes));
}

/** @returns 0 at the end */
function readSome(descriptor: number, into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(descriptor, into);
    } catch (error) {
      const code = systemCode(error);
      // Windows reports the end of a pipe as an error.
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      pause();
    }
  }
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
