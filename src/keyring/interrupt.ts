import { SottoError } from "../model/error.ts";
import type { KeyContext } from "../model/keys.ts";

/** @throws SottoError `INTERRUPTED` if the user has ended the command */
export function throwIfInterrupted(context: KeyContext): void {
  if (context.signal?.aborted) throw new SottoError("INTERRUPTED", "interrupted", { cause: context.signal.reason });
}
