/**
 * The age file that sops and sotto write for one X25519 recipient, read and written without `age-encryption`: loading that
 * and its streams costs a small command more than all else together. There is one layout only: armor, one stanza, a payload
 * of one short chunk. Anything else, and any failure, is left to `file.ts`, which also has the words for it.
 */
import { createHmac, randomFillSync, timingSafeEqual } from "node:crypto";
import type { Recipient, Stanza } from "age-encryption";
import { openChaCha, sealChaCha } from "./chacha.ts";
import type { HeldIdentity } from "./identities.ts";
import { decodeExactly, deriveKey, encodeBase64 } from "./x25519.ts";

const ARMORED =
  /^-----BEGIN AGE ENCRYPTED FILE-----\n((?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{1,64}={0,2})\n-----END AGE ENCRYPTED FILE-----\n?$/;
/** 32 bytes have 43 digits: the share, the wrapped file key with its tag, the MAC. */
const HEADER = /^(age-encryption\.org\/v1\n-> X25519 ([A-Za-z0-9+/]{43})\n([A-Za-z0-9+/]{43})\n---) ([A-Za-z0-9+/]{43})\n$/;
const HEADER_LENGTH = "age-encryption.org/v1\n-> X25519 \n\n--- \n".length + 3 * 43;
const FILE_KEY_LENGTH = 16;
const NONCE_LENGTH = 16;
const TAG_LENGTH = 16;
/** A data key has 32 bytes, a Shamir share 33; much longer ones would come in lines and chunks. */
const MAX_LENGTH = 64;
/** Such a file has some 400 characters. A pattern on a text of many megabytes would run out of stack. */
const MAX_TEXT = 2048;
const NO_SALT = new Uint8Array(0);
/** Eleven bytes count the chunks, the twelfth marks the last: this one is first and last (age spec, payload). */
const CHUNK_NONCE = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

/** @returns the payload; undefined if this is another kind of file, or no X25519 identity fits, or anything does not verify */
export async function openQuickly(text: string, identities: readonly HeldIdentity[]): Promise<Uint8Array | undefined> {
  const file = text.length > MAX_TEXT ? undefined : readFile(text);
  const fileKey = file === undefined ? undefined : await unwrapFileKey(file.stanza, identities);
  if (file === undefined || fileKey === undefined) return undefined;
  try {
    if (!timingSafeEqual(macOf(fileKey, file.covered), file.mac)) return undefined;
    return await withKey(fileKey, file.nonce, "payload", (key) => openChaCha(key, CHUNK_NONCE, file.sealed));
  } finally {
    fileKey.fill(0);
  }
}

/** @returns ASCII armor that ends in LF; undefined if the payload is long, or the recipient is not X25519 */
export async function sealQuickly(payload: Uint8Array, recipient: Recipient): Promise<string | undefined> {
  if (payload.length > MAX_LENGTH) return undefined;
  const fileKey = randomFillSync(new Uint8Array(FILE_KEY_LENGTH));
  try {
    const [stanza, other] = await recipient.wrapFileKey(fileKey);
    if (stanza?.args[0] !== "X25519" || other !== undefined) return undefined;
    const covered = `age-encryption.org/v1\n-> ${stanza.args.join(" ")}\n${encodeBase64(stanza.body)}\n---`;
    const header = Buffer.from(`${covered} ${encodeBase64(macOf(fileKey, covered))}\n`, "latin1");
    const nonce = randomFillSync(new Uint8Array(NONCE_LENGTH));
    const sealed = await withKey(fileKey, nonce, "payload", (key) => sealChaCha(key, CHUNK_NONCE, payload));
    const lines = Buffer.concat([header, nonce, sealed])
      .toString("base64")
      .replaceAll(/.{64}(?!$)/g, "$&\n");
    return `-----BEGIN AGE ENCRYPTED FILE-----\n${lines}\n-----END AGE ENCRYPTED FILE-----\n`;
  } finally {
    fileKey.fill(0);
  }
}

interface QuickFile {
  readonly stanza: Stanza;
  /** The part of the header that its MAC covers. */
  readonly covered: string;
  readonly mac: Uint8Array;
  readonly nonce: Uint8Array;
  /** The only chunk, with its tag. */
  readonly sealed: Uint8Array;
}

function readFile(text: string): QuickFile | undefined {
  const bytes = decodeExactly(ARMORED.exec(text)?.[1]?.replaceAll("\n", "") ?? "", "padded");
  const [, covered, share = "", wrapped = "", mac = ""] = HEADER.exec(bytes?.toString("latin1", 0, HEADER_LENGTH) ?? "") ?? [];
  const body = decodeExactly(wrapped);
  const macBytes = decodeExactly(mac);
  const sealed = bytes?.subarray(HEADER_LENGTH + NONCE_LENGTH);
  if (bytes === undefined || covered === undefined || body === undefined || macBytes === undefined || sealed === undefined)
    return undefined;
  if (sealed.length < TAG_LENGTH || sealed.length > TAG_LENGTH + MAX_LENGTH) return undefined;
  const nonce = bytes.subarray(HEADER_LENGTH, HEADER_LENGTH + NONCE_LENGTH);
  return { stanza: { args: ["X25519", share], body }, covered, mac: macBytes, nonce, sealed };
}

/** As age does: the first identity that knows the stanza. */
async function unwrapFileKey(stanza: Stanza, identities: readonly HeldIdentity[]): Promise<Uint8Array | undefined> {
  try {
    for (const { kind, use } of identities) {
      const fileKey = kind === "x25519" && typeof use !== "string" ? await use.unwrapFileKey([stanza]) : null;
      if (fileKey !== null) return fileKey;
    }
  } catch {
    // `file.ts` meets the same failure and reports it.
  }
  return undefined;
}

function macOf(fileKey: Uint8Array, covered: string): Uint8Array {
  const key = deriveKey(fileKey, NO_SALT, "header");
  try {
    return createHmac("sha256", key).update(covered, "latin1").digest();
  } finally {
    key.fill(0);
  }
}

/** Lends a key that is derived from the file key, and wipes it. */
async function withKey<T>(fileKey: Uint8Array, salt: Uint8Array, info: string, use: (key: Uint8Array) => Promise<T>): Promise<T> {
  const key = deriveKey(fileKey, salt, info);
  try {
    return await use(key);
  } finally {
    key.fill(0);
  }
}
