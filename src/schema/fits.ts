/** Whether a value is what the schema says. No answer holds a part of it. */
import type { Node, Scalar } from "../model/tree.ts";
import { looksLikeJwt } from "./jwt.ts";
import type { KeySchema, ValueType } from "./model.ts";

type Wanted = Pick<KeySchema, "type" | "values" | "pattern">;

/** How a value of each type is called. */
const NAMES: Readonly<Record<Exclude<ValueType, "any">, string>> = {
  string: "a text",
  int: "a whole number",
  float: "a number",
  bool: "true or false",
  port: "a port from 1 to 65535",
  url: "a URL with a scheme, such as https://",
  email: "an e-mail address",
  enum: "one of the values that the schema names",
  regex: "what the pattern of the schema matches",
  pem: "whole PEM blocks",
  jwt: "a JWT",
  uuid: "a UUID",
  base64: "Base64",
  hex: "hexadecimal digits",
  duration: "a duration, such as 30s, 5m or 1h30m",
  json: "JSON",
  list: "a list",
};

/**
 * @param typed false for a file that knows texts only (dotenv, INI): a number is a text that reads as one
 * @returns what is wrong, as the end of a sentence; undefined when it fits
 */
export function misfitOf(wanted: Wanted, node: Node, typed: boolean): string | undefined {
  const { type } = wanted;
  if (type === "any") return undefined;
  const name = NAMES[type];
  if (node.kind === "null") return `is null, not ${name}`;
  if (node.kind !== "scalar")
    return fitsContainer(type, node) ? undefined : `is a ${node.kind === "branch" ? "mapping" : "list"}, not ${name}`;
  const wrong = typed ? wrongQuotes(wanted, node) : undefined;
  if (wrong !== undefined) return wrong;
  return fitsText(wanted, node.type === "bool" ? node.canonical.toLowerCase() : node.canonical) ? undefined : `is not ${name}`;
}

function fitsContainer(type: ValueType, node: Exclude<Node, Scalar>): boolean {
  return type === "json" || (type === "list" && node.kind === "sequence");
}

const NUMBERS: readonly ValueType[] = ["int", "float", "port"];

/** What reads well but has another type in the file, which a program would notice. */
function wrongQuotes(wanted: Wanted, { type, canonical }: Scalar): string | undefined {
  const bare = NUMBERS.includes(wanted.type) || wanted.type === "bool";
  if (bare && type === "str" && fitsText(wanted, canonical)) return "is a text: write it without quotes";
  const free = wanted.type === "enum" || wanted.type === "json" || wanted.type === "duration" || wanted.type === "list";
  if (bare || free || type === "str") return undefined;
  return `is a ${type === "bool" ? "switch" : type === "time" ? "date" : "number"}: write it in quotes`;
}

/** @internal also for examples and defaults, which are texts */
export function fitsText({ type, values, pattern }: Wanted, text: string): boolean {
  switch (type) {
    case "any":
    case "string":
      return true;
    case "int":
      return /^[-+]?\d+$/.test(text);
    case "float":
      return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i.test(text);
    case "bool":
      return /^(?:true|false)$/i.test(text);
    case "port":
      return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
    case "url":
      return /^[a-z][a-z\d+.-]*:\/\/[^\s/?#][^\s]*$/i.test(text) || /^(?:file|sqlite|unix):\/\/\/\S+$/i.test(text);
    case "email":
      return /^[^\s@<>]+@[^\s@<>]+$/.test(text);
    case "enum":
      return values.includes(text);
    case "regex":
      return pattern?.compiled.test(text) !== false;
    case "pem":
      return isPem(text);
    case "jwt":
      return looksLikeJwt(text);
    case "uuid":
      return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
    case "base64":
      return isBase64(text);
    case "hex":
      return text.length > 0 && text.length % 2 === 0 && /^[\da-f]+$/i.test(text);
    case "duration":
      return /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d|w))+$/.test(text) || /^P(?=.)(?:\d+[YMWD])*(?:T(?:\d+(?:\.\d+)?[HMS])+)?$/.test(text);
    case "json":
      return isJson(text);
    case "list":
      return false;
  }
}

/** Blocks that are closed by their own name, with Base64 between (and headers, as old keys have them). */
function isPem(text: string): boolean {
  const block = /-----BEGIN ([A-Z\d ]{1,60})-----\r?\n(?:[A-Za-z-]+: [^\n]*\n)*[A-Za-z\d+/=\s]*-----END \1-----/g;
  return text.includes("-----BEGIN ") && text.replaceAll(block, "").trim() === "";
}

function isBase64(text: string): boolean {
  const plain = text.replaceAll(/[\r\n]/g, "");
  if (plain === "") return false;
  const whole = plain.endsWith("=") ? plain.length % 4 === 0 : plain.length % 4 !== 1;
  return whole && /^(?:[A-Za-z\d+/]+|[A-Za-z\d_-]+)={0,2}$/.test(plain);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
