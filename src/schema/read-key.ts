/** What a schema says of one key: the short form `database.port: port`, or a mapping. */
import { formatPath } from "../file/path.ts";
import { type Field, type Located, scalarText } from "../policy/fields.ts";
import { compilePattern } from "../policy/re2.ts";
import { suggest } from "../policy/suggest.ts";
import { fitsText } from "./fits.ts";
import { type KeySchema, type Period, TYPES, type ValueType } from "./model.ts";
import { parsePeriod } from "./period.ts";
import type { SchemaReader } from "./reader.ts";

/** What may be said of a key. */
export const KEY_FIELDS: readonly string[] = [
  "type",
  "values",
  "pattern",
  "required",
  "environments",
  "secret",
  "owner",
  "description",
  "rotate-after",
  "rotated",
  "example",
  "default",
];

export async function readKey(reader: SchemaReader, field: Field, path: readonly string[]): Promise<KeySchema> {
  const name = formatPath(path);
  const short = field.node.kind === "scalar";
  const fields = short ? new Map([["type", field]]) : reader.fields(field, name, KEY_FIELDS);
  const text = (of: string): string | undefined => readText(reader, fields.get(of), `${of} of ${name}`);
  const type = readType(reader, fields.get("type"), name);
  const key: KeySchema = {
    path,
    name,
    type: type ?? "any",
    values: readTexts(reader, fields.get("values"), `values of ${name}`) ?? [],
    pattern: await readPattern(reader, fields.get("pattern"), name),
    required: readRequired(reader, fields.get("required"), name),
    environments: readEnvironments(reader, fields.get("environments"), `environments of ${name}`),
    secret: readBool(reader, fields.get("secret"), `secret of ${name}`),
    owner: text("owner"),
    description: text("description"),
    rotateAfter: readPeriod(reader, fields.get("rotate-after"), name),
    rotated: readDay(reader, fields.get("rotated"), name),
    example: text("example"),
    default: text("default"),
    position: reader.source.positionOf(field.keySpan.start),
  };
  if (type !== undefined) checkTogether(reader, fields, key, field);
  return key;
}

/** What only makes sense with something else, or without it. */
function checkTogether(reader: SchemaReader, fields: ReadonlyMap<string, Field>, key: KeySchema, field: Field): void {
  const at = (name: string): Field => fields.get(name) ?? field;
  const { type, name } = key;
  if (type === "enum" && key.values.length === 0) {
    reader.wrong(at("type").span, `${name} is an enum without values`, ["add values: [debug, info, warn]"]);
  }
  if (type !== "enum" && fields.has("values")) reader.wrong(at("values").keySpan, `values of ${name} go with type: enum`);
  if (type === "regex" && !fields.has("pattern")) {
    reader.wrong(at("type").span, `${name} is a regex without a pattern`, ["add pattern: '^sk_[a-z0-9]+$'"]);
  }
  if (type !== "regex" && fields.has("pattern")) reader.wrong(at("pattern").keySpan, `pattern of ${name} goes with type: regex`);
  if (key.default !== undefined && key.required !== false) {
    reader.wrong(at("default").keySpan, `${name} has a default, so it is not required`, ["leave out one of the two"]);
  }
  if (key.default !== undefined && key.secret === true) {
    reader.wrong(at("default").keySpan, `${name} is a secret, and a default stands here for everybody to read`, ["leave it out"]);
  }
  if (key.rotated !== undefined && key.rotateAfter === undefined) {
    reader.wrong(at("rotated").keySpan, `rotated of ${name} goes with rotate-after`);
  }
  if (Array.isArray(key.required) && key.environments !== undefined) {
    const outside = key.required.find((one) => !key.environments?.includes(String(one)));
    if (outside !== undefined) reader.wrong(at("required").span, `${name} is required in ${String(outside)}, where it may not be`);
  }
  for (const which of ["example", "default"] as const) {
    const text = key[which];
    if (text === undefined || type === "list" || (type === "regex" && key.pattern === undefined)) continue;
    if (type === "pem" && which === "example") continue;
    if (!fitsText(key, text)) reader.wrong(at(which).span, `${which} of ${name} is no ${type}`);
  }
}

