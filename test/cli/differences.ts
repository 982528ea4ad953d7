/**
 * Where sotto differs from sops on purpose. There is no other difference: tests that compare the two may deviate only by a row
 * of this list. README.md shows it (`node test/cli/write-differences.ts`).
 */

export interface Difference {
  readonly id: string;
  readonly what: string;
  readonly why: string;
  /** What brings sops's behaviour back, where anything does. */
  readonly flag?: string;
  /** The test that shows it, from the root of the repository. */
  readonly test: string;
}

const transcript = (name: string): string => `test/transcripts/differs-${name}.txt`;

export const DIFFERENCES: readonly Difference[] = [
  {
    id: "layout",
    what: "A file keeps its layout, quotes and comments when it is encrypted, changed and decrypted; sops prints it anew.",
    why: "A change of one value is a diff of three lines.",
    flag: "`sotto fmt`, `--indent`",
    test: transcript("layout"),
  },
  {
    id: "residue",
    what: "Behind some ciphertexts stands a second one that holds the spelling (`1.0`, `2024-01-02`, folded text). sops ignores it, and drops it when it rewrites the file.",
    why: "Decrypting gives the file back byte by byte.",
    flag: "`--no-residue`",
    test: transcript("layout"),
  },
  {
    id: "no-op",
    what: "`set`, `unset`, `encrypt --onto` and `fmt` write nothing where nothing changes.",
    why: "No diff without a change.",
    test: transcript("no-op"),
  },
  {
    id: "plaintext",
    what: "`encrypt` and `edit` end with 204 where they would encrypt nothing: a selector that selects no value, or that is not RE2.",
    why: "sops writes the plaintext, with exit 0.",
    flag: "`--allow-plaintext`",
    test: transcript("plaintext-refused"),
  },
  {
    id: "policy",
    what: "`set`, `edit` and `encrypt --onto` end with 204 where the creation rule would encrypt a new value and the file's own selector would not.",
    why: "The selector in a file is not authenticated.",
    flag: "`--allow-plaintext`",
    test: transcript("set-policy"),
  },
  {
    id: "dropped",
    what: "Text behind a JSON document and a key that an INI section has twice are refused (2).",
    why: "sops drops them without a word.",
    test: transcript("dropped-refused"),
  },
  {
    id: "already",
    what: "`encrypt` ends with 203 for every encrypted file, whatever `--output-type` says.",
    why: "sops encrypts the metadata of dotenv files once more when it writes another format.",
    test: "test/cli/differential/differential.test.ts",
  },
  {
    id: "set-refuses",
    what: "`set`, `rotate` and `encrypt` refuse (4) what the output format cannot hold: null in dotenv and INI, anything but a text in a binary file; and (1) several documents in another format than YAML, a plain boolean in dotenv.",
    why: "sops writes a file that it cannot decrypt.",
    test: transcript("set-refuses"),
  },
  {
    id: "set-numbers",
    what: "`set` stores a whole number as one; sops as a float, which shows in dotenv (`5.0`) and loses digits beyond 2^53.",
    why: "A value is not changed on the way.",
    test: transcript("set-numbers"),
  },
  { id: "set-lists", what: "`set` takes a list; sops ends with 7.", why: "Nothing speaks against it.", test: transcript("set-lists") },
  {
    id: "paths",
    what: "Paths may be dotted (`database.hosts.0`). A number where there is a mapping is an error (1); sops prints a record, or changes nothing with exit 0.",
    why: "Shorter to type; no silent failure.",
    flag: "`'[\"…\"]'` is sops's form",
    test: transcript("paths"),
  },
  {
    id: "crashes",
    what: "A negative index, a key in a list and an empty path are errors (1, 7 or 91); sops crashes (2).",
    why: "An error should say what is wrong.",
    test: transcript("crashes"),
  },
  {
    id: "input-type",
    what: "`--input-type` and `--output-type` with an unknown format are an error (1).",
    why: "sops goes by the file's name without a word, so a slip goes unnoticed.",
    test: transcript("input-type"),
  },
  {
    id: "no-values",
    what: "Errors show no value, and no hash of values.",
    why: "They end up in logs.",
    test: transcript("no-values"),
  },
  {
    id: "private",
    what: "New plaintext files are readable for their owner alone.",
    why: "sops leaves it to the umask.",
    flag: "`--mode 0644`",
    test: transcript("files"),
  },
  {
    id: "updatekeys-verifies",
    what: "`updatekeys` verifies a file before it wraps its key (51, 25).",
    why: "A file that was tampered with is not handed on.",
    flag: "`--ignore-mac`",
    test: transcript("updatekeys-verifies"),
  },
  {
    id: "updatekeys-renews",
    what: "`updatekeys` renews the data key when it removes a recipient.",
    why: "The one who is removed may know the old one, and could read what is added later.",
    flag: "`--keep-data-key`",
    test: transcript("updatekeys-renews"),
  },
  {
    id: "updatekeys-threshold",
    what: "`updatekeys` takes `shamir_threshold` from the rule.",
    why: "sops ignores it and asks for all groups.",
    test: transcript("updatekeys-threshold"),
  },
  {
    id: "updatekeys-folder",
    what: "`updatekeys` takes folders (every encrypted file that a rule matches), asks once, and changes all files or none.",
    why: "Access to a project is one decision.",
    test: transcript("updatekeys-folder"),
  },
  {
    id: "updatekeys-rule",
    what: "`updatekeys` checks the rule before it shows and asks anything.",
    why: "A rule that names nobody, or somebody who does not exist, is a mistake.",
    test: transcript("updatekeys-rule"),
  },
  {
    id: "rotate",
    what: "`rotate -i` takes several files, all or none; `--add-*` adds nobody twice.",
    why: "sops rotates the first file only, and a recipient that is there twice can be removed only twice.",
    test: transcript("rotate"),
  },
  {
    id: "binary-suffix",
    what: "`set`, `edit` and `rotate` add no `unencrypted_suffix` to a binary file.",
    why: "It has no keys that could end so.",
    test: "test/cli/differential/differential.test.ts",
  },
  {
    id: "screen",
    what: "On a terminal `edit FILE` and `sotto FILE` show an existing file on a screen of sotto's own, where neither `SOPS_EDITOR` is set nor an `EDITOR` that is no interactive editor (`cp new.yaml`), and no flag is about formats or keys. `sotto` alone, and `edit` without a file, show the project there; without a terminal they end with 100 as in sops.",
    why: "To change one value nobody needs the plaintext of all of them.",
    flag: "`--editor`, `SOPS_EDITOR`",
    test: "test/tui/pty/scenario-edge-refuse.test.ts",
  },
  {
    id: "edit-changed",
    what: "`edit` ends with 205 when somebody else wrote the file meanwhile; theirs stays, and what you wrote lies beside it, encrypted.",
    why: "sops overwrites what the other one wrote.",
    test: transcript("edit-changed"),
  },
  {
    id: "edit-gives-up",
    what: "`edit` gives up (1) when an editor that nobody watches writes the same wrong text twice.",
    why: "sops starts it again for ever.",
    test: transcript("edit-gives-up"),
  },
  {
    id: "edit-metadata",
    what: "`edit --show-master-keys` keeps what is changed, also the selector; recipients cannot be changed there.",
    why: "sops shows a new time and drops every change, with exit 0.",
    test: transcript("edit-metadata"),
  },
  {
    id: "edit-version",
    what: "`edit` leaves the `version` of a file as it is.",
    why: "No diff without a change; every release reads it.",
    test: "test/edit/keeps-lines.test.ts",
  },
  {
    id: "edit-private",
    what: "The file that `edit` shows lies in memory where the system has memory files, no signal that can be caught leaves it behind, and one that a killed process left is removed at the next start. A signal goes to the editor, too. vim is told to write nothing elsewhere.",
    why: "sops writes it to the folder for temporary files, and leaves it there when the terminal is closed.",
    test: "test/edit/signals.test.ts",
  },
  {
    id: "groups",
    what: "`groups` verifies a file before it wraps its key (51, 25), and refuses (1) what would leave it without a way to open it: a group without keys, a key that cannot be used, an impossible threshold, no group at all.",
    why: "sops writes such files with exit 0, or crashes; most of them can never be decrypted again.",
    flag: "`--ignore-mac` for the first",
    test: transcript("groups"),
  },
  {
    id: "strangers",
    what: "`rotate`, `groups` and `updatekeys` name recipients, groups and lower thresholds that the creation rule does not have in a warning; with a `sotto:` section they refuse (204).",
    why: "Whoever can write a file can add a recipient to it.",
    flag: "`--accept recipient:…`, `groups:N`, `threshold:N`",
    test: transcript("strangers"),
  },
  {
    id: "pgp-names",
    what: "A PGP recipient is a fingerprint, or the last 16 digits of one; a mail address and 8 digits are refused (1).",
    why: "Anybody can make a key with that address or those digits; gpg would take whichever it finds first.",
    test: "test/keys/pgp.test.ts",
  },
  {
    id: "pgp-message",
    what: "What gpg gives back has to come out of an encrypted message and be as long as a data key; expired and revoked keys are named as such.",
    why: "sops takes any text that gpg prints with exit 0, also of a message that is not encrypted.",
    test: "test/keys/pgp.test.ts",
  },
  {
    id: "keyservice",
    what: "`keyservice` listens where other machines can connect only with `--allow-remote` (else 204); a socket is readable for its owner alone, and one that a killed process left is replaced. It warns on TCP. `--prompt` says which age key is asked for.",
    why: "Nothing proves who asks: whoever can connect can decrypt.",
    flag: "`--allow-remote`",
    test: "test/keyservice/command.test.ts",
  },
  {
    id: "keyservice-answers",
    what: "What a key service answers is checked for length and form, and waited for two minutes.",
    why: "sops waits for ever, and writes what it gets.",
    test: "test/keyservice/hostile.test.ts",
  },
  {
    id: "config-names",
    what: "A field of a rule that is nearly a known one (`path_regx`) is named in a warning; with a `sotto:` section it stops what wraps or encrypts (1).",
    why: "sops ignores it, and the rule then matches every file.",
    test: transcript("config"),
  },
  {
    id: "discovery",
    what: "The search for `.sops.yaml` ends at the root of the git repository; one above it is named in a warning.",
    why: "Who can read a file is decided in its repository.",
    flag: "`--config FILE`",
    test: transcript("discovery"),
  },
  {
    id: "booleans",
    what: "A boolean flag behind an argument does not swallow the next word.",
    why: "`sops set FILE --ignore-mac PATH VALUE` takes PATH for the flag's value.",
    test: transcript("booleans"),
  },
  {
    id: "global-flags",
    what: "Flags before the sub-command that have no effect there are named in a warning.",
    why: "sops ignores them without a word.",
    test: transcript("global-flags"),
  },
  {
    id: "more-flags",
    what: "Sub-commands have the flags of the calls without one, such as `rotate --ignore-mac` and `encrypt --encrypted-comment-regex`, and more of our own.",
    why: "sops has some of them only in the old calls.",
    test: "test/cli/differential/differential.test.ts",
  },
  {
    id: "modes",
    what: "Of `-e`, `-d`, `-r` and `--set` in one call only the last is carried out.",
    why: "sops carries out all of them, can fail in each, and shows the last.",
    test: transcript("modes"),
  },
  {
    id: "typo",
    what: "A mistyped command (`sotto decrpyt FILE`) is an error (1) with the right one in its hint, unless there is a file of that name.",
    why: "sops opens an editor for a new file of that name.",
    flag: "`sotto edit decrpyt`",
    test: transcript("typo"),
  },
  {
    id: "words",
    what: "Help, warnings, errors and the greeting of a new file have their own words; an error is one line `error:`, with what to do in lines `hint:`.",
    why: "sops's are logs, at times with values in them.",
    test: "test/cli/differential/differential.test.ts",
  },
  {
    id: "exec-code",
    what: "`exec-env` ends with 204 where a value that is not encrypted would set a variable that decides which code runs (`PATH`, `LD_PRELOAD`, `NODE_OPTIONS` …).",
    why: "Anybody who can change the file could have put it there.",
    flag: "`--allow-env NAME`",
    test: transcript("exec-code"),
  },
  {
    id: "exec-file",
    what: "The file of `exec-file` lies in memory and can be read any number of times; with `--background` it stays until the command has ended. sops's FIFO can be read once, and with `--background` it is removed at once.",
    why: "Many programs open a file twice; and no plaintext lies on a disk.",
    flag: "`--no-fifo` for a file with a name",
    test: transcript("exec-file"),
  },
  {
    id: "exec-signals",
    what: "A signal that ends `exec-env` or `exec-file` goes to the command, and nothing is left behind. sops ends alone: the command runs on, and the plaintext of `exec-file` stays.",
    why: "A supervisor stops the service, not its wrapper.",
    test: "test/deploy/signals.test.ts",
  },
  {
    id: "publish-whole",
    what: "`publish` reads and checks all files before it uploads the first; a file keeps its name where sops makes `.` or nothing of it (`--recursive` on one file, `.env` without its extension), two files never get one name, and `--recursive` leaves out `.git` and the `.sops.yaml` in force.",
    why: "sops stops half way, and replaces one file by another.",
    test: "test/publish/plan.test.ts",
  },
  {
    id: "publish-selector",
    what: "A `recreation_rule` counts as a whole. sops takes its keys and suffixes alone, without a word about the regexes.",
    why: "What is encrypted in a bucket is what the rule says.",
    test: "test/publish/servers.test.ts",
  },
  {
    id: "publish-vault",
    what: "Vault gets lists of mappings and empty lists as such; what it has already is not written again; and a version that somebody wrote meanwhile is not overwritten. The token of `vault login` is found.",
    why: 'sops writes `[{"Key": …}]` and `null`, and a new version each time.',
    test: "test/publish/servers.test.ts",
  },
  {
    id: "publish-gcs",
    what: "An upload to Google Cloud Storage that fails ends with 1.",
    why: "sops ends with 0, and nothing was uploaded.",
    test: "test/publish/gcs.test.ts",
  },
  {
    id: "only-the-file",
    what: "A `role` or an `aws_profile` that only the file names is not used, and no token is sent to a Vault that only the file names (128).",
    why: "Whoever can write a file could send your credentials anywhere.",
    flag: "`--accept role:…`, `profile:…`, `endpoint:…`; `trust` in your own configuration",
    test: "test/keys/aws-kms-servers.test.ts",
  },
  {
    id: "context-null",
    what: "A null in the encryption context of an AWS KMS key is left out.",
    why: "sops crashes (2).",
    test: "test/keys/aws-kms-servers.test.ts",
  },
  {
    id: "completion",
    what: "The scripts of `completion` know the commands and flags themselves; those of sops start sops at each press of the key. Theirs work with sotto as well.",
    why: "They answer at once, offer the values of flags, and are there for fish and PowerShell too.",
    test: "test/cli/completion.test.ts",
  },
  {
    id: "audit",
    what: "Where `/etc/sops/audit.yaml` exists, a warning says that sotto writes no record to the database of that file.",
    why: "Nobody should believe that a call was recorded.",
    test: "test/cli/commands/audit.test.ts",
  },
  {
    id: "version",
    what: "`--version` prints `sops 3.13.3 (sotto X.Y.Z)` and looks nothing up in the network.",
    why: "Scripts read the second word; nobody should learn when you start it.",
    test: "test/cli/version.test.ts",
  },
];

/** The table as README.md shows it. */
export function renderDifferences(): string {
  const rows = DIFFERENCES.map(({ what, why, flag }) => `| ${what} | ${why} | ${flag ?? "–"} |`);
  return ["| What sotto does | Why | As in sops with |", "| --- | --- | --- |", ...rows].join("\n");
}

const BLOCK = /(<!-- differences -->\n)[\s\S]*?(<!-- \/differences -->)/;

/** The text of a README with the table in its place. @throws Error when the place is missing */
export function withDifferences(readme: string): string {
  if (!BLOCK.test(readme)) throw new Error("README.md has no <!-- differences --> … <!-- /differences -->");
  return readme.replace(BLOCK, (_all, start: string, end: string) => `${start}\n${renderDifferences()}\n\n${end}`);
}
