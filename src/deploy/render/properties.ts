/** Java's properties, named by their paths. Plain ASCII, so every reader agrees on the encoding. */
import { encodeText } from "../../model/text.ts";
import { holdsBytes, nameTexts } from "./names.ts";
import type { Renderer } from "./renderer.ts";

export const renderProperties: Renderer = (values, options) => {
  const named = nameTexts(values, options, {
    nameOf: (path) => path.join("."),
    isName: () => true,
    noun: "name of a property",
    flaws: ({ name, text }) => [holdsBytes(name + text, "a properties file")],
  });
  const lines = named.map(({ name, text }) => `${escape(name, /[ =:#!]/g)}=${escape(text, /^ /g)}\n`);
  return { bytes: encodeText(lines.join("")) };
};

const SHORT: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\f": "\\f" };

/** @param special what needs a backslash besides */
function escape(text: string, special: RegExp): string {
  return text
    .replaceAll("\\", "\\\\")
    .replaceAll(special, String.raw`\$&`)
    .replaceAll(/[^ -~]/g, (char) => SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
