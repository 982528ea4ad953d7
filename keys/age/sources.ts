/** Finds age identities in the seven places where sops looks (sops: §5.4). A place that fails only adds to the messages. */
import { posix, win32 } from "node:path";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { userConfigFile } from "../../src/model/user-folder.ts";
import { parseIdentities } from "./identities.ts";
import { findPathMistakes, findSshMistakes } from "./mistakes.ts";
import type { HeldIdentity, Reading } from "./identities.ts";
import { SourceError } from "./problems.ts";
import { parsePrivateKey } from "./ssh-key.ts";
import type { SshPrivateKey } from "./ssh-key.ts";
import { parsePublicLine, SshKeyError } from "./ssh-public.ts";
import type { SshPublicKey } from "./ssh-public.ts";
import { sshIdentity } from "./ssh.ts";
import { splitWords } from "../../src/model/words.ts";

/**
 * What one place gave. `unset`: its variable is not set. `missing`: no such file. `failed`: it could not be read.
 * `invalid`: it was read, and is no identity. `read`: identities, perhaps none.
 */
export interface Finding {
  readonly source: string;
  readonly state: "unset" | "missing" | "failed" | "invalid" | "read";
  readonly ssh: boolean;
  readonly identities: readonly HeldIdentity[];
  readonly error?: string;
  readonly hints: readonly string[];
}

type Place = (context: KeyContext) => Promise<Finding>;
type CommandPlace = (context: KeyContext, recipient: string) => Promise<Finding>;

/** Places that say the same whatever key is tried, by their place in sops's order. */
export const FIXED_PLACES: ReadonlyMap<number, Place> = new Map<number, Place>([
  [0, (context) => fromSetting(context, "SOPS_AGE_SSH_PRIVATE_KEY_FILE", true, (path) => readSshFile(context, path))],
  [2, (context) => fromSshFolder(context, "id_ed25519")],
  [3, (context) => fromSshFolder(context, "id_rsa")],
  [
    4,
    (context) =>
      fromSetting(context, "SOPS_AGE_KEY", false, async (text) =>
        parseAndWipe(context, new TextEncoder().encode(text), "SOPS_AGE_KEY", { words: true }),
      ),
  ],
  [5, (context) => fromSetting(context, "SOPS_AGE_KEY_FILE", false, (path) => readKeyFile(context, path, "SOPS_AGE_KEY_FILE"))],
  [7, (context) => fromDefaultFile(context)],
]);

/** Commands, which learn the recipient that is being tried. */
export const COMMAND_PLACES: ReadonlyMap<number, CommandPlace> = new Map<number, CommandPlace>([
  [1, (context, recipient) => fromCommand(context, "SOPS_AGE_SSH_PRIVATE_KEY_CMD", recipient, true)],
  [6, (context, recipient) => fromCommand(context, "SOPS_AGE_KEY_CMD", recipient, false)],
]);

/** `keys.txt` of the user, as sops finds it; an Error's message says why there is no such folder. */
export function findDefaultFile(context: KeyContext): string | Error {
  return userConfigFile(context, "sops", "age", "keys.txt");
}

/** Marks a place that could not be read at all, as against one that holds the wrong thing. */
class UnreadableError extends SourceError {}

async function fromSetting(
  context: KeyContext,
  name: string,
  ssh: boolean,
  read: (value: string) => Promise<readonly HeldIdentity[]>,
): Promise<Finding> {
  const value = context.env[name];
  if (value === undefined) return { source: name, state: "unset", ssh, identities: [], hints: [] };
  return attempt(name, ssh, () => read(value), name.endsWith("_FILE") ? `${name} (${value})` : name);
}

/** @param place what hints call the source */
async function attempt(
  source: string,
  ssh: boolean,
  read: () => Promise<readonly HeldIdentity[]>,
  place: string = source,
): Promise<Finding> {
  try {
    const identities = await read();
    const hints = identities.length === 0 ? [`${place} holds no identity: that is a line that begins with AGE-SECRET-KEY-1`] : [];
    return { source, state: "read", ssh, identities, hints };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const state = error instanceof UnreadableError ? "failed" : "invalid";
    return { source, state, ssh, identities: [], error: error.message, hints: error.hints };
  }
}

