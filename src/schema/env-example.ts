/** `.env.example`: the names that an application gets, what they are for, and examples of the schema. Never a value. */
import { nameOf } from "../deploy/name-of.ts";
import { clean, describeKey, describeRequired } from "./describe.ts";
import type { KeySchema } from "./model.ts";
import type { Shape } from "./shape.ts";

export interface ExampleOptions {
  readonly from: string;
  readonly prefix?: string;
}

export function toEnvExample(shape: Shape, { from }: ExampleOptions): string {
  const lines = [`# Made by sotto types from ${clean(from)}: names and examples, no value.`];
  collect(shape, [], lines);
  return `${lines.join("\n")}\n`;
}

function collect(shape: Shape, path: readonly string[], lines: string[]): void {
  for (const [key, child] of shape.children) {
    const own = [...path, key];
    if (child.key !== undefined || child.kinds.size > 0 || child.children.size === 0) {
      const comments = child.key === undefined ? [] : commentsOf(child.key);
      if (comments.length > 0) lines.push("", ...comments.map((line) => `# ${line}`));
      lines.push(lineOf(nameOf(own), child.key));
    }
    collect(child, own, lines);
  }
}

function commentsOf(key: KeySchema): readonly string[] {
  const type = key.type === "enum" ? key.values.map(clean).join(", ") : key.type === "any" ? "" : key.type;
  const facts = [describeRequired(key), type === "" ? undefined : type].filter((one) => one !== undefined).join("; ");
  const lines = describeKey(key);
  return facts === "" ? lines : [...lines, clean(facts)];
}

function lineOf(name: string, key: KeySchema | undefined): string {
  const line = `${clean(name)}=${quote(key?.example ?? key?.default ?? "")}`;
  // What is no name of a variable would be an error in the file.
  return /^[A-Za-z_]\w*$/.test(name) ? line : `# ${line}`;
}

/** As dotenv reads it; an example of several lines, or with all kinds of quotes, is left to the comment. */
function quote(text: string): string {
  if (/^[\w./:@%+,=-]*$/.test(text)) return text;
  if (/[\n\r]/.test(text)) return "";
  const mark = ["'", '"', "`"].find((one) => !text.includes(one) && !(one === '"' && text.includes("\\")));
  return mark === undefined ? "" : `${mark}${text}${mark}`;
}
