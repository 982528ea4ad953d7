/** The documentation of the keys, drawn from the table that the program itself uses. */
import type { Action, Keymap, Scope } from "./action.ts";
import { SCOPE_NAMES } from "./help-rows.ts";
import { showKey } from "./keymap.ts";

/** What is so at many places stands first; what answers a question, and the keys inside a text, which are those of a shell, are left out. */
const ORDER: readonly Scope[] = [
  "any",
  "list",
  "matrix",
  "document",
  "editor",
  "review",
  "conflicts",
  "compare",
  "history",
  "access",
  "wizard",
  "doctor",
  "start",
  "stale",
  "damaged",
  "conflicted",
  "filtered",
];

/** A table in Markdown: one row for each action that has a key. The ids are those of `tui.keys`. */
export function keyTable(keymap: Keymap): string {
  const seen = new Set<Action>();
  const rows = ORDER.flatMap((scope) =>
    keymap.actions.flatMap((action) => {
      const keys = keymap.keysOf(action.id);
      if (keys.length === 0 || seen.has(action) || !action.scopes.includes(scope)) return [];
      seen.add(action);
      const where = ORDER.filter((one) => action.scopes.includes(one)).map((one) => SCOPE_NAMES[one]);
      return [[where.join(", "), keys.map((key) => code(showKey(key))).join(" "), escaped(action.help), code(action.id)]];
    }),
  );
  return [["Where", "Keys", "What they do", "Action"], ["---", "---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.join(" | ")} |\n`)
    .join("");
}

function code(text: string): string {
  return text.includes("`") ? `\`\` ${escaped(text)} \`\`` : `\`${escaped(text)}\``;
}

/** A bar would end the cell. */
function escaped(text: string): string {
  return text.replaceAll("|", String.raw`\|`);
}

const START = "<!-- keys -->";
const END = "<!-- /keys -->";

/** @returns the document with the table between its markers. @throws RangeError when they are not there */
export function withKeyTable(document: string, table: string): string {
  const start = document.indexOf(START);
  const end = document.indexOf(END);
  if (start === -1 || end < start) throw new RangeError(`${START} and ${END} are not there`);
  return `${document.slice(0, start + START.length)}\n\n${table}\n${document.slice(end)}`;
}
