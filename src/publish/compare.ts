/** Whether two JSON texts hold the same values: keys in any order, numbers as exact as they are written. */

/** A JSON value in which numbers and texts are marked texts, since JavaScript cannot hold every number. */
export type Marked = string | boolean | null | readonly Marked[] | { readonly [key: string]: Marked };

/** @throws SyntaxError */
export function parseMarked(text: string): Marked {
  return JSON.parse(text, mark) as Marked;
}

function mark(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value === "string") return `s${value}`;
  return typeof value === "number" ? `n${spell(value, context?.source ?? String(value))}` : value;
}

/** `1.0` and `1` are one number, `12345678901234567890` and its neighbour are two. */
function spell(value: number, source: string): string {
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)) return source;
  return String(value);
}

/** Equal for equal values. */
export function fingerprint(value: Marked): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: Marked): unknown {
  if (Array.isArray(value)) return ["list", ...value.map((item: Marked) => sorted(item))];
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).toSorted();
  return ["map", ...keys.map((key) => [key, sorted((value as Readonly<Record<string, Marked>>)[key] ?? null)])];
}

/** True if a whole number is in it that a float cannot hold exactly. */
export function hasLargeNumber(value: Marked): boolean {
  if (typeof value === "string") return /^n-?\d+$/.test(value) && !Number.isSafeInteger(Number(value.slice(1)));
  return typeof value === "object" && value !== null && Object.values(value).some((inner: Marked) => hasLargeNumber(inner));
}

/** @returns undefined for what is no mapping, or has no such entry */
export function entryOf(value: Marked | undefined, key: string): Marked | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, key) ? (value as Readonly<Record<string, Marked>>)[key] : undefined;
}
