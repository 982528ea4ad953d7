/** The update of a metadata block that is a list of fields: what stays, what changes, what is new, what goes. */
import type { Branch } from "../../src/model/tree.ts";

export interface Field {
  readonly key: string;
  readonly value: string;
}

/** A field of the new block; `old` is the line of the old block that holds it, whose text stays if the value is the same. */
export interface Update<Old extends Field> extends Field {
  readonly old: Old | undefined;
}

/** The flat `str` pairs of a metadata block. */
export function fieldsOf(metadata: Branch): Field[] {
  return metadata.entries.flatMap((entry) =>
    entry.kind === "pair" && entry.value.kind === "scalar" ? [{ key: entry.key, value: entry.value.canonical }] : [],
  );
}

/** Old fields keep their order; a new one follows the field that it follows in the new block. */
export function planUpdate<Old extends Field>(old: readonly Old[], wanted: readonly Field[]): Update<Old>[] {
  const values = new Map(wanted.map((field) => [field.key, field.value]));
  const kept = new Map<string, Old>();
  for (const field of old) if (values.has(field.key) && !kept.has(field.key)) kept.set(field.key, field);
  const first: Update<Old>[] = [];
  const behind = new Map<string, Update<Old>[]>();
  let place = first;
  for (const field of wanted) {
    if (kept.has(field.key)) {
      place = [];
      behind.set(field.key, place);
    } else place.push({ ...field, old: undefined });
  }
  const plan = first;
  for (const [key, field] of kept) plan.push({ key, value: values.get(key) ?? "", old: field }, ...(behind.get(key) ?? []));
  return plan;
}
