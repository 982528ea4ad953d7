/**
 * Reads private SSH keys: OpenSSH's own format (PROTOCOL.key) and PEM (PKCS #1, PKCS #8), open or locked by a passphrase.
 * Ed25519 and RSA only, as in age. Everything stays in bytes, and in keys of node:crypto, whose memory OpenSSL wipes.
 */
import { createPrivateKey, createPublicKey } from "node:crypto";
import type { JsonWebKey, KeyObject } from "node:crypto";
import { encodeRsaKey, readPem } from "./pem.ts";
import type { RsaNumbers } from "./pem.ts";
import { encodePublicBlob, parsePublicBlob, SshKeyError, SshReader } from "./ssh-public.ts";
import type { SshPublicKey } from "./ssh-public.ts";

const OPENSSH_MAGIC = "openssh-key-v1\0";
const SEED_LENGTH = 32;
/** OpenSSL takes no longer passphrase, in bytes. */
const MAX_PASSPHRASE = 1024;

export type OpenSshKey =
  /** `seed` has 32 bytes. */
  | { readonly kind: "ed25519"; readonly publicKey: SshPublicKey; readonly seed: Uint8Array }
  /** `key` makes the key of node:crypto from RSA numbers; checked when it is first used. */
  | { readonly kind: "rsa"; readonly publicKey: SshPublicKey; readonly key: () => KeyObject };

export interface LockedSshKey {
  readonly kind: "locked";
  /** Undefined where the file does not hold it (PEM). */
  readonly publicKey: SshPublicKey | undefined;
  /**
   * @param passphrase stays with the caller
   * @returns undefined for a wrong passphrase
   * @throws SshKeyError
   */
  unlock(passphrase: Uint8Array): Promise<OpenSshKey | undefined>;
}

export type SshPrivateKey = OpenSshKey | LockedSshKey;

/** Reads a private key file. The caller may wipe `file` afterwards. */
export function parsePrivateKey(file: Uint8Array): SshPrivateKey {
  const { type, content, encrypted } = readPem(file);
  try {
    if (encrypted) return lockedPem(Uint8Array.from(file));
    switch (type) {
      case "OPENSSH PRIVATE KEY":
        return parseOpenSsh(content);
      case "RSA PRIVATE KEY":
        return fromDer(content, "pkcs1");
      case "PRIVATE KEY":
        return fromDer(content, "pkcs8");
      default:
        throw new SshKeyError(`ssh: unsupported key type ${JSON.stringify(type)}`);
    }
  } finally {
    content.fill(0);
  }
}

function parseOpenSsh(file: Uint8Array): SshPrivateKey {
  if (Buffer.from(file.subarray(0, OPENSSH_MAGIC.length)).toString("latin1") !== OPENSSH_MAGIC) {
    throw new SshKeyError("ssh: invalid openssh private key format");
  }
  const reader = new SshReader(file.subarray(OPENSSH_MAGIC.length));
  const cipher = reader.text();
  const kdf = reader.text();
  const kdfOptions = Uint8Array.from(reader.bytes());
  if (reader.number() !== 1) throw new SshKeyError("ssh: multi-key files are not supported");
  const blob = Uint8Array.from(reader.bytes());
  const section = reader.bytes();
  if (cipher === "none" && kdf === "none") return readSection(section);
  const lock = { cipher, kdf, kdfOptions, ciphertext: Uint8Array.from(section), tag: Uint8Array.from(reader.rest()) };
  const publicKey = parsePublicBlob(blob);
  return {
    kind: "locked",
    publicKey,
    unlock: async (passphrase) => readLocked((await import("./ssh-lock.ts")).unlockSection(lock, passphrase)),
  };
}

function readLocked(section: Uint8Array | undefined): OpenSshKey | undefined {
  if (section === undefined) return undefined;
  try {
    const check = new SshReader(section);
    return check.number() === check.number() ? readSection(section) : undefined;
  } finally {
    section.fill(0);
  }
}

