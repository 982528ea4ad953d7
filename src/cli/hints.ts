/** What to do about an error that brings no advice of its own. `FILE` becomes the name of the file where it is known. */
import type { ErrorCode } from "../model/error.ts";

/** How errors call the file when there is none. */
export const STANDARD_INPUT = "standard input";

const HINTS: Readonly<Record<ErrorCode, string>> = {
  FILE_MISSING: "check the path; it is relative to the folder you are in",
  FILE_UNREADABLE: "check who may read it: ls -l FILE",
  FILE_IS_DIRECTORY: "name a file in it",
  FILE_UNWRITABLE: "check who may write there, and that the folder exists",
  FILE_EMPTY: "put a first value into it, then encrypt it",
  FILE_CHANGED: "look at what changed and run the command again",
  NO_FILE: "name the file: sotto --help",
  FORMAT_UNKNOWN: "say what it is: --input-type yaml, json, dotenv, ini or binary",
  TEXT_NOT_UTF8: "save the file as UTF-8, or encrypt it with --input-type binary",
  CONFLICT_MARKERS: "resolve the conflict first: git mergetool, or git checkout --ours FILE",
  YAML_INVALID: "mend the line; encrypted files are best changed with: sotto edit FILE",
  YAML_UNSUPPORTED: "write the value in another way, or encrypt the file with --input-type binary",
  JSON_INVALID: "mend the line; encrypted files are best changed with: sotto edit FILE",
  JSON_UNSUPPORTED: "write the value in another way, or encrypt the file with --input-type binary",
  DOTENV_INVALID: "every line is NAME=value, a comment with # in front, or empty",
  DOTENV_UNSUPPORTED: "write the value in another way, or encrypt the file with --input-type binary",
  INI_INVALID: "every line is a [section], name = value, a comment, or empty",
  INI_UNSUPPORTED: "write the value in another way, or encrypt the file with --input-type binary",
  VALUE_UNSUPPORTED: "write the value as text, in quotes",
  EMIT_FAILED: "choose another --output-type; this format cannot hold such a tree",
  NOT_ENCRYPTED: "encrypt it first: sotto encrypt -i FILE",
  ALREADY_ENCRYPTED: "decrypt it first (sotto decrypt FILE), or change it in place: sotto edit FILE",
  RESERVED_KEY: "rename the key: this name is where the metadata goes",
  METADATA_INVALID: "take the file from git again: git checkout FILE",
  NOTHING_ENCRYPTED: "check the selector of the creation rule, or accept it with --allow-plaintext",
  LEFT_READABLE: "check the selector of the creation rule, or accept it with --allow-plaintext",
  READ_BACK_FAILED: "nothing was written; please report this, without values",
  REFUSED: "read what was refused above; --accept lets it through",
  ENCRYPT_FAILED: "nothing was written; write the value in another way",
  DECRYPT_FAILED: "the value was changed or moved after it was encrypted: compare with git log -p FILE",
  MAC_MISMATCH: "the file was changed by hand or merged by text: compare with git log -p FILE; --ignore-mac reads it all the same",
  MAC_MISSING: "the file has lost its MAC: compare with git log -p FILE; --ignore-mac reads it all the same",
  DATA_KEY_UNAVAILABLE: "show sotto your identity: SOPS_AGE_KEY_FILE=path/to/keys.txt",
  WRAP_FAILED: "check that the recipient is spelled right and can be reached",
  RECIPIENT_INVALID: "compare the recipient with what its owner sent; age recipients begin with age1",
  IDENTITY_INVALID: "check the identity: SOPS_AGE_KEY_FILE names a file made by age-keygen",
  PLUGIN_UNAVAILABLE:
    "check that the plugin is installed and trusted: trust: {plugins: [NAME]} in sotto/config.yaml of your configuration folder",
  NO_KEYS: "say for whom: --age age1…, or a creation rule in .sops.yaml",
  SHAMIR_INVALID: "the threshold is at least 1 and at most the number of key groups",
  CONFIG_MISSING: "write a .sops.yaml with creation_rules, or name the recipients: --age age1…",
  CONFIG_INVALID: "mend .sops.yaml at that place",
  NO_MATCHING_RULE: "add a creation rule whose path_regex matches FILE, or name the recipients: --age age1…",
  SELECTOR_INVALID: "patterns follow RE2: no look-ahead, no look-behind, no back-references",
  SELECTOR_CONFLICT: "keep one of the selectors and take the others out",
  BAD_FLAGS: "keep one of the flags that exclude each other",
  USAGE: "see: sotto --help",
  BAD_CONTEXT: "write it as key:value pairs, with commas between: --encryption-context env:prod,team:web",
  BAD_PATH: `a path looks like '["database"]["hosts"][0]' or database.hosts.0`,
  BAD_SET_VALUE: `the value is JSON: '"text"', 5, true, or '{"key": "value"}'`,
  VALUE_MISSING: "check the path of the file that holds the value",
  PATH_NOT_FOUND: "list the keys: sotto decrypt FILE, or in the encrypted file itself, where keys are readable",
  DUPLICATE_KEY_TYPE: "name every key type once in --decryption-order",
  CHECK_FAILED: "mend what is listed above and run the check again",
  KEYS_OF_MISSING_FILE: "check the path; keys are added to files that exist",
  ENVIRONMENT_UNKNOWN: "the environments stand in .sops.yaml under sotto: environments",
  INTERRUPTED: "nothing was written; run the command again",
  ENVIRONMENT_UNFIT: "hand the file over as a file: sotto exec-file FILE 'command {}'",
  ADDRESS_UNUSABLE: "choose another one: --address 127.0.0.1:5001, or --network unix",
  NO_TERMINAL: "in a script: sotto get, sotto set, sotto exec-env; in an editor: sotto edit --editor FILE",
  PACKAGE_MISSING: "install sotto anew, without --omit=optional",
  MERGE_IMPOSSIBLE: "take one side of the conflict, then set what the other side changed",
  PUBLISH_FAILED: "check the destination in .sops.yaml, and the credentials of your environment",
  EDITOR_FAILED: "nothing was written; the editor is taken from SOPS_EDITOR, then EDITOR",
  NOT_CHANGED: "nothing was written",
  COMMAND_FAILED: "check that /bin/sh can be started, and the flags of the command",
};

export function defaultHint(code: ErrorCode): string {
  return HINTS[code];
}

/** Puts the name of the file in the place of `FILE`; standard input has none that a command could be given. */
export function nameFile(hint: string, file: string | undefined): string {
  return file === undefined || file === STANDARD_INPUT ? hint : hint.replaceAll(/\bFILE\b/g, () => file);
}