async function fromSshFolder(context: KeyContext, name: string): Promise<Finding> {
  if (context.home === "") return { source: name, state: "failed", ssh: true, identities: [], error: "$HOME is not defined", hints: [] };
  const path = (context.platform === "win32" ? win32 : posix).join(context.home, ".ssh", name);
  return fromOptionalFile(path, true, async () => {
    const file = await load(context, path, "failed to open file");
    return file === undefined ? undefined : parseSsh(context, path, file);
  });
}

async function fromDefaultFile(context: KeyContext): Promise<Finding> {
  const path = findDefaultFile(context);
  if (path instanceof Error) {
    const error = `user config directory could not be determined: ${path.message}`;
    return { source: "keys.txt", state: "failed", ssh: false, identities: [], error, hints: [] };
  }
  return fromOptionalFile(path, false, async () => {
    const file = await load(context, path, "failed to open file");
    return file === undefined ? undefined : parseAndWipe(context, file, path);
  });
}

async function fromOptionalFile(path: string, ssh: boolean, read: () => Promise<readonly HeldIdentity[] | undefined>): Promise<Finding> {
  let missing = false;
  const finding = await attempt(path, ssh, async () => {
    const identities = await read();
    missing = identities === undefined;
    return identities ?? [];
  });
  return missing ? { ...finding, state: "missing", hints: [] } : finding;
}

async function readKeyFile(context: KeyContext, path: string, name: string): Promise<readonly HeldIdentity[]> {
  refuseSecretPath(path, name);
  const file = await load(context, path, `failed to open ${name} file`, name);
  if (file === undefined) throw unreadable(path, `failed to open ${name} file`, "ENOENT", name);
  return parseAndWipe(context, file, name, { path });
}

async function readSshFile(context: KeyContext, path: string): Promise<readonly HeldIdentity[]> {
  const name = "SOPS_AGE_SSH_PRIVATE_KEY_FILE";
  refuseSecretPath(path, name);
  const file = await load(context, path, "failed to open file", name);
  if (file === undefined) throw unreadable(path, "failed to open file", "ENOENT", name);
  return parseSsh(context, path, file);
}

async function parseSsh(context: KeyContext, path: string, file: Uint8Array): Promise<readonly HeldIdentity[]> {
  let key: SshPrivateKey;
  try {
    key = parsePrivateKey(file);
  } catch (error) {
    if (!(error instanceof SshKeyError)) throw error;
    throw new SourceError(`malformed SSH identity in ${JSON.stringify(path)}: ${error.message}`, findSshMistakes(file, path));
  } finally {
    file.fill(0);
  }
  return [holdSsh(context, key, key.publicKey ?? (await readPublicFile(context, path)), path)];
}

/** The public half of a locked PEM key stands in `PATH.pub`. */
async function readPublicFile(context: KeyContext, path: string): Promise<SshPublicKey> {
  const reason = `failed to obtain public "${path}.pub" key for "${path}" SSH key`;
  const file = await load(context, `${path}.pub`, reason);
  if (file === undefined) throw unreadable(`${path}.pub`, reason, "ENOENT");
  try {
    return parsePublicLine(Buffer.from(file).toString("latin1"));
  } catch (error) {
    if (!(error instanceof SshKeyError)) throw error;
    throw new SourceError(`failed to parse "${path}.pub": ${error.message}`);
  }
}

function holdSsh(context: KeyContext, key: SshPrivateKey, publicKey: SshPublicKey, source: string): HeldIdentity {
  const use = sshIdentity(publicKey, key, async (locked) =>
    (await import("./passphrase.ts")).unlockSshKey(context, source, locked, publicKey),
  );
  return { kind: publicKey.type, source, use, recipient: `${publicKey.type} ${Buffer.from(publicKey.blob).toString("base64")}` };
}