/** Copies what it keeps. */
function readSection(section: Uint8Array): OpenSshKey {
  const reader = new SshReader(section);
  if (reader.number() !== reader.number()) throw new SshKeyError("ssh: malformed OpenSSH key");
  const type = reader.text();
  if (type === "ssh-ed25519") {
    const point = reader.bytes();
    const pair = reader.bytes();
    reader.bytes();
    reader.padding();
    if (point.length !== 32 || pair.length !== 64) throw new SshKeyError("ssh: private key unexpected length");
    return {
      kind: "ed25519",
      publicKey: parsePublicBlob(encodePublicBlob(type, [pair.subarray(32)])),
      seed: Uint8Array.from(pair.subarray(0, SEED_LENGTH)),
    };
  }
  if (type === "ssh-rsa") {
    const [n, e, d, inverse, p, q] = [0, 1, 2, 3, 4, 5].map(() => Uint8Array.from(reader.integer()));
    reader.bytes();
    reader.padding();
    if (!n || !e || !d || !inverse || !p || !q) throw new SshKeyError("ssh: malformed OpenSSH key");
    const publicKey = parsePublicBlob(encodePublicBlob(type, [e, n]));
    return { kind: "rsa", publicKey, key: () => importRsa({ n, e, d, inverse, p, q }) };
  }
  throw new SshKeyError("ssh: unhandled key type");
}

/** OpenSSL has the ciphers of encrypted PKCS #8 and of the old `DEK-Info` header. */
function lockedPem(file: Uint8Array): LockedSshKey {
  return {
    kind: "locked",
    publicKey: undefined,
    async unlock(passphrase) {
      if (passphrase.length === 0 || passphrase.length > MAX_PASSPHRASE) return undefined;
      const key = Buffer.from(file.buffer, file.byteOffset, file.length);
      let opened: KeyObject;
      try {
        opened = createPrivateKey({
          key,
          format: "pem",
          passphrase: Buffer.from(passphrase.buffer, passphrase.byteOffset, passphrase.length),
        });
      } catch (error) {
        // A wrong passphrase shows as bad padding, and now and then as a key that makes no sense.
        if (error instanceof Error) return undefined;
        throw error;
      }
      return fromKeyObject(opened);
    },
  };
}

function fromDer(der: Uint8Array, type: "pkcs1" | "pkcs8"): OpenSshKey {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: Buffer.from(der.buffer, der.byteOffset, der.length), format: "der", type });
  } catch {
    throw new SshKeyError(`malformed ${type === "pkcs1" ? "PKCS #1" : "PKCS #8"} private key`);
  }
  return fromKeyObject(key);
}

function fromKeyObject(key: KeyObject): OpenSshKey {
  const publicJwk = (): JsonWebKey => createPublicKey(key).export({ format: "jwk" });
  if (key.asymmetricKeyType === "ed25519") {
    const publicKey = parsePublicBlob(encodePublicBlob("ssh-ed25519", [fromUrlBase64(publicJwk().x)]));
    // The seed ends the structure (RFC 8410 §7).
    const der = key.export({ format: "der", type: "pkcs8" });
    const seed = Uint8Array.from(der.subarray(der.length - SEED_LENGTH));
    der.fill(0);
    return { kind: "ed25519", publicKey, seed };
  }
  if (key.asymmetricKeyType === "rsa") {
    const { e, n } = publicJwk();
    const publicKey = parsePublicBlob(encodePublicBlob("ssh-rsa", [fromUrlBase64(e), fromUrlBase64(n)]));
    return { kind: "rsa", publicKey, key: () => key };
  }
  throw new SshKeyError(`unsupported SSH identity type: ${key.asymmetricKeyType ?? "unknown"}`);
}

function importRsa(numbers: RsaNumbers): KeyObject {
  const der = encodeRsaKey(numbers);
  try {
    return createPrivateKey({ key: Buffer.from(der.buffer, der.byteOffset, der.length), format: "der", type: "pkcs1" });
  } catch {
    throw new SshKeyError("ssh: malformed RSA key");
  } finally {
    der.fill(0);
  }
}

function fromUrlBase64(text: string | undefined): Uint8Array {
  return Uint8Array.from(Buffer.from(text ?? "", "base64url"));
}
