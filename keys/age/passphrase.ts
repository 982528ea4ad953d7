/** Asks for the passphrases of keys that are locked: once for each, and only when there is something they may open. */
import { armor } from "age-encryption";
import { SottoError } from "../../src/model/error.ts";
import type { KeyContext } from "../../src/model/keys.ts";
import { decryptFile } from "./file.ts";
import { SourceError } from "./problems.ts";
import { scryptIdentity } from "./scrypt.ts";
import type { LockedSshKey, OpenSshKey } from "./ssh-key.ts";
import { SshKeyError } from "./ssh-public.ts";
import type { SshPublicKey } from "./ssh-public.ts";

/** sops: an identity file that is longer is none. */
const MAX_LOCKED_FILE = 1 << 24;
const DASH = 0x2d;

/** A passphrase in a variable would be seen by every program that is started; hence there is none. */
const HINT = "there is no terminal to ask for its passphrase: run the command in one, or name an identity that has none";

async function ask(context: KeyContext, what: string, question: string): Promise<Uint8Array> {
  if (context.prompt === undefined) throw new SourceError(`${what} is protected by a passphrase`, [`${what}: ${HINT}`]);
  return context.prompt.askSecret(question);
}

/**
 * @param publicKey of which the locked key has to be the private half
 * @throws SourceError
 */
export async function unlockSshKey(context: KeyContext, path: string, key: LockedSshKey, publicKey: SshPublicKey): Promise<OpenSshKey> {
  const what = `the SSH key ${JSON.stringify(path)}`;
  const passphrase = await ask(context, what, `Enter passphrase for ${JSON.stringify(path)}:`);
  try {
    const opened = await key.unlock(passphrase);
    if (opened === undefined) throw new SourceError(`incorrect passphrase for ${what}`);
    if (!Buffer.from(opened.publicKey.blob).equals(publicKey.blob)) {
      throw new SourceError(`${what} is not the private half of the public key beside it`, [
        `write the public half anew: ssh-keygen -y -f ${path} > ${path}.pub`,
      ]);
    }
    return opened;
  } catch (error) {
    if (error instanceof SshKeyError) throw new SourceError(`malformed SSH identity in ${JSON.stringify(path)}: ${error.message}`);
    throw error;
  } finally {
    passphrase.fill(0);
  }
}

/**
 * The content of an identity file that is itself an age file. gpg-agent, which sops would ask, is not used.
 * @param file plain or armored
 * @param path of the file, where that is not the source's name
 * @returns bytes that the caller wipes
 * @throws SourceError
 */
export async function unlockFile(context: KeyContext, source: string, file: Uint8Array, path?: string): Promise<Uint8Array> {
  if (file.length >= MAX_LOCKED_FILE) throw new SourceError(`failed to read '${source}': file too long`);
  const text = file[0] === DASH ? Buffer.from(file).toString("latin1") : armor.encode(Uint8Array.from(file));
  const what = `the identity file '${source}'${path === undefined ? "" : ` (${path})`}`;
  const passphrase = (): Promise<Uint8Array> => ask(context, what, `Enter passphrase for identity '${source}':`);
  const opened = await decryptFile(text, [scryptIdentity(passphrase)]);
  if (opened.state === "opened") return opened.payload;
  if (opened.state === "unmatched") throw new SourceError(`incorrect passphrase for ${what}`);
  if (opened.cause instanceof SourceError || SottoError.is(opened.cause)) throw opened.cause;
  throw new SourceError(`failed to decrypt identity file '${source}': ${opened.reason}`);
}
