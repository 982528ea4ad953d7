/** A FIFO gives its content to one reader, and keeps it nowhere. Node cannot make one: the program `mkfifo` does. */
import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { systemCode } from "./errors.ts";

export interface FifoWriter {
  /** Nothing more is written. */
  readonly stop: () => void;
}

/** How often a reader is looked for, in milliseconds. An `open` that waits could not be given up: it would hold this process. */
const PATIENCE = 5;

/**
 * Makes a FIFO and writes into it as soon as somebody reads.
 * @returns undefined where `mkfifo` is missing or fails
 */
export function makeFifo(path: string, bytes: Uint8Array): FifoWriter | undefined {
  if (spawnSync("mkfifo", ["-m", "600", path], { stdio: "ignore" }).status !== 0) return undefined;
  let opened: number | undefined;
  let written = 0;
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    if (opened !== undefined) closeSync(opened);
    opened = undefined;
  };
  const step = (): void => {
    try {
      opened ??= openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      while (written < bytes.length) written += writeSync(opened, bytes, written);
      stop();
    } catch (error) {
      // Nobody reads yet, or not fast enough. EPIPE: the reader has gone; then nobody else gets the rest.
      if (["ENXIO", "EAGAIN"].includes(systemCode(error) ?? "")) timer = setTimeout(step, PATIENCE);
      else stop();
    }
  };
  step();
  return { stop };
}
