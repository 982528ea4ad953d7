/** Lines that the `dotenv` package reads. It has no escapes: a value is written in quotes that it does not hold. */
import { encodeText } from "../../model/text.ts";
import { holdsBytes, nameVariables } from "./names.ts";
import type { Renderer } from "./renderer.ts";

/** Nothing in it means anything to any reader. */
const PLAIN = /^[\w./:@%+,=-]+$/;

export const renderDotenv: Renderer = (values, options) => {
  const named = nameVariables(values, options, ({ text }) => [
    holdsBytes(text, "a dotenv file"),
    spell(text) === undefined ? "cannot be written so that dotenv reads it: no kind of quotes is left for it" : undefined,
  ]);
  return { bytes: encodeText(named.map(({ name, text }) => `${name}=${spell(text) ?? ""}\n`).join("")) };
};

function spell(text: string): string | undefined {
  if (PLAIN.test(text)) return text;
  // A backslash before the closing quote may be taken for an escape of it.
  const quotable = !text.endsWith("\\");
  for (const quote of ["'", "`"]) if (quotable && !text.includes(quote) && !text.includes("\r")) return quote + text + quote;
  // Between these `\n` and `\r` are escapes, and no others are: a backslash has none of its own.
  if (quotable && !/"|\\[nr]/.test(text)) return `"${text.replaceAll("\r", String.raw`\r`)}"`;
  if (/^[^\s'"`#][^#\r\n\u2028\u2029]*$/.test(text) && text.trim() === text) return text;
  return undefined;
}
