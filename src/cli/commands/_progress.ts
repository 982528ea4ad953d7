/** Shows on a terminal how far work on many files is; elsewhere nothing. */
import type { Context } from "../command.ts";

/** Fewer files are done before anybody could read it. */
const MANY = 10;

export interface Progress extends Disposable {
  /** One more file is done. */
  readonly step: (name: string) => void;
}

/** Dispose it (`using`): that takes the line away. */
export function showProgress(context: Context, total: number): Progress {
  if (total < MANY || context.json || !context.host.isTerminal("errors")) return { step: () => {}, [Symbol.dispose]: () => {} };
  let done = 0;
  return {
    step(name) {
      done += 1;
      context.err(`\r\x1b[K${done}/${total} ${context.visible(name).replaceAll("\n", " ")}`);
    },
    [Symbol.dispose]: () => context.err("\r\x1b[K"),
  };
}
