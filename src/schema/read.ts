/** Reads `secrets/schema.yaml`. It is strict: whatever it does not know is an error, and all of them are told at once. */
import { readYaml } from "../../formats/yaml/read.ts";
import { formatPath, parsePath, type PathPart } from "../file/path.ts";
import { SottoError } from "../model/error.ts";
import type { Field, Located } from "../policy/fields.ts";
import { ConfigSource, type ConfigWarning } from "../policy/source.ts";
import { readKey } from "./read-key.ts";
import type { KeySchema, Schema } from "./model.ts";
import { createReader, listFields, type SchemaReader } from "./reader.ts";

const TOP_FIELDS = ["strict", "keys"];

/**
 * @param environments names that `required` and `environments` may hold; undefined to take any
 * @throws SottoError `CONFIG_INVALID` with the places of all that is wrong
 */
export async function readSchema(path: string, text: string, environments?: readonly string[]): Promise<Schema> {
  const source = new ConfigSource(path, text);
  const reader = createReader(source, environments);
  const root = readRoot(source);
  const fields = reader.fields(root, "the schema", TOP_FIELDS);
  const strict = fields.get("strict");
  if (strict !== undefined && !isBool(strict)) reader.wrong(strict.span, "strict is true or false");
  const keys = fields.get("keys");
  if (keys === undefined)
    reader.wrong(root.span, "the schema names no keys", ["keys:", "  database.password: {type: string, required: true}"]);
  const schema = { path, strict: isBool(strict, "True"), keys: keys === undefined ? [] : await readKeys(reader, keys) };
  refuse(source);
  return schema;
}

async function readKeys(reader: SchemaReader, keys: Field): Promise<readonly KeySchema[]> {
  const found = new Map<string, KeySchema>();
  for (const field of listFields(reader, keys, "keys")) {
    const path = readPath(reader, field);
    if (path === undefined) continue;
    const name = formatPath(path);
    if (found.has(name)) reader.wrong(field.keySpan, `${name} stands here twice`);
    else found.set(name, await readKey(reader, field, path));
  }
  for (const { path, name } of found.values()) {
    for (let length = 1; length < path.length; length += 1) {
      const above = found.get(formatPath(path.slice(0, length)));
      if (above === undefined) continue;
      const offset = offsetOf(reader.source.text, above.position.line, above.position.column);
      reader.wrong({ start: offset, end: offset + above.name.length }, `${above.name} is a value and, for ${name}, a mapping`);
    }
  }
  return [...found.values()];
}

function readPath(reader: SchemaReader, { key, keySpan }: Field): readonly string[] | undefined {
  let path: readonly PathPart[];
  try {
    path = parsePath(key);
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    reader.wrong(keySpan, error.message, error.hints);
    return undefined;
  }
  if (path.length > 0 && path.every((part) => typeof part === "string" && part !== "")) return path as readonly string[];
  reader.wrong(keySpan, `"${key}" is no path to a key`, ["write database.password; a list is one value, of type list"]);
  return undefined;
}

function isBool(field: Field | undefined, canonical?: string): boolean {
  return field?.node.kind === "scalar" && field.node.type === "bool" && (canonical === undefined || field.node.canonical === canonical);
}

function readRoot(source: ConfigSource): Located {
  try {
    const { roots } = readYaml(source.text, { lenient: true });
    return { node: roots[0] ?? { kind: "null" }, span: { start: 0, end: 0 } };
  } catch (error) {
    if (!SottoError.is(error)) throw error;
    throw new SottoError("CONFIG_INVALID", error.message, {
      file: source.path,
      ...(error.position === undefined ? {} : { position: error.position }),
      hints: error.hints.length > 0 ? error.hints : ["mend the schema at that place"],
      cause: error,
    });
  }
}

/** @throws SottoError `CONFIG_INVALID` */
function refuse({ path, warnings }: ConfigSource): void {
  const [first, ...others] = warnings.toSorted((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  if (first === undefined) return;
  const hints = first.hints.length > 0 ? first.hints : ["mend the schema at that place"];
  throw new SottoError("CONFIG_INVALID", first.message, {
    file: path,
    position: first.position,
    hints: others.length === 0 ? hints : [...hints, "mend the others, too: nothing was looked at"],
    report: [first.frame, ...others.map((one) => describe(path, one))].join("\n"),
  });
}

function describe(path: string, { message, position, hints, frame }: ConfigWarning): string {
  return `${path}:${position.line}:${position.column}: ${[message, ...hints].join("; ")}\n${frame}`;
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) start = text.indexOf("\n", start) + 1;
  return start + column - 1;
}
