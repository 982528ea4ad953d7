/** Credentials of a systemd service: as settings of its unit, or as files with the settings that load them. */
import { join } from "node:path";
import { encodeText } from "../../model/text.ts";
import { nameTexts } from "./names.ts";
import type { Renderer } from "./renderer.ts";

/** systemd takes no longer line. */
const MAX_LINE = 1024 * 1024;
const MAX_NAME = 255;

export const renderSystemd: Renderer = (values, options) => {
  const { directory } = options;
  const named = nameTexts(values, options, {
    isName: isCredential,
    noun: "name of a credential",
    flaws: ({ name, text }) => [
      directory === undefined && text === "" ? "is empty, which no setting can be; with --out DIR it becomes a file" : undefined,
      directory === undefined && setting(name, text).length > MAX_LINE
        ? "is too long for a line of a unit; with --out DIR it becomes a file"
        : undefined,
    ],
  });
  if (directory === undefined) {
    return {
      bytes: encodeText(named.map(({ name, text }) => setting(name, text)).join("")),
      notes: ["every user can see the settings of a unit: --out DIR writes files for LoadCredential= instead"],
    };
  }
  return {
    files: named.map(({ name, text }) => ({ name, bytes: encodeText(text) })),
    bytes: encodeText(named.map(({ name }) => `LoadCredential=${name}:${join(directory, name).replaceAll("%", "%%")}\n`).join("")),
  };
};

/** systemd allows more, and readers of files less. */
function isCredential(name: string): boolean {
  return /^[\w.-]+$/.test(name) && name !== "." && name !== ".." && name.length <= MAX_NAME;
}

function setting(name: string, text: string): string {
  return `SetCredential=${name}:${escapeValue(text)}\n`;
}

/** C's escapes; everything but plain ASCII by its bytes. */
function escapeValue(text: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/^[!-[\]-~](?:[ -[\]-~]*[!-[\]-~])?$/.test(text)) return text;
  const parts: string[] = [];
  for (const byte of encodeText(text)) {
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x5c;
    parts.push(plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`);
  }
  return parts.join("");
}
