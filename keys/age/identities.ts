/**
 * Reads the text of an identity source (sops: §5.4). Works on bytes, which are wiped by whoever read them. What becomes a
 * string, and so stays in memory until it is collected: a hybrid identity, because `age-encryption` takes nothing else; what
 * stands in `SOPS_AGE_KEY`, because the environment has only strings; the beginning and the end of a line that is no
 * identity, while its hint is made. X25519 scalars go into keys of node:crypto, plugins' identities stay bytes.
 */
import type { Identity } from "age-encryption";
import type { KeyContext } from "../../src/model/keys.ts";
import { decodeBech32, encodeBech32 } from "./bech32.ts";
import { findMistakes } from "./mistakes.ts";
import { SourceError } from "./problems.ts";
import { importScalar, publicPoint, x25519Identity } from "./x25519.ts";

export interface HeldIdentity {
  readonly kind: "x25519" | "hybrid" | "ssh-ed25519" | "ssh-rsa" | "plugin" | "locked";
  /** Where it was found: the name of a variable, or a path. */
  readonly source: string;
  /** A hybrid identity is handed over as text. */
  readonly use: Identity | string;
  /** The recipient, where it is known without work: `age1…`, `ssh-…`. */
  readonly recipient?: string;
  /** The name of the plugin that serves the identity. */
  readonly plugin?: string;
  /** Asks for the passphrase of a source that is locked (kind `locked`), and gives what it holds. @throws SourceError */
  readonly unlock?: () => Promise<readonly HeldIdentity[]>;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NUMBER_SIGN = 0x23;
const SCALAR_LENGTH = 32;
/** Becomes part of a program's name: no slash. */
const PLUGIN_NAME = /^[a-z0-9+\-._]+$/;

/** How a source is read. */
export interface Reading {
  readonly source: string;
  /** The path, where that is not the source's name. */
  readonly path?: string;
  /** Several identities a line, apart by blanks (`SOPS_AGE_KEY`). */
  readonly words: boolean;
  /** What plugins and passphrases go through. */
  readonly context: KeyContext;
}

/**
 * Reads identities, one a line. One bad line spoils the source.
 * @throws SourceError
 */
export function parseIdentities(text: Uint8Array, reading: Reading): readonly HeldIdentity[] {
  return isLockedFile(text) ? [lockedFile(Uint8Array.from(text), reading)] : parseLines(text, reading);
}

/** True for a source that is itself an age file, plain or armored (sops: §5.4). */
function isLockedFile(text: Uint8Array): boolean {
  return startsWith(text, "age-encryption") || startsWith(text, "-----BEGIN AGE");
}

/** Stands for all that the file holds, which is known only with its passphrase. */
function lockedFile(file: Uint8Array, reading: Reading): HeldIdentity {
  const { source, context } = reading;
  let unlocked: Promise<readonly HeldIdentity[]> | undefined;
  const unlock = async (): Promise<readonly HeldIdentity[]> => {
    const content = await (await import("./passphrase.ts")).unlockFile(context, source, file, reading.path);
    try {
      return parseLines(content, { ...reading, words: false });
    } finally {
      content.fill(0);
    }
  };
  return { kind: "locked", source, use: FITS_NOTHING, unlock: () => (unlocked ??= unlock()) };
}

const FITS_NOTHING: Identity = { unwrapFileKey: () => null };

function parseLines(text: Uint8Array, reading: Reading): HeldIdentity[] {
  const found: HeldIdentity[] = [];
  let number = 0;
  for (const line of splitLines(text)) {
    number += 1;
    if (line.length === 0 || line[0] === NUMBER_SIGN) continue;
    for (const word of reading.words ? splitBlanks(line) : [line]) {
      const identity = parseIdentity(word, reading);
      if (typeof identity === "string") {
        throw new SourceError(
          `failed to parse '${reading.source}' age identities: ${identity}`,
          findMistakes(word, reading.source, number),
        );
      }
      found.push(identity);
    }
  }
  return found;
}

/** @returns the identity, or what is wrong with the text, without any part of it */
function parseIdentity(text: Uint8Array, { source, context }: Reading): HeldIdentity | string {
  if (startsWith(text, "AGE-PLUGIN-")) return parsePlugin(text, source, context);
  const kind = startsWith(text, "AGE-SECRET-KEY-PQ-1") ? "hybrid" : startsWith(text, "AGE-SECRET-KEY-1") ? "x25519" : undefined;
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

/** The plugin is started when it has something to unwrap. */
function parsePlugin(text: Uint8Array, source: string, context: KeyContext): HeldIdentity | string {
  const decoded = decodeBech32(text);
  if (!decoded.ok) return `invalid identity encoding: ${decoded.reason}`;
  decoded.bytes.fill(0);
  const plugin = /^AGE-PLUGIN-(.+)-$/.exec(decoded.prefix)?.[1]?.toLowerCase();
  if (plugin === undefined || !PLUGIN_NAME.test(plugin)) return "not a plugin identity";
  const line = Uint8Array.from(text);
  const use: Identity = {
    unwrapFileKey: async (stanzas) => (await import("./plugin.ts")).pluginIdentity(plugin, line, context).unwrapFileKey(stanzas),
  };
  return { kind: "plugin", source, plugin, use };
}

/** @param prefix of ASCII */
function startsWith(text: Uint8Array, prefix: string): boolean {
  if (text.length < prefix.length) return false;
  for (let at = 0; at < prefix.length; at += 1) if (text[at] !== prefix.charCodeAt(at)) return false;
  return true;
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
