import { constants } from "node:os";

const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Waits until somebody ends this process, so that it can clear up first.
 * @returns the exit number: 0, as for a service that was stopped, or that of a terminal that went away
 */
export function untilEnded(): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ENDING) {
      process.once(signal, () => resolve(signal === "SIGHUP" ? 128 + constants.signals.SIGHUP : 0));
    }
  });
}
