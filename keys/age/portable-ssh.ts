/** SSH keys as recipients of age where there is no Node: as in `ssh.ts`, with noble's curves, and RSA by WebCrypto. */
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { Stanza } from "age-encryption";
import type { Recipient } from "age-encryption";
import { encodeBase64 } from "../../src/crypto/base64.ts";
import { joinBytes } from "../../src/crypto/bytes.ts";
import type { SshPublicKey } from "./ssh-public.ts";

const ED25519_LABEL = new TextEncoder().encode("age-encryption.org/v1/ssh-ed25519");
const RSA_LABEL = new TextEncoder().encode("age-encryption.org/v1/ssh-rsa");
const NOTHING = new Uint8Array(0);

export function sshRecipient(key: SshPublicKey): Recipient {
  return {
    wrapFileKey: async (fileKey: Uint8Array): Promise<Stanza[]> => [
      key.type === "ssh-rsa" ? await wrapRsa(key, fileKey) : wrapEd25519(key, fileKey),
    ],
  };
}

function wrapEd25519(key: SshPublicKey, fileKey: Uint8Array): Stanza {
  const point = ed25519.utils.toMontgomery(key.parts[0] ?? NOTHING);
  const ephemeral = x25519.keygen();
  const shared = x25519.getSharedSecret(ephemeral.secretKey, point);
  // Binds the secret to the SSH key.
  const tweak = hkdf(sha256, NOTHING, key.blob, ED25519_LABEL, 32);
  const tweaked = x25519.scalarMult(tweak, shared);
  const wrapping = hkdf(sha256, tweaked, joinBytes(ephemeral.publicKey, point), ED25519_LABEL, 32);
  try {
    // Such a key is used once, hence the zero nonce.
    const body = chacha20poly1305(wrapping, new Uint8Array(12)).encrypt(fileKey);
    return new Stanza(["ssh-ed25519", tagOf(key), encodeUnpadded(ephemeral.publicKey)], body);
  } finally {
    for (const secret of [ephemeral.secretKey, shared, tweaked, wrapping]) secret.fill(0);
  }
}

async function wrapRsa(key: SshPublicKey, fileKey: Uint8Array): Promise<Stanza> {
  const [exponent = NOTHING, modulus = NOTHING] = key.parts;
  const jwk = { kty: "RSA", n: encodeForUrl(modulus), e: encodeForUrl(exponent) };
  const publicKey = await crypto.subtle.importKey("jwk", jwk, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
  const body = await crypto.subtle.encrypt({ name: "RSA-OAEP", label: RSA_LABEL }, publicKey, Uint8Array.from(fileKey));
  return new Stanza(["ssh-rsa", tagOf(key)], new Uint8Array(body));
}

/** First 4 bytes of the key's SHA-256. */
function tagOf(key: SshPublicKey): string {
  return encodeUnpadded(sha256(key.blob).subarray(0, 4));
}

function encodeUnpadded(bytes: Uint8Array): string {
  return encodeBase64(bytes).replace(/=+$/, "");
}

/** As JWK writes numbers. */
function encodeForUrl(bytes: Uint8Array): string {
  return encodeUnpadded(bytes).replaceAll("+", "-").replaceAll("/", "_");
}
