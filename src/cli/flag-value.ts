/** Values of flags as Go reads them (go strconv `ParseBool` and `ParseInt` with base 0). */

const TRUE: ReadonlySet<string> = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const FALSE: ReadonlySet<string> = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/** @returns undefined when it is neither */
export function parseBoolean(text: string): boolean | undefined {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : undefined;
}

/** Decimal, `0x`, `0b`, `0o`, or octal with a leading zero; underscores between digits. @returns undefined when it is none of these */
export function parseInteger(text: string): number | undefined {
  const match = /^([+-]?)(0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|[1-9](?:_?\d)*|0)$/.exec(text);
  if (!match) return undefined;
  const digits = (match[2] ?? "").replaceAll("_", "");
  const value = Number(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits);
  if (!Number.isSafeInteger(value)) return undefined;
  return match[1] === "-" && value !== 0 ? -value : value;
}
