/** Paths to a value: sops's `["a"]["b"][0]` and the dotted `a.b.0`. */
import { SottoError } from "../model/error.ts";

export type PathPart = string | number;

/**
 * Reads a path. One that begins with `[` is sops's, all else is dotted (`\.` for a dot inside a key).
 * @throws SottoError `BAD_PATH`
 */
export function parsePath(text: string): readonly PathPart[] {
  return text.startsWith("[") ? parseBrackets(text) : parseDotted(text);
}

/** sops: split at `[`, each piece ends in `]`, quotes are cut off unseen, the rest is a decimal (sops: §7.4). */
function parseBrackets(text: string): PathPart[] {
  return text
    .split("[")
    .filter((piece) => piece !== "")
    .map((piece) => {
      if (!piece.endsWith("]")) throw badPath(`${piece} does not end in ]`);
      const inner = piece.slice(0, -1);
      if (/^["']/.test(inner)) {
        if (inner.length < 2) throw badPath("a quote is not closed");
        return inner.slice(1, -1);
      }
      if (!/^[+-]?\d+$/.test(inner)) throw badPath(`${inner} is neither quoted nor a number`);
      const index = Number(inner);
      if (index < 0) throw badPath("a list index is negative");
      return index;
    });
}

function parseDotted(text: string): PathPart[] {
  if (text === "") return [];
  const parts: string[] = [];
  let part = "";
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "\\" && at + 1 < text.length) {
      at += 1;
      part += text[at] ?? "";
    } else if (char === ".") {
      parts.push(part);
      part = "";
    } else part += char ?? "";
  }
  parts.push(part);
  return parts;
}

function badPath(reason: string): SottoError {
  return new SottoError("BAD_PATH", `not a path: ${reason}`, {
    hints: [`write database.password, or ["database"]["password"] as in sops; list items by number: servers.0.name`],
  });
}

/** Writes a path in the dotted form that {@link parsePath} reads. */
export function formatPath(path: readonly PathPart[]): string {
  if (path.length === 0) return "the document";
  return path.map((part) => (typeof part === "number" ? String(part) : part.replaceAll(/[\\.]/g, String.raw`\$&`))).join(".");
}
