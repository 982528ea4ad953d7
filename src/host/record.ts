/**
 * What files held and what they are to hold, in one sequence of bytes: a line of JSON with sizes and hashes, then the contents.
 * A record that was cut short, or that anybody changed, is no record.
 */
import { createHash } from "node:crypto";

export interface RecordedFile {
  readonly path: string;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

interface Content {
  readonly size: number;
  readonly sha256: string;
}

const MARK = "sotto record 1";

export function encodeRecord(files: readonly RecordedFile[]): Uint8Array {
  const rows = files.map(({ path, before, after }) => ({ path, before: describe(before), after: describe(after) }));
  const head = Buffer.from(`${JSON.stringify({ [MARK]: rows })}\n`);
  return Buffer.concat([head, ...files.flatMap(({ before, after }) => [before, after])]);
}

/** @returns undefined when the bytes are no whole record */
export function decodeRecord(bytes: Uint8Array): readonly RecordedFile[] | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf(0x0a);
  const rows = parseHead(buffer.subarray(0, end).toString("utf8"));
  let at = end + 1;
  const take = (content: Content): Uint8Array | undefined => {
    const part = buffer.subarray(at, at + content.size);
    at += content.size;
    return part.length === content.size && describe(part).sha256 === content.sha256 ? part : undefined;
  };
  const files: RecordedFile[] = [];
  for (const row of rows ?? []) {
    const before = take(row.before);
    const after = take(row.after);
    if (before === undefined || after === undefined) return undefined;
    files.push({ path: row.path, before, after });
  }
  return files.length > 0 && at === buffer.length ? files : undefined;
}

interface Row {
  readonly path: string;
  readonly before: Content;
  readonly after: Content;
}

function parseHead(text: string): readonly Row[] | undefined {
  try {
    const head: unknown = JSON.parse(text);
    const rows: unknown = typeof head === "object" && head !== null && MARK in head ? head[MARK] : undefined;
    return Array.isArray(rows) && rows.every(isRow) ? rows : undefined;
  } catch {
    return undefined;
  }
}

function isRow(value: unknown): value is Row {
  if (typeof value !== "object" || value === null || !("path" in value && "before" in value && "after" in value)) return false;
  return typeof value.path === "string" && isContent(value.before) && isContent(value.after);
}

function isContent(value: unknown): value is Content {
  if (typeof value !== "object" || value === null || !("size" in value && "sha256" in value)) return false;
  return Number.isSafeInteger(value.size) && Number(value.size) >= 0 && typeof value.sha256 === "string";
}

function describe(bytes: Uint8Array): Content {
  return { size: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
