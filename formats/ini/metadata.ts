/** The `[sops]` section: last in the file, behind one blank line that belongs to it. */
import type { Branch, Document, Span, Splice } from "../../src/model/tree.ts";
import { fieldsOf, planUpdate } from "../flat/fields.ts";
import type { Field } from "../flat/fields.ts";
import { METADATA_SECTION } from "./scan.ts";
import { printKeys } from "./print.ts";
import { iniOrigin } from "./slots.ts";
import type { MetadataField, MetadataPlace } from "./slots.ts";
import { findForm, sopsForm } from "./value.ts";

export function attachMetadata(document: Document, metadata: Branch): Splice[] {
  const { lineEnd, metadata: place } = iniOrigin(document);
  const wanted = fieldsOf(metadata);
  if (place) return [updateFields(document.text, place, wanted, lineEnd)];
  const keys = wanted.map((field) => ({ key: field.key, value: printField(field.value), comment: "" }));
  const block = [`[${METADATA_SECTION}]`, ...printKeys(keys)].join(lineEnd);
  const end = document.text.length;
  if (end === 0) return [{ start: 0, end, text: block + lineEnd }];
  // A file without a final line end stays one; that tells `detach` whose line end it was.
  const text = document.text.endsWith("\n") ? lineEnd + block + lineEnd : lineEnd + lineEnd + block;
  return [{ start: end, end, text }];
}

export function detachMetadata(document: Document): Splice[] {
  const { metadata: place } = iniOrigin(document);
  if (!place) return [];
  const { text } = document;
  let start = place.header.line.start;
  if (endsLine(text, start) > 0 && endsLine(text, start - endsLine(text, start)) > 0) start -= endsLine(text, start);
  if (place.end === text.length && !text.endsWith("\n")) start -= endsLine(text, start);
  return [{ start, end: place.end, text: "" }];
}

/** Length of the line end in front of an offset. */
function endsLine(text: string, offset: number): number {
  if (text[offset - 1] !== "\n") return 0;
  return text[offset - 2] === "\r" ? 2 : 1;
}

function printField(value: string): string {
  const text = value.replaceAll("\n", "\\n");
  return findForm(text, "plain") ?? sopsForm(text);
}

/** All lines from the first field to the last, where each field's stretch begins behind the field before it. */
function updateFields(text: string, place: MetadataPlace, wanted: readonly Field[], lineEnd: string): Splice {
  const first = place.header.line.end;
  const stretches = new Map<MetadataField, Span>();
  let at = first;
  for (const field of place.fields) {
    stretches.set(field, { start: at, end: field.name.line.end });
    at = field.name.line.end;
  }
  const open = place.end === text.length && !text.endsWith("\n");
  const known = place.fields[0]?.name;
  const width = known ? known.delimiter - known.start : 0;
  const lines = planUpdate(place.fields, wanted).map((field) => {
    if (!field.old) return `${`${field.key} `.padEnd(width)}= ${printField(field.value)}${lineEnd}`;
    const stretch = stretches.get(field.old) ?? field.old.name.line;
    const line = updatedLine(text, stretch, field.old, field.value);
    return line.endsWith("\n") ? line : line + lineEnd;
  });
  const body = lines.join("");
  const start = known ? first : place.end;
  const lead = !known && open ? lineEnd : "";
  return { start, end: place.end, text: lead + (open ? body.slice(0, body.length - endsLine(body, body.length)) : body) };
}

function updatedLine(text: string, stretch: Span, old: MetadataField, value: string): string {
  if (old.value === value) return text.slice(stretch.start, stretch.end);
  return text.slice(stretch.start, old.place.start) + printField(value) + text.slice(old.place.end, stretch.end);
}
