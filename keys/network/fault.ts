/** What is wrong with the name of a key, and where. */
import { SottoError } from "../../src/model/error.ts";

export interface Fault {
  /** Of the first character that does not fit, from 1. */
  readonly at: number;
  readonly expected: string;
}

export function invalidRecipient(what: string, text: string, { at, expected }: Fault, hints: readonly string[]): SottoError {
  return new SottoError("RECIPIENT_INVALID", `${JSON.stringify(text)} is no ${what}: at character ${at} expected ${expected}`, { hints });
}
