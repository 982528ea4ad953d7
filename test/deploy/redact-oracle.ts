/** What a redacted stream has to be, found the slow way: every place of every form is looked at. */
import { LONGEST } from "../../src/deploy/redact-automaton.ts";
import { formsOf } from "../../src/deploy/redact-forms.ts";
import { type Redaction, Redactor } from "../../src/deploy/redact.ts";

/** All marks are one here, and marks that follow each other, too: a value that goes on is the same value. */
const MARKS = /(?:\[redacted [A-Z_0-9]+\])+/g;
const CUT_OFF = 8;

export function redactSlowly(text: string, values: readonly string[]): string {
  const bytes = Buffer.from(text);
  const covered = new Uint8Array(bytes.length);
  const parts = values.flatMap((value) => formsOf(value)).flatMap(cut);
  for (const part of parts) {
    for (let at = bytes.indexOf(part); at !== -1; at = bytes.indexOf(part, at + 1)) covered.fill(1, at, at + part.length);
  }
  const longest = Math.max(0, ...parts.map((part) => longestBeginning(bytes, part)));
  if (longest >= CUT_OFF) covered.fill(1, bytes.length - longest);
  let shown = "";
  for (let at = 0; at < bytes.length; at += 1) {
    if (covered[at] === 0) shown += String.fromCharCode(bytes[at] ?? 0);
    else if (at === 0 || covered[at - 1] === 0) shown += "[redacted X]";
  }
  return shown;
}

function cut(bytes: Uint8Array): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += LONGEST) {
    const start = Math.max(0, Math.min(at, bytes.length - LONGEST));
    parts.push(Buffer.from(bytes.subarray(start, start + LONGEST)));
  }
  return parts;
}

function longestBeginning(bytes: Buffer, part: Buffer): number {
  for (let length = Math.min(part.length, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(part.subarray(0, length))) return length;
  }
  return 0;
}

/** @param cuts where the pieces end, in any order */
export function redactInPieces(redaction: Redaction, bytes: Uint8Array, cuts: readonly number[]): string {
  const redactor = new Redactor(redaction);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const to of cuts.toSorted((a, b) => a - b)) {
    parts.push(Uint8Array.from(redactor.push(bytes.subarray(from, to))));
    from = to;
  }
  parts.push(Uint8Array.from(redactor.push(bytes.subarray(from))), redactor.end());
  return Buffer.concat(parts).toString("latin1");
}

export function withOneMark(text: string): string {
  return text.replaceAll(MARKS, "[redacted X]");
}
