/** The metadata lines of a dotenv file: `sops_` keys, last in the file, always ended by LF alone. */
import type { Branch, Document, Splice } from "../../src/model/tree.ts";
import { fieldsOf, planUpdate } from "../flat/fields.ts";
import type { Field } from "../flat/fields.ts";
import { METADATA_PREFIX, dotenvOrigin, encodeValue } from "./scan.ts";
import type { MetadataLine } from "./scan.ts";

export function attachMetadata(document: Document, metadata: Branch): Splice[] {
  const wanted = fieldsOf(metadata);
  const old = dotenvOrigin(document).metadata;
  if (old.length > 0) return updateLines(document.text, old, wanted);
  const lines = wanted.map(printField).join("\n");
  const end = document.text.length;
  // A file without a final line end stays one; that tells `detach` whose line end it was.
  const open = end > 0 && !document.text.endsWith("\n");
  return [{ start: end, end, text: open ? `\n${lines}` : `${lines}\n` }];
}

export function detachMetadata(document: Document): Splice[] {
  return runsOf(dotenvOrigin(document).metadata).map((run) => cutRun(document.text, run));
}

function printField(field: Field): string {
  return `${METADATA_PREFIX}${field.key}=${encodeValue(field.value)}`;
}

/** Lines that follow each other without a gap. */
function runsOf(lines: readonly MetadataLine[]): (readonly MetadataLine[])[] {
  const runs: MetadataLine[][] = [];
  for (const line of lines) {
    const run = runs.at(-1);
    if (run?.at(-1)?.next === line.start) run.push(line);
    else runs.push([line]);
  }
  return runs;
}

function cutRun(text: string, run: readonly MetadataLine[]): Splice {
  const start = run[0]?.start ?? 0;
  const end = run.at(-1)?.next ?? start;
  const open = end === text.length && !text.endsWith("\n");
  return { start: open && start > 0 ? start - 1 : start, end, text: "" };
}

function updateLines(text: string, old: readonly MetadataLine[], wanted: readonly Field[]): Splice[] {
  const runs = runsOf(old);
  const runOf = new Map(runs.flatMap((run, index) => run.map((line) => [line, index] as const)));
  const lines: string[][] = runs.map(() => []);
  let current = 0;
  for (const field of planUpdate(old, wanted)) {
    if (field.old) current = runOf.get(field.old) ?? current;
    const same = field.old?.value === field.value;
    lines[current]?.push(same && field.old ? text.slice(field.old.start, field.old.end) : printField(field));
  }
  return runs.map((run, index) => {
    const content = lines[index] ?? [];
    if (content.length === 0) return cutRun(text, run);
    const last = run.at(-1);
    const end = last && last.next > last.end ? "\n" : "";
    return { start: run[0]?.start ?? 0, end: last?.next ?? 0, text: content.join("\n") + end };
  });
}
