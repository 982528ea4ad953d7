/** Lines of standard input for a process that has other things to do while it waits for them. */
export interface Lines {
  /** @returns undefined at the end */
  next(): Promise<string | undefined>;
}

/** Nothing is read before the first question. */
export function openLines(): Lines {
  let lines: AsyncIterator<string> | undefined;
  return {
    async next() {
      if (lines === undefined) {
        const { createInterface } = await import("node:readline");
        lines = createInterface({ input: process.stdin, terminal: false })[Symbol.asyncIterator]();
      }
      const { done, value } = await lines.next();
      return done === true ? undefined : value;
    },
  };
}
