/** Reads mappings of a schema; what it does not know is wrong, and where is remembered. */
import type { Span } from "../model/tree.ts";
import { type Field, type Located, readFields } from "../policy/fields.ts";
import type { ConfigSource } from "../policy/source.ts";
import { suggest } from "../policy/suggest.ts";

/** What is read, with a place for what is wrong. */
export interface SchemaReader {
  readonly source: ConfigSource;
  /** Names of the environments, undefined when nobody knows them. */
  readonly environments: readonly string[] | undefined;
  /** Fields of a mapping that are known; for all others something is wrong. */
  fields(value: Located, where: string, known: readonly string[]): ReadonlyMap<string, Field>;
  wrong(span: Span, message: string, hints?: readonly string[]): void;
}

export function createReader(source: ConfigSource, environments: readonly string[] | undefined): SchemaReader {
  const reader: SchemaReader = {
    source,
    environments,
    wrong: (span, message, hints = []) => source.warn(span, message, { hints, refuses: true }),
    fields: (value, where, known) => {
      const fields = listFields(reader, value, where);
      for (const { key, keySpan } of fields) {
        if (known.includes(key)) continue;
        const meant = suggest(key, known);
        reader.wrong(keySpan, `unknown key "${key}" in ${where}`, [
          meant === undefined ? `known keys here: ${known.join(", ")}` : `did you mean ${meant}?`,
        ]);
      }
      return new Map(fields.map((field) => [field.key, field]));
    },
  };
  return reader;
}

export function listFields(reader: SchemaReader, value: Located, where: string): readonly Field[] {
  if (value.node.kind === "null") return [];
  if (value.node.kind !== "branch") {
    reader.wrong(value.span, `${where} is a mapping`);
    return [];
  }
  return readFields(reader.source, value, where, "a mapping");
}
