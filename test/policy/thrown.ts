import { SottoError } from "../../src/model/error.ts";

/** The SottoError that a call throws; anything else fails the test. */
export function thrownBy(call: () => unknown): SottoError {
  try {
    call();
  } catch (error) {
    if (SottoError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** The same for a promise. */
export async function rejectionOf(promise: Promise<unknown>): Promise<SottoError> {
  try {
    await promise;
  } catch (error) {
    if (SottoError.is(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
