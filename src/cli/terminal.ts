/** What a terminal may be shown: colours if it wants them, and no character that could act on it or mislead. */
import { styleText } from "node:util";
import type { Host, StreamName } from "../model/host.ts";

/**
 * Control characters (also ESC, with which a value could rewrite the screen), direction marks, invisible characters and
 * bytes that are not UTF-8. Line feed and tab are harmless.
 */
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Spells such characters out: `\x1b`, `\u{202e}`. A lone surrogate stands for a byte (model/text.ts) and is shown as that byte. */
export function visible(text: string): string {
  return text.replaceAll(HIDDEN, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) return hex(code - 0xdc00);
    return code <= 0xff ? hex(code) : `\\u{${code.toString(16)}}`;
  });
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** True for a terminal, unless NO_COLOR or TERM=dumb speak against it. */
export function wantsColor(host: Host, stream: StreamName): boolean {
  return !host.env["NO_COLOR"] && host.env["TERM"] !== "dumb" && host.isTerminal(stream);
}

export type Style = Parameters<typeof styleText>[0];

export function paint(text: string, style: Style, color: boolean): string {
  return color ? styleText(style, text, { validateStream: false }) : text;
}
