/** The stanzas `ssh-ed25519` and `ssh-rsa` of age, which turn SSH keys into recipients and identities. */
import { constants, createHash, createPublicKey, privateDecrypt, publicEncrypt } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Identity, Recipient, Stanza } from "age-encryption";
import {
  deriveKey,
  encodeBase64,
  importScalar,
  joinBytes,
  makeEphemeral,
  multiply,
  openFileKey,
  publicPoint,
  readPoint,
  sealFileKey,
} from "./x25519.ts";
import type { LockedSshKey, OpenSshKey, SshPrivateKey } from "./ssh-key.ts";
import type { SshPublicKey } from "./ssh-public.ts";

const ED25519_LABEL = "age-encryption.org/v1/ssh-ed25519";
const RSA_LABEL = new TextEncoder().encode("age-encryption.org/v1/ssh-rsa");
const NO_SALT = new Uint8Array(0);

/** First 4 bytes of the key's SHA-256: tells which stanza may be ours, and may collide. */
export function tagOf(key: SshPublicKey): string {
  return encodeBase64(createHash("sha256").update(key.blob).digest().subarray(0, 4));
}

export function sshRecipient(key: SshPublicKey): Recipient {
  return { wrapFileKey: async (fileKey) => [key.type === "ssh-rsa" ? wrapRsa(key, fileKey) : await wrapEd25519(key, fileKey)] };
}

/**
 * The costly part of an identity is built when a stanza carries its tag, and a passphrase is asked for no earlier.
 * @param unlock opens a key that is protected by a passphrase; what it throws is thrown on
 */
export function sshIdentity(
  publicKey: SshPublicKey,
  privateKey: SshPrivateKey,
  unlock: (key: LockedSshKey) => Promise<OpenSshKey>,
): Identity {
  const tag = tagOf(publicKey);
  let opened: Promise<OpenSshKey> | undefined;
  const open = (): Promise<OpenSshKey> => (opened ??= privateKey.kind === "locked" ? unlock(privateKey) : Promise.resolve(privateKey));
  return {
    async unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> {
      for (const stanza of stanzas) {
        if (stanza.args[0] !== publicKey.type) continue;
        if (stanza.args.length !== (publicKey.type === "ssh-rsa" ? 2 : 3)) throw new Error(`invalid ${publicKey.type} recipient block`);
        if (stanza.args[1] !== tag) continue;
        const key = await open();
        const fileKey =
          key.kind === "rsa"
            ? unwrapRsa(key.key(), stanza)
            : await unwrapEd25519(publicKey, key.seed, readPoint(stanza.args[2], "ssh-ed25519"), stanza);
        if (fileKey !== undefined) return fileKey;
      }
      return null;
    },
  };
}

async function wrapEd25519(key: SshPublicKey, fileKey: Uint8Array): Promise<Stanza> {
  const { ed25519 } = await import("@noble/curves/ed25519.js");
  const point = ed25519.utils.toMontgomery(key.parts[0] ?? NO_SALT);
  const ephemeral = makeEphemeral();
  const shared = multiply(ephemeral.key, point);
  const wrapping = wrappingKey(key, shared, ephemeral.point, point);
  return { args: ["ssh-ed25519", tagOf(key), encodeBase64(ephemeral.point)], body: await sealFileKey(wrapping, fileKey) };
}

async function unwrapEd25519(
  publicKey: SshPublicKey,
  seed: Uint8Array,
  share: Uint8Array,
  stanza: Stanza,
): Promise<Uint8Array | undefined> {
  // The scalar of an Ed25519 key is the first half of the hash of its seed (RFC 8032 §5.1.5); X25519 clamps it the same way.
  const hash = createHash("sha512").update(seed).digest();
  try {
    const key = importScalar(hash.subarray(0, 32));
    return await openFileKey(wrappingKey(publicKey, multiply(key, share), share, publicPoint(key)), stanza.body);
  } finally {
    hash.fill(0);
  }
}

/** Binds the shared secret to the SSH key (the tweak), then derives the key of the stanza. Wipes `shared`. */
function wrappingKey(key: SshPublicKey, shared: Uint8Array, ephemeral: Uint8Array, point: Uint8Array): Uint8Array {
  const tweak = deriveKey(NO_SALT, key.blob, ED25519_LABEL);
  const tweaked = multiply(importScalar(tweak), shared);
  shared.fill(0);
  try {
    return deriveKey(tweaked, joinBytes(ephemeral, point), ED25519_LABEL);
  } finally {
    tweaked.fill(0);
  }
}

function wrapRsa(key: SshPublicKey, fileKey: Uint8Array): Stanza {
  const [exponent = NO_SALT, modulus = NO_SALT] = key.parts;
  const publicKey = createPublicKey({ key: { kty: "RSA", n: toUrlBase64(modulus), e: toUrlBase64(exponent) }, format: "jwk" });
  return { args: ["ssh-rsa", tagOf(key)], body: Uint8Array.from(publicEncrypt({ key: publicKey, ...OAEP }, fileKey)) };
}

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256", oaepLabel: RSA_LABEL } as const;

function unwrapRsa(key: KeyObject, stanza: Stanza): Uint8Array | undefined {
  try {
    return Uint8Array.from(privateDecrypt({ key, ...OAEP }, stanza.body));
  } catch {
    return undefined;
  }
}

/** Base64url without padding, as JWK writes numbers. */
function toUrlBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
