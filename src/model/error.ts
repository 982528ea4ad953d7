/** The one error class. Codes are a closed list; nobody matches on messages, and no message holds a value. */

/** Position in a file, line and column from 1, column in characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Exit numbers are sops's usual ones (sops: §7.3); a command may need another, see `src/cli/exit.ts`. 204–206 are ours. */
export const EXIT = {
  FILE_MISSING: 100,
  FILE_UNREADABLE: 2,
  FILE_IS_DIRECTORY: 2,
  FILE_UNWRITABLE: 3,
  FILE_EMPTY: 92,
  FILE_CHANGED: 205,
  NO_FILE: 100,
  FORMAT_UNKNOWN: 1,
  TEXT_NOT_UTF8: 2,
  CONFLICT_MARKERS: 2,
  YAML_INVALID: 2,
  YAML_UNSUPPORTED: 2,
  JSON_INVALID: 2,
  JSON_UNSUPPORTED: 2,
  DOTENV_INVALID: 2,
  DOTENV_UNSUPPORTED: 2,
  INI_INVALID: 2,
  INI_UNSUPPORTED: 2,
  VALUE_UNSUPPORTED: 23,
  EMIT_FAILED: 4,
  NOT_ENCRYPTED: 1,
  ALREADY_ENCRYPTED: 203,
  RESERVED_KEY: 4,
  METADATA_INVALID: 1,
  NOTHING_ENCRYPTED: 204,
  LEFT_READABLE: 204,
  READ_BACK_FAILED: 1,
  REFUSED: 204,
  ENCRYPT_FAILED: 23,
  DECRYPT_FAILED: 25,
  MAC_MISMATCH: 51,
  MAC_MISSING: 51,
  DATA_KEY_UNAVAILABLE: 128,
  WRAP_FAILED: 1,
  RECIPIENT_INVALID: 1,
  IDENTITY_INVALID: 128,
  PLUGIN_UNAVAILABLE: 128,
  NO_KEYS: 1,
  SHAMIR_INVALID: 1,
  CONFIG_MISSING: 1,
  CONFIG_INVALID: 1,
  NO_MATCHING_RULE: 1,
  SELECTOR_INVALID: 204,
  SELECTOR_CONFLICT: 8,
  BAD_FLAGS: 8,
  USAGE: 1,
  BAD_CONTEXT: 6,
  BAD_PATH: 91,
  BAD_SET_VALUE: 7,
  VALUE_MISSING: 1,
  PATH_NOT_FOUND: 1,
  DUPLICATE_KEY_TYPE: 112,
  CHECK_FAILED: 206,
  KEYS_OF_MISSING_FILE: 49,
  ENVIRONMENT_UNKNOWN: 1,
  INTERRUPTED: 1,
  ENVIRONMENT_UNFIT: 1,
  COMMAND_FAILED: 1,
  EDITOR_FAILED: 201,
  NO_TERMINAL: 2,
  NOT_CHANGED: 200,
  ADDRESS_UNUSABLE: 1,
  PACKAGE_MISSING: 1,
  MERGE_IMPOSSIBLE: 1,
  PUBLISH_FAILED: 1,
} as const;

export type ErrorCode = keyof typeof EXIT;

export interface ErrorOptions {
  /** What to do about it, one sentence a line. */
  readonly hints?: readonly string[];
  readonly position?: Position;
  /** Path of the file, as the user named it. */
  readonly file?: string;
  readonly cause?: unknown;
  /** A multi-line report that stands on its own (who was tried, and why it failed). */
  readonly report?: string;
}

/** Lower case, no full stop, names the file and the key path, never a value. */
export class SottoError extends Error {
  readonly code: ErrorCode;
  readonly hints: readonly string[];
  readonly position: Position | undefined;
  readonly report: string | undefined;
  file: string | undefined;
  /** Marks the class across copies of the package. */
  readonly isSottoError = true as const;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SottoError";
    this.code = code;
    this.hints = options.hints ?? [];
    this.position = options.position;
    this.file = options.file;
    this.report = options.report;
  }

  /** Recognised by a mark, so that two copies of the package agree. */
  static is(value: unknown): value is SottoError {
    return value instanceof Error && "isSottoError" in value;
  }

  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      ...(this.file === undefined ? {} : { file: this.file }),
      ...this.position,
      hints: this.hints,
      ...(this.report === undefined ? {} : { report: this.report }),
    };
  }
}

/** Line and column of an offset in a text. A line ends at LF. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf("\n") + 1;
  let line = 1;
  for (let at = before.indexOf("\n"); at !== -1; at = before.indexOf("\n", at + 1)) line += 1;
  return { line, column: Array.from(before.slice(start)).length + 1 };
}
