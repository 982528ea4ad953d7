/**
 * The part of Protocol Buffers that sops's key service needs: varints, texts, bytes, messages and maps of texts. The writer
 * leaves empty fields out, as proto3 does; the reader passes over fields that it is not asked for.
 */

/** A message that is none. Tells where, never what was there. */
export class WireError extends Error {}

const LENGTH_DELIMITED = 2;
/** Bytes of a value by its wire type; varints and what brings its length along are read. */
const FIXED: Readonly<Record<number, number>> = { 1: 8, 5: 4 };
/** Field numbers and lengths fit into 32 bits; a varint of 10 bytes is one of 64. */
const MAX_VARINT = 10;

export type Piece = Uint8Array;

/** One field with its tag and length; an empty one is nothing at all unless `always`. */
export function bytesField(number: number, value: Uint8Array, always = false): Piece[] {
  if (value.length === 0 && !always) return [];
  return [Uint8Array.from([...varint(number * 8 + LENGTH_DELIMITED), ...varint(value.length)]), value];
}

export function textField(number: number, value: string): Piece[] {
  return bytesField(number, new TextEncoder().encode(value));
}

/** A map is a list of messages with the key as field 1 and the value as field 2. */
export function mapField(number: number, entries: readonly (readonly [string, string])[]): Piece[] {
  return entries.flatMap(([key, value]) => bytesField(number, join([...textField(1, key), ...textField(2, value)]), true));
}

/** @returns a copy, which the caller may wipe */
export function join(pieces: readonly Piece[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

function varint(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return out;
}

export interface Field {
  readonly number: number;
  /** A view of the message; undefined for numbers, which no message here has. */
  readonly bytes: Uint8Array | undefined;
}

/** The fields of a message in their order. @throws WireError */
export function readFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const next = (): number => {
    let value = 0;
    for (let place = 0; place < MAX_VARINT; place += 1) {
      const byte = message[at];
      if (byte === undefined) throw new WireError("it ends within a number");
      at += 1;
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte < 0x80) return value;
    }
    throw new WireError("a number has too many bytes");
  };
  while (at < message.length) {
    const tag = next();
    const number = Math.floor(tag / 8);
    const type = tag % 8;
    if (number === 0 || number >= 2 ** 29) throw new WireError("a field has an impossible number");
    if (type === 0) {
      next();
      fields.push({ number, bytes: undefined });
      continue;
    }
    const length = type === LENGTH_DELIMITED ? next() : FIXED[type];
    if (length === undefined) throw new WireError("a field has an unknown type");
    if (length > message.length - at) throw new WireError("a field is longer than the message");
    fields.push({ number, bytes: type === LENGTH_DELIMITED ? message.subarray(at, at + length) : undefined });
    at += length;
  }
  return fields;
}

/** The last value of a field counts; an absent one is empty. */
export function lastBytes(fields: readonly Field[], number: number): Uint8Array {
  return fields.findLast((field) => field.number === number && field.bytes !== undefined)?.bytes ?? new Uint8Array(0);
}

/** @throws WireError for what is not UTF-8 */
export function lastText(fields: readonly Field[], number: number): string {
  return decode(lastBytes(fields, number));
}

export function readMap(fields: readonly Field[], number: number): Map<string, string> {
  const entries = fields.flatMap((field) => (field.number === number && field.bytes !== undefined ? [readFields(field.bytes)] : []));
  return new Map(entries.map((entry) => [lastText(entry, 1), lastText(entry, 2)]));
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new WireError("a text is not UTF-8");
  }
}
