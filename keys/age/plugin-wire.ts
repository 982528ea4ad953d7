/** The messages of age's plugin protocol: stanzas as in an age header, one after the other (C2SP age-plugin, age spec). */
import { encodeBase64 } from "./x25519.ts";

export interface Message {
  readonly type: string;
  readonly args: readonly string[];
  readonly body: Uint8Array;
}

/** What a plugin says that is no message. */
export class MalformedMessage extends Error {}

const LINE_FEED = 0x0a;
const COLUMNS = 64;
/** Longest message, in bytes. The largest that plugins have use for are below 3,000. */
const MAX_LENGTH = 1 << 20;

/** @param args may be bytes, so that an identity need not become a string; they hold no blank and no line feed */
export function encodeMessage(type: string, args: readonly (string | Uint8Array)[] = [], body: Uint8Array = new Uint8Array(0)): Uint8Array {
  const parts: Uint8Array[] = [toBytes(`-> ${type}`)];
  for (const arg of args) parts.push(toBytes(" "), typeof arg === "string" ? toBytes(arg) : arg);
  parts.push(toBytes("\n"), wrapBody(body));
  return joinParts(parts);
}

/** Unpadded Base64 in lines of 64 columns; the last line is shorter, and may be empty. Secret bodies are not made a string. */
function wrapBody(body: Uint8Array): Uint8Array {
  const digits = Math.ceil((body.length * 8) / 6);
  const out = new Uint8Array(digits + Math.floor(digits / COLUMNS) + 1).fill(LINE_FEED);
  let at = 0;
  for (let digit = 0; digit < digits; digit += 1) {
    const bit = digit * 6;
    const pair = ((body[bit >> 3] ?? 0) << 8) | (body[(bit >> 3) + 1] ?? 0);
    out[at] = ALPHABET[(pair >> (10 - (bit & 7))) & 63] ?? 0;
    at += (digit + 1) % COLUMNS === 0 ? 2 : 1;
  }
  return out;
}

const ALPHABET = new TextEncoder().encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const DIGITS: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(255);
  for (const [value, byte] of ALPHABET.entries()) table[byte] = value;
  return table;
})();

/** Reads messages from chunks that end anywhere. */
export class MessageReader {
  readonly #read: () => Promise<Uint8Array | undefined>;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** @param read gives the next chunk, undefined at the end */
  constructor(read: () => Promise<Uint8Array | undefined>) {
    this.#read = read;
  }

  /**
   * @returns undefined at the end of the output
   * @throws MalformedMessage
   */
  async next(): Promise<Message | undefined> {
    const head = await this.#line(MAX_LENGTH);
    if (head === undefined) return undefined;
    const words = Buffer.from(head.buffer, head.byteOffset, head.length).toString("latin1").split(" ");
    const [arrow, type = "", ...args] = words;
    // Printable ASCII and nothing else, as in the header of an age file.
    if (arrow !== "->" || ![type, ...args].every((word) => /^[!-~]+$/.test(word))) throw new MalformedMessage("malformed stanza");
    const lines: Uint8Array[] = [];
    for (let left = MAX_LENGTH - head.length; ;) {
      const line = await this.#line(left);
      if (line === undefined) throw new MalformedMessage("it ended in the middle of a stanza");
      if (line.length > COLUMNS) throw new MalformedMessage("malformed stanza body");
      lines.push(line);
      left -= line.length + 1;
      if (line.length < COLUMNS) break;
    }
    const text = joinParts(lines);
    for (const line of lines) line.fill(0);
    try {
      return { type, args, body: decodeBody(text) };
    } finally {
      text.fill(0);
    }
  }

  /** A copy of the next line, without its end. @returns undefined at the end of the output */
  async #line(limit: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    for (let length = 0; ;) {
      const feed = this.#chunk.indexOf(LINE_FEED, this.#at);
      const end = feed === -1 ? this.#chunk.length : feed;
      length += end - this.#at;
      if (length > limit) throw new MalformedMessage("the stanza is too long");
      // `slice` of a Buffer would be a view.
      parts.push(Uint8Array.from(this.#chunk.subarray(this.#at, end)));
      this.#chunk.fill(0, this.#at, end);
      if (feed !== -1) {
        this.#at = feed + 1;
        return joinParts(parts);
      }
      const chunk = await this.#read();
      if (chunk === undefined) {
        if (length > 0) throw new MalformedMessage("it ended in the middle of a stanza");
        return undefined;
      }
      this.#chunk = chunk;
      this.#at = 0;
    }
  }
}

/** Canonical unpadded Base64. */
function decodeBody(text: Uint8Array): Uint8Array {
  const out = new Uint8Array((text.length * 6) >> 3);
  let held = 0;
  let bits = 0;
  let length = 0;
  for (const byte of text) {
    const digit = DIGITS[byte] ?? 255;
    if (digit === 255) throw new MalformedMessage("malformed stanza body");
    held = ((held << 6) | digit) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out[length] = (held >> bits) & 255;
    length += 1;
  }
  if (bits >= 6 || (held & ((1 << bits) - 1)) !== 0) throw new MalformedMessage("malformed stanza body");
  return out;
}

/** The text of a body or an argument that is shown to a person. */
export function readText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** An argument that is a text in unpadded Base64. @throws MalformedMessage */
export function readTextArgument(arg: string): string {
  const bytes = Uint8Array.from(Buffer.from(arg, "base64"));
  if (encodeBase64(bytes) !== arg) throw new MalformedMessage("malformed argument");
  return readText(bytes);
}

function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** There may be more parts than a call takes arguments. */
function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
