/**
 * Reads the text of an identity source (sops: §5.4). Works on bytes, so that a secret key becomes a string only where
 * `age-encryption` wants one (hybrid keys).
 */
import type { Identity } from "age-encryption";
import { decodeBech32, encodeBech32 } from "./bech32.ts";
import { importScalar, publicPoint, x25519Identity } from "./x25519.ts";

export interface HeldIdentity {
  readonly kind: "x25519" | "hybrid" | "ssh-ed25519" | "ssh-rsa" | "plugin";
  /** Where it was found: the name of a variable, or a path. */
  readonly source: string;
  /** A hybrid identity is handed over as text. */
  readonly use: Identity | string;
  /** The recipient, where it is known without work: `age1…`, `ssh-…`. */
  readonly recipient?: string;
  /** What to tell the user if nothing else could decrypt. */
  readonly hint?: string;
}

/** A source that cannot be used; the message is sops's, `hints` are ours. */
export class SourceError extends Error {
  readonly hints: readonly string[];

  constructor(message: string, hints: readonly string[] = []) {
    super(message);
    this.hints = hints;
  }
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NUMBER_SIGN = 0x23;
const SCALAR_LENGTH = 32;

/**
 * Reads identities, one a line, or several where `words` is set (`SOPS_AGE_KEY`). One bad line spoils the source.
 * @throws SourceError
 */
export function parseIdentities(text: Uint8Array, source: string, words: boolean): HeldIdentity[] {
  refuseLocked(text, source);
  const found: HeldIdentity[] = [];
  let number = 0;
  for (const line of splitLines(text)) {
    number += 1;
    if (line.length === 0 || line[0] === NUMBER_SIGN) continue;
    for (const word of words ? splitBlanks(line) : [line]) {
      const identity = parseIdentity(word, source);
      if (typeof identity === "string") {
        throw new SourceError(`failed to parse '${source}' age identities: ${identity}`, mistakesIn(word, source, number));
      }
      found.push(identity);
    }
  }
  return found;
}

/** An identity file that is itself an age file. */
function refuseLocked(text: Uint8Array, source: string): void {
  const head = headOf(text, 14);
  if (head !== "age-encryption" && head !== "-----BEGIN AGE") return;
  throw new SourceError(`failed to read '${source}': the identity file is protected by a passphrase, which sotto cannot ask for yet`, [
    `decrypt ${source} with \`age -d\` into a file that only you can read, and name that file`,
  ]);
}

/** @returns the identity, or what is wrong with the text, without any part of it */
function parseIdentity(text: Uint8Array, source: string): HeldIdentity | string {
  const head = headOf(text, 20);
  if (head.startsWith("AGE-PLUGIN-")) return parsePlugin(text, source);
  const kind = head.startsWith("AGE-SECRET-KEY-PQ-1") ? "hybrid" : head.startsWith("AGE-SECRET-KEY-1") ? "x25519" : undefined;
  if (kind === undefined) return "unknown identity type";
  const decoded = decodeBech32(text);
  if (!decoded.ok) return `malformed secret key: ${decoded.reason}`;
  try {
    if (decoded.prefix !== (kind === "hybrid" ? "AGE-SECRET-KEY-PQ-" : "AGE-SECRET-KEY-")) return "malformed secret key: unknown type";
    if (decoded.bytes.length !== SCALAR_LENGTH)
      return `malformed secret key: invalid ${kind === "hybrid" ? "MLKEM768-X25519" : "X25519"} secret key`;
    if (kind === "hybrid") return { kind, source, use: Buffer.from(text).toString("latin1") };
    const key = importScalar(decoded.bytes);
    const point = publicPoint(key);
    return { kind, source, use: x25519Identity(key, point), recipient: encodeBech32("age", point) };
  } finally {
    decoded.bytes.fill(0);
  }
}

/** A plugin is never started here; its identity only takes part in the count and in the hints. */
function parsePlugin(text: Uint8Array, source: string): HeldIdentity | string {
  const decoded = decodeBech32(text);
  if (!decoded.ok) return `invalid identity encoding: ${decoded.reason}`;
  decoded.bytes.fill(0);
  const name = /^AGE-PLUGIN-(.+)-$/.exec(decoded.prefix)?.[1]?.toLowerCase();
  if (name === undefined) return "not a plugin identity";
  const hint = `${source} holds an identity of age-plugin-${name}; sotto cannot use age plugins yet`;
  return { kind: "plugin", source, use: { unwrapFileKey: () => null }, hint };
}

/** Recognises what people put in place of an identity. */
function mistakesIn(text: Uint8Array, source: string, line: number): string[] {
  const head = headOf(text, 60);
  const place = source === "SOPS_AGE_KEY" ? source : `line ${line} of ${source}`;
  if (/^age1/i.test(head)) return [`${place} is a recipient (age1…), the public half; the identity begins with AGE-SECRET-KEY-1`];
  if (head.startsWith("ssh-")) return [`${place} is an SSH public key; name the private key's file in SOPS_AGE_SSH_PRIVATE_KEY_FILE`];
  if (/^-----BEGIN .*PRIVATE KEY/.test(head)) return [`${place} is an SSH private key; name its file in SOPS_AGE_SSH_PRIVATE_KEY_FILE`];
  if (head.startsWith("age-secret-key-")) return [`${place} is in lower case; identities are written in upper case`];
  if (/^["']/.test(head)) return [`${place} begins with a quote; identities stand alone`];
  if (/^(\u00EF\u00BB\u00BF|\u00FF\u00FE|\u00FE\u00FF)/.test(head))
    return [`${source} begins with a byte order mark; save it as plain UTF-8`];
  if (/^\s/.test(head)) return [`${place} begins with a blank; identities start in the first column`];
  if (source === "SOPS_AGE_KEY" && /[/\\]|^~|\.txt$/.test(head))
    return ["SOPS_AGE_KEY looks like a path; name the file in SOPS_AGE_KEY_FILE"];
  return [];
}

function headOf(text: Uint8Array, length: number): string {
  return Buffer.from(text.subarray(0, length)).toString("latin1");
}

/** Lines without their end; CRLF counts as an end. */
function* splitLines(text: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (start < text.length) {
    const at = text.indexOf(NEWLINE, start);
    const end = at === -1 ? text.length : at;
    yield text.subarray(start, end > start && text[end - 1] === RETURN ? end - 1 : end);
    start = end + 1;
  }
}

/** Words of a line, apart by ASCII blanks. */
function* splitBlanks(line: Uint8Array): Generator<Uint8Array> {
  let start = -1;
  for (let at = 0; at <= line.length; at += 1) {
    const byte = line[at] ?? 0x20;
    const blank = byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
    if (!blank && start === -1) start = at;
    if (blank && start !== -1) {
      yield line.subarray(start, at);
      start = -1;
    }
  }
}
