/** The secrets of a project as TypeScript types, with `loadSecrets` typed. */
import type { KeySchema } from "./model.ts";
import { describeKey } from "./describe.ts";
import type { Kind } from "./observe.ts";
import type { Shape } from "./shape.ts";

export interface TypeScriptOptions {
  readonly environments: readonly string[];
  /** What it was made from, for the first line. */
  readonly from: string;
}

export function toTypeScript(shape: Shape, { environments, from }: TypeScriptOptions): string {
  const names = environments.length === 0 ? "string" : environments.map(quote).join(" | ");
  return [
    `// Made by \`sotto types\` from ${oneLine(from)}. Changes are lost when it is made again.`,
    'import { loadSecrets as load, type LoadSecretsOptions } from "sotto";',
    "",
    `export type Environment = ${names};`,
    "",
    `export interface Secrets ${bodyOf(shape, "")}`,
    "",
    "export interface LoadOptions extends LoadSecretsOptions {",
    "  readonly environment: Environment;",
    "}",
    "",
    "/** The secrets of an environment. `sotto env check` tells whether they are what these types say. */",
    "export function loadSecrets(options: LoadOptions): Promise<Secrets> {",
    "  return load<Secrets>(options);",
    "}",
    "",
  ].join("\n");
}

function bodyOf(shape: Shape, indent: string): string {
  if (shape.children.size === 0) return "{}";
  const inner = `${indent}  `;
  const members = [...shape.children].map(([key, child]) => {
    const comment = commentOf(child.key, inner);
    return `${comment}${inner}readonly ${nameOf(key)}${child.optional ? "?" : ""}: ${typeOf(child, inner)};\n`;
  });
  return `{\n${members.join("")}${indent}}`;
}

function typeOf(shape: Shape, indent: string): string {
  const types = new Set<string>();
  if (shape.children.size > 0) types.add(bodyOf(shape, indent));
  if (shape.key?.type === "any" || shape.key?.type === "json") {
    if (shape.kinds.size === 0 || shape.kinds.has("mapping")) return "unknown";
  }
  const kinds = shape.kinds.size > 0 || shape.key === undefined ? [...shape.kinds] : kindsOf(shape.key);
  for (const kind of kinds) types.add(typeOfKind(kind, shape.key));
  return types.size === 0 ? "unknown" : [...types].join(" | ");
}

function typeOfKind(kind: Kind, key: KeySchema | undefined): string {
  switch (kind) {
    case "str":
      return key?.type === "enum" && key.values.length > 0 ? key.values.map(quote).join(" | ") : "string";
    case "int":
    case "float":
      return "number";
    case "bool":
      return "boolean";
    case "list":
      return "readonly unknown[]";
    case "mapping":
      return "Readonly<Record<string, unknown>>";
    case "null":
      return "null";
  }
}

/** What a file would hold that keeps to the schema. */
export function kindsOf({ type }: KeySchema): readonly Kind[] {
  switch (type) {
    case "int":
    case "port":
      return ["int"];
    case "float":
      return ["float"];
    case "bool":
      return ["bool"];
    case "list":
      return ["list"];
    case "any":
    case "json":
      return [];
    case "string":
    case "url":
    case "email":
    case "enum":
    case "regex":
    case "pem":
    case "jwt":
    case "uuid":
    case "base64":
    case "hex":
    case "duration":
      return ["str"];
  }
}

function commentOf(key: KeySchema | undefined, indent: string): string {
  const lines = key === undefined ? [] : describeKey(key).map((line) => line.replaceAll("*/", "*\\/"));
  if (lines.length === 0) return "";
  if (lines.length === 1) return `${indent}/** ${lines[0] ?? ""} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join("")}${indent} */\n`;
}

function nameOf(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
}

/** Half characters and separators of lines spelled out, so that any file can hold it. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u2028\u2029\u007F-\u009F]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
}
