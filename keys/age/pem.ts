/**
 * PEM (RFC 7468) and the DER of RSA keys (RFC 8017 §A.1.2), on bytes: no part of a private key becomes a string. The one
 * exception is `bigint`, in which dp and dq are computed; it cannot be wiped.
 */
import { SshKeyError } from "./ssh-public.ts";

export interface PemBlock {
  readonly type: string;
  /** Protected by a passphrase, by its type or its headers. Only OpenSSH's own format says so inside. */
  readonly encrypted: boolean;
  /** What the Base64 stands for; the caller wipes it. */
  readonly content: Uint8Array;
}

const LINE_FEED = 0x0a;
const BEGIN = "-----BEGIN ";

/** The first block of a text. @throws SshKeyError */
export function readPem(file: Uint8Array): PemBlock {
  const text = Buffer.from(file.buffer, file.byteOffset, file.length);
  const begin = findBegin(text);
  const end = begin === undefined ? -1 : text.indexOf(`-----END ${begin.type}-----`, begin.end);
  if (begin === undefined || end === -1) throw new SshKeyError("ssh: no key found");
  const body = text.subarray(begin.end, end);
  const headers = readHeaders(body);
  const content = decodeBase64(body.subarray(headers.length));
  if (content === undefined) throw new SshKeyError("ssh: no key found");
  return { type: begin.type, content, encrypted: begin.type === "ENCRYPTED PRIVATE KEY" || headers.encrypted };
}

/** The line that begins a block, wherever it stands. */
function findBegin(text: Buffer): { readonly type: string; readonly end: number } | undefined {
  for (let at = text.indexOf(BEGIN); at !== -1; at = text.indexOf(BEGIN, at + 1)) {
    if (at > 0 && text[at - 1] !== LINE_FEED) continue;
    const feed = text.indexOf(LINE_FEED, at);
    const end = feed === -1 ? text.length : feed;
    const type = /^-----BEGIN ([A-Z0-9 ]{1,40})-----[ \t]*\r?$/.exec(text.toString("latin1", at, Math.min(end, at + 200)))?.[1];
    if (type !== undefined) return { type, end };
  }
  return undefined;
}

/** Lines like `DEK-Info: …` in front of the Base64. */
function readHeaders(body: Buffer): { readonly length: number; readonly encrypted: boolean } {
  let length = 0;
  let encrypted = false;
  for (let start = 0; ;) {
    const feed = body.indexOf(LINE_FEED, start);
    if (feed === -1) return { length, encrypted };
    // Base64 has no colon: only a header is looked at as text.
    const colon = body.subarray(start, feed).indexOf(0x3a);
    if (colon === -1 && feed > start + 1) return { length, encrypted };
    if (colon !== -1) {
      length = feed + 1;
      encrypted ||= /^Proc-Type:.*ENCRYPTED/.test(body.toString("latin1", start, feed));
    }
    start = feed + 1;
  }
}

/** Reads Base64 with its padding and with white space anywhere. @returns undefined for anything else */
function decodeBase64(text: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let [length, held, digits, padding] = [0, 0, 0, 0];
  for (const byte of text) {
    if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) continue;
    if (byte === 0x3d) {
      padding += 1;
      continue;
    }
    const digit = digitOf(byte);
    if (digit === -1 || padding > 0) return undefined;
    held = ((held << 6) | digit) & 0xffffff;
    digits += 1;
    if (digits % 4 === 1) continue;
    out[length] = held >> (6 - ((digits - 1) % 4) * 2);
    length += 1;
  }
  if ((digits + padding) % 4 !== 0 || padding > 2) return undefined;
  return out.subarray(0, length);
}

function digitOf(byte: number): number {
  if (byte >= 0x41 && byte <= 0x5a) return byte - 0x41;
  if (byte >= 0x61 && byte <= 0x7a) return byte - 0x61 + 26;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30 + 52;
  if (byte === 0x2b) return 62;
  return byte === 0x2f ? 63 : -1;
}

/** The numbers of an RSA key that OpenSSH writes down. Without leading zeros. */
export interface RsaNumbers {
  readonly n: Uint8Array;
  readonly e: Uint8Array;
  readonly d: Uint8Array;
  readonly inverse: Uint8Array;
  readonly p: Uint8Array;
  readonly q: Uint8Array;
}

/** The PKCS #1 form, with dp and dq, which OpenSSH leaves out. The caller wipes it. */
export function encodeRsaKey({ n, e, d, inverse, p, q }: RsaNumbers): Uint8Array {
  const exponent = toBigInt(d);
  const reduced = (prime: Uint8Array): Uint8Array => fromBigInt(exponent % (toBigInt(prime) - 1n), prime.length);
  const parts = [new Uint8Array(0), n, e, d, p, q, reduced(p), reduced(q), inverse].map((number) => encodeInteger(number));
  const sequence = wrapDer(0x30, parts);
  for (const part of parts) part.fill(0);
  return sequence;
}

function encodeInteger(number: Uint8Array): Uint8Array {
  // An integer has a sign: a leading zero keeps it positive, and is all there is of zero.
  const signed = number.length === 0 || (number[0] ?? 0) >= 0x80;
  return wrapDer(0x02, signed ? [new Uint8Array(1), number] : [number]);
}

function wrapDer(tag: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  const out = new Uint8Array(1 + size.length + length);
  out.set([tag, ...size]);
  let at = 1 + size.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function toBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}

/** @param length no less than the number needs, in bytes */
function fromBigInt(value: bigint, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let rest = value;
  for (let at = length - 1; at >= 0; at -= 1, rest >>= 8n) out[at] = Number(rest & 0xffn);
  let start = 0;
  while (start < length && out[start] === 0) start += 1;
  return out.subarray(start);
}
