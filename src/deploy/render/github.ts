/**
 * A step of GitHub Actions: commands that make the runner hide every value, and then the values for the file that it reads
 * when the step has ended.
 */
import { encodeText } from "../../model/text.ts";
import type { NamedValue } from "../names.ts";
import { holdsBytes, nameVariables } from "./names.ts";
import type { Renderer } from "./renderer.ts";

export const renderGithub: Renderer = (values, options) => {
  const { to = "env" } = options;
  const named = nameVariables(values, options, (one) => [
    holdsBytes(one.text, "a file of GitHub Actions"),
    to === "env" ? reserved(one) : undefined,
  ]);
  const masks = new Set(named.flatMap(({ text }) => listMasks(text)));
  return {
    bytes: encodeText([...masks].map((mask) => `::add-mask::${escapeCommand(mask)}\n`).join("")),
    append: encodeText(named.map((one) => writeBlock(one)).join("")),
  };
};

/** The runner ignores what is set for them, or refuses the file. */
function reserved({ name }: NamedValue): string | undefined {
  return /^(?:GITHUB|RUNNER)_|^NODE_OPTIONS$/i.test(name) ? `gives ${name}, which no step can set` : undefined;
}

/** A log has lines, so each line of a value is hidden, too, with and without blanks around it. */
function listMasks(text: string): readonly string[] {
  const lines = text.split(/\r\n|[\r\n]/);
  return [text, ...lines, ...lines.map((line) => line.trim())].filter((one) => one.trim() !== "");
}

/** Of what stands behind `::command::`. */
function escapeCommand(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** With an end that nobody could guess, so that no value can end early and set another variable. */
function writeBlock({ name, text }: NamedValue): string {
  let end = makeEnd();
  while (text.includes(end)) end = makeEnd();
  return `${name}<<${end}\n${text}\n${end}\n`;
}

function makeEnd(): string {
  return `sotto_${globalThis.crypto.randomUUID()}`;
}
