/**
 * The exit number of an error, which in sops depends on the command: a missing file is 100, 2 or 1. The numbers were taken
 * from the real binary (test/cli/exit-codes.json) and are part of the interface.
 */
import { EXIT } from "../model/error.ts";
import type { ErrorCode } from "../model/error.ts";

type Numbers = Partial<Record<ErrorCode, number>>;

/** sops tells an unreadable text apart (2) only when it encrypts; an encrypted file that it cannot parse is 1. */
const UNPARSABLE: Numbers = {
  TEXT_NOT_UTF8: 1,
  CONFLICT_MARKERS: 1,
  YAML_INVALID: 1,
  YAML_UNSUPPORTED: 1,
  JSON_INVALID: 1,
  JSON_UNSUPPORTED: 1,
  DOTENV_INVALID: 1,
  DOTENV_UNSUPPORTED: 1,
  INI_INVALID: 1,
  INI_UNSUPPORTED: 1,
  FILE_EMPTY: 1,
};
const CHANGING: Numbers = { ...UNPARSABLE, FILE_MISSING: 2 };
/** These report every failure of theirs as 1. */
const PLAIN: Numbers = { ...UNPARSABLE, FILE_MISSING: 1, FILE_IS_DIRECTORY: 1, FILE_UNREADABLE: 1 };
/** In `set` and `unset` a path that is none is 7, and there are no parameters that conflict (8). */
const EDITING: Numbers = { ...CHANGING, BAD_PATH: 7, BAD_FLAGS: 1, RESERVED_KEY: 203 };
/** Here sops has no number of its own for a missing argument and for a temporary file that cannot be made. */
const EXECUTING: Numbers = { ...CHANGING, NO_FILE: 1, FILE_UNWRITABLE: 1 };
/** As shells say that a command could not be started. */
const RUNNING: Numbers = { ...UNPARSABLE, COMMAND_FAILED: 127 };
const REGROUPING: Numbers = { ...CHANGING, DATA_KEY_UNAVAILABLE: 1 };

const BY_COMMAND: Readonly<Record<string, Numbers>> = {
  encrypt: {},
  set: EDITING,
  unset: EDITING,
  rotate: CHANGING,
  edit: CHANGING,
  run: RUNNING,
  "exec-env": EXECUTING,
  "exec-file": EXECUTING,
  "groups add": REGROUPING,
  "groups delete": REGROUPING,
  updatekeys: PLAIN,
  filestatus: PLAIN,
  publish: PLAIN,
  // Here sops has "no help topic" for a word that is no sub-command.
  groups: { USAGE: 3 },
  help: { USAGE: 3 },
};

/** @param command with its group in front, `groups add`; commands that sops does not have answer as `decrypt` does */
export function exitOf(code: ErrorCode, command: string): number {
  return (BY_COMMAND[command] ?? UNPARSABLE)[code] ?? EXIT[code];
}
