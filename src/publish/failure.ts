/** What a cloud's library throws, as one line. */
import { SottoError } from "../model/error.ts";

/** Longer than any message that a person wrote. */
const MAX_LENGTH = 400;

/** @param hints what to do about it */
export function describeFailure(error: unknown, hints: readonly string[]): SottoError {
  if (SottoError.is(error)) return error;
  return new SottoError("PUBLISH_FAILED", oneLine(messageOf(error)), { hints, cause: error });
}

/** The name of a failure is often all that it has to say. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return "the upload failed";
  // Node tells of all addresses it tried, each with its own error.
  if (error instanceof AggregateError && error.message === "") return error.errors.map((one) => messageOf(one)).join("; ");
  const { name, message } = error;
  const plain = ["Error", "AggregateError", "GaxiosError", "ApiError", ""].includes(name) || message.startsWith(name);
  return message === "" ? name : plain ? message : `${name}: ${message}`;
}

export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line;
}
