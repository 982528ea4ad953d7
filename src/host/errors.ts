/** Errors of the file system as errors of sotto, in words that name the file and never its content. */
import { getSystemErrorMessage } from "node:util";
import { SottoError } from "../model/error.ts";
import type { ErrorCode } from "../model/error.ts";

/** The name of a system error, such as `ENOENT`; undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** @param path as the user named it */
export function readError(path: string, error: unknown): SottoError {
  const code = systemCode(error);
  if (code === "ENOENT" || code === "ENOTDIR")
    return new SottoError("FILE_MISSING", `${path} does not exist`, { file: path, cause: error });
  if (code === "EISDIR") return directoryError(path);
  return failure("FILE_UNREADABLE", "cannot read", path, error);
}

/** @param path as the user named it */
export function writeError(path: string, error: unknown): SottoError {
  if (SottoError.is(error)) return error;
  if (systemCode(error) === "EISDIR") return directoryError(path);
  return failure("FILE_UNWRITABLE", "cannot write", path, error);
}

export function directoryError(path: string): SottoError {
  return new SottoError("FILE_IS_DIRECTORY", `${path} is a directory, not a file`, { file: path });
}

function failure(code: ErrorCode, what: string, path: string, error: unknown): SottoError {
  return new SottoError(code, `${what} ${path}: ${reason(error)}`, { file: path, cause: error });
}

function reason(error: unknown): string {
  if (error instanceof Error && "errno" in error && typeof error.errno === "number") return getSystemErrorMessage(error.errno);
  return systemCode(error) ?? "unknown reason";
}
