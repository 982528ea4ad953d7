/** The lines of an encrypted file that differ, with lengths in place of ciphertexts. */
import { matchLines } from "../../file/match-lines.ts";
import type { RawLine } from "../model/history.ts";

const MOST_LINES = 100;
const MOST_TEXT = 1_000_000;
const MOST_COLUMNS = 300;
const TOKEN = /ENC\[AES256_GCM,data:([^,\]]*),[^\]]*\]/g;

interface Side {
  readonly line: number;
  readonly text: string;
}

/** Both texts are encrypted. Nothing for files that are too large to be looked at line by line. */
export function maskedLines(before: string, after: string): readonly RawLine[] {
  if (before.length + after.length > MOST_TEXT) return [];
  const left = valueLines(before);
  const right = valueLines(after);
  const partners = matchLines(left, right);
  const found: RawLine[] = [];
  let next = 0;
  let added: Side[] = [];
  const close = (end: number): void => {
    const removed = left.slice(next, end).map((text, index): Side => ({ line: next + index + 1, text }));
    found.push(...pairUp(removed, added));
    added = [];
    next = end + 1;
  };
  for (const [index, text] of right.entries()) {
    const partner = partners[index] ?? -1;
    if (partner === -1) added.push({ line: index + 1, text });
    else close(partner);
  }
  close(left.length);
  return found.slice(0, MOST_LINES);
}

/** Without what sops keeps about the file, which differs each time. */
function valueLines(text: string): readonly string[] {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  const start = lines.findIndex((line) => /^(?:sops:\s*$|\s{1,8}"sops": \{|\[sops\])/.test(line));
  return (start === -1 ? lines : lines.slice(0, start)).filter((line) => !line.startsWith("sops_"));
}

/** A line that is gone and one that came in its place are one if they have the same key. */
function pairUp(removed: readonly Side[], added: readonly Side[]): readonly RawLine[] {
  const rest = [...removed];
  const lines: RawLine[] = [];
  for (const one of added) {
    const key = keyOf(one.text);
    const at = rest.findIndex((other) => key !== undefined && keyOf(other.text) === key);
    const [old] = at === -1 ? [] : rest.splice(at, 1);
    if (old === undefined) lines.push({ kind: "added", line: one.line, text: mask(one.text) });
    else lines.push({ kind: "changed", line: one.line, text: joinMasks(old.text, one.text) });
  }
  const gone = rest.map(({ line, text }): RawLine => ({ kind: "removed", line, text: mask(text) }));
  return [...lines, ...gone].toSorted((a, b) => a.line - b.line);
}

function keyOf(line: string): string | undefined {
  return /^(\s*(?:- )?[^:=]+[:=])/.exec(line)?.[1];
}

function mask(line: string): string {
  return line.replaceAll(TOKEN, (_, data: string) => `ENC[AES256_GCM,data:… ${data.length} b]`).slice(0, MOST_COLUMNS);
}

function joinMasks(before: string, after: string): string {
  const [one, other] = [[...before.matchAll(TOKEN)], [...after.matchAll(TOKEN)]];
  // What is encrypted on one side is a secret on both.
  if ((one.length === 0) !== (other.length === 0)) return `${keyOf(after) ?? ""} …`;
  const [old, now] = [one[0]?.[1], other[0]?.[1]];
  if (one.length !== 1 || other.length !== 1 || old === undefined || now === undefined)
    return `${mask(before)} → ${mask(after).trimStart()}`.slice(0, MOST_COLUMNS);
  return after.replace(TOKEN, `ENC[AES256_GCM,data:… ${old.length} b → ${now.length} b]`).slice(0, MOST_COLUMNS);
}
