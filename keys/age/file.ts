/**
 * Data keys as armored age files, through `age-encryption`. Its streams are read here: given bytes, it goes through
 * `Response`, which costs 30 ms of CPU in a fresh Node process.
 */
import { armor, Decrypter, Encrypter } from "age-encryption";
import type { Identity, Recipient, Stanza } from "age-encryption";

/** Encrypts for one recipient. @returns ASCII armor of 64 columns that ends in LF */
export async function encryptFile(payload: Uint8Array, recipient: Recipient | string): Promise<string> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  return armor.encode(await readAll(await encrypter.encrypt(streamOf(payload))));
}

/** The package cuts off blanks that are part of the first and last line; age wants those lines alone, with at most 1024 characters of blank lines around. */
const ARMOR = /^(?:\s{0,1024}\n)?-----BEGIN AGE ENCRYPTED FILE-----\r?\n[\s\S]*\n-----END AGE ENCRYPTED FILE-----(?:\r?\n\s{0,1024})?$/;

export type Opened =
  | { readonly state: "opened"; readonly payload: Uint8Array }
  /** No identity fits any stanza. */
  | { readonly state: "unmatched" }
  /** In the words of age where it has some. */
  | { readonly state: "broken"; readonly reason: string; readonly cause: unknown };

/** Decrypts with the first identity that fits. */
export async function decryptFile(text: string, identities: readonly (Identity | string)[]): Promise<Opened> {
  let bytes: Uint8Array;
  try {
    if (!ARMOR.test(text)) throw new Error("its first or last line is not that of an age file");
    bytes = armor.decode(text);
  } catch (cause) {
    return { state: "broken", reason: `failed to read header: invalid armor: ${messageOf(cause)}`, cause };
  }
  const progress = new Progress();
  const decrypter = new Decrypter();
  decrypter.addIdentity(progress.first);
  for (const identity of identities) decrypter.addIdentity(identity);
  decrypter.addIdentity(progress.last);
  let payload: ReadableStream<Uint8Array>;
  try {
    payload = await decrypter.decrypt(streamOf(bytes));
  } catch (cause) {
    if (progress.ended) return { state: "unmatched" };
    const reason = messageOf(cause);
    if (!progress.started) return { state: "broken", reason: `failed to read header: ${reason}`, cause };
    return { state: "broken", reason: reason === "invalid header HMAC" ? "bad header MAC" : reason, cause };
  }
  try {
    return { state: "opened", payload: await readAll(payload) };
  } catch (cause) {
    return { state: "broken", reason: "failed to decrypt and authenticate payload chunk, file may be corrupted or tampered with", cause };
  }
}

/** Two identities that fit nothing, and tell how far the decryption came. */
class Progress {
  started = false;
  ended = false;
  readonly first: Identity = { unwrapFileKey: (_stanzas: Stanza[]) => this.#note("started") };
  readonly last: Identity = { unwrapFileKey: (_stanzas: Stanza[]) => this.#note("ended") };

  #note(what: "started" | "ended"): null {
    this[what] = true;
    return null;
  }
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  // Not every browser can iterate over a stream.
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value);
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    part.fill(0);
    at += part.length;
  }
  return out;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "unknown error";
}
