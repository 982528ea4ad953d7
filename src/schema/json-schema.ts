/** An environment as JSON Schema (draft 2020-12): what `sotto render --format json` prints, or an application reads. */
import { describeKey } from "./describe.ts";
import type { KeySchema } from "./model.ts";
import type { Kind } from "./observe.ts";
import type { Shape } from "./shape.ts";
import { kindsOf } from "./typescript.ts";

type Json = Record<string, unknown>;

export function toJsonSchema(shape: Shape, strict: boolean): string {
  const schema = { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Secrets", ...objectOf(shape, strict) };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function objectOf(shape: Shape, strict: boolean): Json {
  const required = [...shape.children].filter(([, child]) => !child.optional).map(([key]) => key);
  return {
    type: "object",
    // A key may be called `__proto__`.
    properties: Object.fromEntries([...shape.children].map(([key, child]) => [key, schemaOf(child, strict)])),
    ...(required.length === 0 ? {} : { required }),
    ...(strict ? { additionalProperties: false } : {}),
  };
}

function schemaOf(shape: Shape, strict: boolean): Json {
  const { key } = shape;
  const value = valueOf(shape);
  const said = key === undefined ? {} : annotationsOf(key);
  if (shape.children.size === 0) return { ...said, ...value };
  const object = objectOf(shape, strict);
  return shape.kinds.size === 0 ? { ...said, ...object } : { ...said, anyOf: [object, value] };
}

const NAMES: Readonly<Record<Kind, string>> = {
  str: "string",
  int: "integer",
  float: "number",
  bool: "boolean",
  list: "array",
  mapping: "object",
  null: "null",
};

function valueOf({ kinds, key }: Shape): Json {
  const found = kinds.size > 0 || key === undefined ? [...kinds] : kindsOf(key);
  const types = [...new Set(found.map((kind) => NAMES[kind]))];
  return {
    ...(types.length === 0 ? {} : { type: types.length === 1 ? types[0] : types }),
    ...(key === undefined ? {} : limitsOf(key, found)),
  };
}

/** Words about texts only where there can be one, and words about numbers likewise. */
function limitsOf(key: KeySchema, kinds: readonly Kind[]): Json {
  const { pattern, minimum, maximum, ...limits } = wordsOf(key, kinds);
  return {
    ...limits,
    ...(pattern !== undefined && kinds.includes("str") ? { pattern } : {}),
    ...(minimum !== undefined && kinds.some((kind) => kind === "int" || kind === "float") ? { minimum, maximum } : {}),
  };
}

function wordsOf({ type, values, pattern }: KeySchema, kinds: readonly Kind[]): Json {
  switch (type) {
    case "string":
    case "list":
    case "json":
    case "any":
    case "duration":
      return {};
    case "int":
      return { pattern: "^[-+]?[0-9]+$" };
    case "float":
      return { pattern: "^[-+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)?$" };
    case "bool":
      return { pattern: "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$" };
    case "port":
      return { minimum: 1, maximum: 65535, pattern: "^[0-9]{1,5}$" };
    case "url":
      return { format: "uri" };
    case "email":
      return { format: "email" };
    case "enum":
      return kinds.every((kind) => kind === "str") ? { enum: values } : {};
    case "regex":
      return isPortable(pattern?.text) ? { pattern: pattern?.text } : {};
    case "pem":
      return { pattern: "^\\s*-----BEGIN [A-Z0-9 ]+-----" };
    case "jwt":
      return { pattern: "^\\s*[A-Za-z0-9_-]+[.][A-Za-z0-9_-]*[.][A-Za-z0-9_-]*\\s*$" };
    case "uuid":
      return { format: "uuid" };
    case "base64":
      return { contentEncoding: "base64" };
    case "hex":
      return { pattern: "^([0-9A-Fa-f]{2})+$" };
  }
}

/** RE2 and JavaScript read the usual patterns alike; one with flags or classes of its own is left out. */
function isPortable(pattern: string | undefined): boolean {
  if (pattern === undefined || /\(\?(?!:)|\\[AzZCQEpP]|\[\[:/.test(pattern)) return false;
  try {
    return new RegExp(pattern, "u").source !== "";
  } catch {
    return false;
  }
}

function annotationsOf(key: KeySchema): Json {
  const description = describeKey(key, false).join("\n");
  return {
    ...(description === "" ? {} : { description }),
    ...(key.default === undefined ? {} : { default: typed(key, key.default) }),
    ...(key.example === undefined ? {} : { examples: [typed(key, key.example)] }),
  };
}

/** An example is a text in the schema; here it is what it stands for. */
function typed(key: KeySchema, text: string): unknown {
  const [kind] = kindsOf(key);
  if (kind === "bool") return text.toLowerCase() === "true";
  const number = Number(text);
  return (kind === "int" || kind === "float") && Number.isFinite(number) ? number : text;
}
