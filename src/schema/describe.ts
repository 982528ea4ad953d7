/** What the schema says of a key, in lines for a comment. */
import type { KeySchema } from "./model.ts";

/** No line has a line end or a control character. @param withDefault false where the default has a place of its own */
export function describeKey(key: KeySchema, withDefault: boolean = true): readonly string[] {
  const { description = "", owner, rotateAfter, default: absent } = key;
  const facts = [
    ...(owner === undefined ? [] : [`owner: ${owner}`]),
    ...(rotateAfter === undefined ? [] : [`rotate after ${rotateAfter.text}`]),
    ...(absent === undefined || absent === "" || !withDefault ? [] : [`default: ${absent}`]),
  ].join("; ");
  return [...description.split(/\r\n|[\n\r\u2028\u2029]/), facts].map(clean).filter((line) => line !== "");
}

/** Where the key has to be, in words; undefined where it need not be anywhere. */
export function describeRequired({ required, environments }: KeySchema): string | undefined {
  if (typeof required !== "boolean") return required.length === 0 ? undefined : `required in ${required.join(", ")}`;
  if (!required) return undefined;
  return environments === undefined ? "required" : `required in ${environments.join(", ")}`;
}

export function clean(line: string): string {
  return line.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ").trim();
}