function readType(reader: SchemaReader, field: Field | undefined, name: string): ValueType | undefined {
  if (field === undefined) return "any";
  const text = readText(reader, field, `type of ${name}`);
  const found = TYPES.find((type) => type === text);
  if (found !== undefined || text === undefined) return found;
  const meant = ALIASES[text.toLowerCase()] ?? suggest(text, TYPES);
  reader.wrong(field.span, `"${text}" is no type`, [meant === undefined ? `types: ${TYPES.join(", ")}` : `did you mean ${meant}?`]);
  return undefined;
}

/** Names of types elsewhere. */
const ALIASES: Readonly<Record<string, ValueType>> = {
  str: "string",
  text: "string",
  integer: "int",
  number: "float",
  boolean: "bool",
  uri: "url",
  array: "list",
  object: "json",
  certificate: "pem",
  pattern: "regex",
};

function readText(reader: SchemaReader, field: Located | undefined, where: string): string | undefined {
  if (field === undefined) return undefined;
  if (field.node.kind !== "scalar") {
    reader.wrong(field.span, `${where} is a text`);
    return undefined;
  }
  return field.node.type === "bool" ? field.node.canonical.toLowerCase() : scalarText(reader.source, field.node);
}

function readBool(reader: SchemaReader, field: Field | undefined, where: string): boolean | undefined {
  if (field === undefined) return undefined;
  if (field.node.kind === "scalar" && field.node.type === "bool") return field.node.canonical === "True";
  reader.wrong(field.span, `${where} is true or false`);
  return undefined;
}

/** One text, or a list of them. */
function readTexts(reader: SchemaReader, field: Field | undefined, where: string): readonly string[] | undefined {
  if (field === undefined) return undefined;
  const { node, span } = field;
  if (node.kind !== "sequence") {
    const text = readText(reader, field, where);
    return text === undefined ? undefined : [text];
  }
  return node.items.flatMap((item) => {
    if (item.kind === "comment") return [];
    const text = readText(reader, { node: item, span: item.slot ?? span }, `an entry of ${where}`);
    return text === undefined ? [] : [text];
  });
}

function readEnvironments(reader: SchemaReader, field: Field | undefined, where: string): readonly string[] | undefined {
  const names = readTexts(reader, field, where);
  for (const name of names ?? []) {
    const known = reader.environments;
    if (field === undefined || known === undefined || known.includes(name)) continue;
    const meant = suggest(name, known);
    reader.wrong(field.span, `${where} names "${name}", which is no environment`, [
      meant === undefined ? `environments: ${known.join(", ") || "none"}` : `did you mean ${meant}?`,
    ]);
  }
  return names;
}

function readRequired(reader: SchemaReader, field: Field | undefined, name: string): boolean | readonly string[] {
  if (field === undefined) return false;
  if (field.node.kind === "scalar" && field.node.type === "bool") return field.node.canonical === "True";
  return readEnvironments(reader, field, `required of ${name}`) ?? false;
}

async function readPattern(reader: SchemaReader, field: Field | undefined, name: string): Promise<KeySchema["pattern"]> {
  const text = readText(reader, field, `pattern of ${name}`);
  if (field === undefined || text === undefined) return undefined;
  const compiled = await compilePattern(text);
  if (compiled !== undefined) return { text, compiled };
  reader.wrong(field.span, `pattern of ${name} is not valid RE2`, ["look-ahead, look-behind and back-references are not in RE2"]);
  return undefined;
}

function readPeriod(reader: SchemaReader, field: Field | undefined, name: string): Period | undefined {
  const text = readText(reader, field, `rotate-after of ${name}`);
  if (field === undefined || text === undefined) return undefined;
  const period = parsePeriod(text);
  if (period === undefined) reader.wrong(field.span, `rotate-after of ${name} is no period`, ["write 30d, 6w, 3mo or 1y"]);
  return period;
}

function readDay(reader: SchemaReader, field: Field | undefined, name: string): Date | undefined {
  const text = readText(reader, field, `rotated of ${name}`);
  if (field === undefined || text === undefined) return undefined;
  const date = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date.getTime())) return date;
  reader.wrong(field.span, `rotated of ${name} is no day`, ["write 2026-01-31"]);
  return undefined;
}