async function fromCommand(context: KeyContext, name: string, recipient: string, ssh: boolean): Promise<Finding> {
  return fromSetting(context, name, ssh, async (command) => {
    const output = await runCommand(context, name, command, recipient);
    return ssh ? parseSshOutput(context, output, name) : parseAndWipe(context, output, name);
  });
}

function parseSshOutput(context: KeyContext, output: Uint8Array, name: string): readonly HeldIdentity[] {
  try {
    const key = parsePrivateKey(output);
    if (key.kind === "locked") throw new SourceError(`the SSH key returned by running ${name} is password protected, which is unsupported`);
    return [holdSsh(context, key, key.publicKey, name)];
  } catch (error) {
    if (!(error instanceof SshKeyError)) throw error;
    throw new SourceError(`malformed SSH identity returned by running ${name}: "${error.message}"`);
  } finally {
    output.fill(0);
  }
}

/** Only the program is named in messages: the rest of a command line may hold a token (sops prints all of it). */
async function runCommand(context: KeyContext, name: string, command: string, recipient: string): Promise<Uint8Array> {
  let words: string[];
  try {
    words = splitWords(command);
  } catch (error) {
    throw new UnreadableError(`failed to parse command of ${name}: ${error instanceof Error ? error.message : "invalid"}`);
  }
  const [program] = words;
  if (program === undefined) throw new UnreadableError(`failed to parse command of ${name}: it is empty`);
  try {
    return await context.run(words, { SOPS_AGE_RECIPIENT: recipient });
  } catch (error) {
    context.signal?.throwIfAborted();
    throw new UnreadableError(describeRun(error, program));
  }
}

function describeRun(error: unknown, program: string): string {
  const code = codeOf(error);
  if (code === "ENOENT")
    return `failed to execute command ${program}: exec: ${JSON.stringify(program)}: executable file not found in $PATH`;
  if (code !== undefined) return `failed to execute command ${program}: ${ERRNO[code] ?? code}`;
  return SottoError.is(error) ? `failed to execute command: ${error.message}` : `failed to execute command ${program}`;
}

/** A secret key where a path belongs must not come back in "no such file". */
function refuseSecretPath(path: string, name: string): void {
  if (!/AGE-(SECRET-KEY|PLUGIN)-|PRIVATE KEY-----/i.test(path)) return;
  throw new UnreadableError(`failed to open ${name} file: its value is a secret key, not a path`, [
    name === "SOPS_AGE_KEY_FILE" ? "put the identity itself in SOPS_AGE_KEY" : `name the file of the key in ${name}`,
  ]);
}

/** @param name of the variable that holds the path, if one does */
async function load(context: KeyContext, path: string, doing: string, name?: string): Promise<Uint8Array | undefined> {
  try {
    return await context.readFile(path);
  } catch (error) {
    context.signal?.throwIfAborted();
    const isFolder = SottoError.is(error) && error.code === "FILE_IS_DIRECTORY";
    throw unreadable(path, doing, isFolder ? "EISDIR" : codeOf(error), name);
  }
}

function unreadable(path: string, doing: string, code: string | undefined, name?: string): SourceError {
  const reason = code === undefined ? "it cannot be read" : (ERRNO[code] ?? code);
  return new UnreadableError(`${doing}: open ${path}: ${reason}`, findPathMistakes(path, code, name));
}

function parseAndWipe(context: KeyContext, text: Uint8Array, source: string, how: Partial<Reading> = {}): readonly HeldIdentity[] {
  try {
    return parseIdentities(text, { source, words: false, context, ...how });
  } finally {
    text.fill(0);
  }
}

/** What Go calls the usual errors of the system. */
const ERRNO: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
  ELOOP: "too many levels of symbolic links",
  ENAMETOOLONG: "file name too long",
};

/** The system's error code, of the error or of what caused it. */
function codeOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code = readField(at, "code");
    if (typeof code === "string" && /^E[A-Z0-9]+$/.test(code)) return code;
  }
  return undefined;
}

function readField(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
