/** The stanza `scrypt` of age, which protects identity files by a passphrase. Runs in node:crypto, on bytes. */
import { scrypt } from "node:crypto";
import type { Identity, Stanza } from "age-encryption";
import { encodeBase64, hasFileKeyLength, joinBytes, openFileKey } from "./x25519.ts";

const LABEL = new TextEncoder().encode("age-encryption.org/v1/scrypt");
const SALT_LENGTH = 16;
/** As in age: 2^22 rounds take 4 GiB. */
const MAX_WORK_FACTOR = 22;
const BLOCK_SIZE = 8;

/**
 * @param passphrase is called when there is a stanza for it; the answer is wiped here
 * @returns an identity that fits if the passphrase is right
 */
export function scryptIdentity(passphrase: () => Promise<Uint8Array>): Identity {
  return {
    async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
      const stanza = stanzas.find((one) => one.args[0] === "scrypt");
      if (stanza === undefined) return null;
      if (stanzas.length !== 1) throw new Error("an scrypt recipient must be the only one");
      const { salt, workFactor } = readStanza(stanza);
      const secret = await passphrase();
      try {
        return (await openFileKey(await derive(secret, joinBytes(LABEL, salt), 2 ** workFactor), stanza.body)) ?? null;
      } finally {
        secret.fill(0);
      }
    },
  };
}

function readStanza({ args, body }: Stanza): { readonly salt: Uint8Array; readonly workFactor: number } {
  const [, text = "", factor = ""] = args;
  const salt = Uint8Array.from(Buffer.from(text, "base64"));
  if (args.length !== 3 || salt.length !== SALT_LENGTH || encodeBase64(salt) !== text || !/^[1-9]\d*$/.test(factor)) {
    throw new Error("invalid scrypt recipient block");
  }
  if (!hasFileKeyLength(body)) throw new Error("invalid scrypt recipient block: incorrect file key size");
  const workFactor = Number(factor);
  if (workFactor > MAX_WORK_FACTOR) throw new Error(`scrypt work factor too large: ${factor.slice(0, 20)}`);
  return { salt, workFactor };
}

function derive(secret: Uint8Array, salt: Uint8Array, cost: number): Promise<Uint8Array> {
  // OpenSSL counts a little more than the block itself.
  const maxmem = 128 * cost * BLOCK_SIZE + (1 << 20);
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, { N: cost, r: BLOCK_SIZE, p: 1, maxmem }, (error, key) => {
      if (error === null) resolve(new Uint8Array(key.buffer, key.byteOffset, key.length));
      else reject(error);
    });
  });
}
