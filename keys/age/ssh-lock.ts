/** Unlocks the private part of a key in OpenSSH's own format with its passphrase (PROTOCOL.key). */
import { createDecipheriv } from "node:crypto";
import type { DecipherGCM } from "node:crypto";
import { bcryptPbkdf } from "./bcrypt-pbkdf.ts";
import { SshKeyError, SshReader } from "./ssh-public.ts";

/** What the file says about its lock. */
export interface SshLock {
  readonly cipher: string;
  readonly kdf: string;
  readonly kdfOptions: Uint8Array;
  readonly ciphertext: Uint8Array;
  /** What follows the ciphertext: the tag of an authenticated cipher. */
  readonly tag: Uint8Array;
}

interface CipherRow {
  readonly algorithm: string;
  readonly key: number;
  readonly iv: number;
  readonly tag: number;
}

/** What ssh-keygen writes by default, now and in former years, and on request (-Z). Lengths in bytes. */
const CIPHERS: ReadonlyMap<string, CipherRow> = new Map([
  ["aes256-ctr", { algorithm: "aes-256-ctr", key: 32, iv: 16, tag: 0 }],
  ["aes192-ctr", { algorithm: "aes-192-ctr", key: 24, iv: 16, tag: 0 }],
  ["aes128-ctr", { algorithm: "aes-128-ctr", key: 16, iv: 16, tag: 0 }],
  ["aes256-cbc", { algorithm: "aes-256-cbc", key: 32, iv: 16, tag: 0 }],
  ["aes192-cbc", { algorithm: "aes-192-cbc", key: 24, iv: 16, tag: 0 }],
  ["aes128-cbc", { algorithm: "aes-128-cbc", key: 16, iv: 16, tag: 0 }],
  ["aes256-gcm@openssh.com", { algorithm: "aes-256-gcm", key: 32, iv: 12, tag: 16 }],
  ["aes128-gcm@openssh.com", { algorithm: "aes-128-gcm", key: 16, iv: 12, tag: 16 }],
]);

/** A file that asks for more would hold its reader up for minutes; ssh-keygen takes 16 or 24 unless told otherwise. */
const MAX_ROUNDS = 4096;
const MAX_SALT_LENGTH = 1024;
const BLOCK_LENGTH = 16;

/**
 * @returns the private part, which the caller wipes; undefined for a wrong passphrase where the cipher can tell (the check
 * numbers inside tell it of the others)
 * @throws SshKeyError
 */
export function unlockSection(lock: SshLock, passphrase: Uint8Array): Uint8Array | undefined {
  const row = CIPHERS.get(lock.cipher);
  if (row === undefined) {
    throw new SshKeyError(`ssh: unsupported cipher ${JSON.stringify(lock.cipher.slice(0, 40))}; ssh-keygen -p -Z aes256-ctr changes it`);
  }
  if (lock.kdf !== "bcrypt") throw new SshKeyError(`ssh: unknown KDF ${JSON.stringify(lock.kdf.slice(0, 40))}`);
  const options = new SshReader(lock.kdfOptions);
  const salt = options.bytes();
  const rounds = options.number();
  if (salt.length === 0 || salt.length > MAX_SALT_LENGTH || rounds === 0 || rounds > MAX_ROUNDS) {
    throw new SshKeyError("ssh: the options of the key derivation are out of bounds");
  }
  if (lock.ciphertext.length === 0 || lock.ciphertext.length % BLOCK_LENGTH !== 0 || lock.tag.length !== row.tag) {
    throw new SshKeyError("ssh: malformed OpenSSH key");
  }
  // bcrypt would take an empty one; OpenSSH and Go do not.
  if (passphrase.length === 0) return undefined;
  const derived = bcryptPbkdf(passphrase, salt, rounds, row.key + row.iv);
  try {
    return decrypt(row, derived.subarray(0, row.key), derived.subarray(row.key), lock);
  } finally {
    derived.fill(0);
  }
}

function decrypt(row: CipherRow, key: Uint8Array, iv: Uint8Array, lock: SshLock): Uint8Array | undefined {
  const decipher = createDecipheriv(row.algorithm, key, iv);
  if (row.tag > 0) (decipher as DecipherGCM).setAuthTag(lock.tag);
  else decipher.setAutoPadding(false);
  const section = decipher.update(lock.ciphertext);
  try {
    decipher.final();
    return section;
  } catch {
    section.fill(0);
    return undefined;
  }
}
