/** Random pairs of changes to one file, with what their merge has to be: the measure is a map from key to value, without any text. */
import type { FormatId } from "../../src/model/tree.ts";
import { createRandom } from "../support/random.ts";

export type Values = ReadonlyMap<string, string>;

export interface Case {
  readonly format: FormatId;
  readonly base: Values;
  readonly ours: Values;
  readonly theirs: Values;
  /** Keys that both changed in different ways. */
  readonly conflicts: readonly string[];
  /** Without the conflicts. */
  readonly merged: Values;
}

export const FORMATS: readonly FormatId[] = ["yaml", "json", "dotenv", "ini"];
export const FILES: Readonly<Record<string, string>> = {
  yaml: "secrets/app.yaml",
  json: "secrets/app.json",
  dotenv: "secrets/app.env",
  ini: "secrets/app.ini",
};

/** @param clash both sides change one key in different ways */
export function makeCase(index: number, clash: boolean): Case {
  const random = createRandom(index * 7919 + 17);
  const base = new Map(Array.from({ length: 4 + random(8) }, (_, at) => [`KEY_${at}`, `base ${index} ${at}`]));
  const [ours, theirs] = [new Map(base), new Map(base)];
  const keys = [...base.keys()];
  const shared = clash ? keys.splice(random(keys.length), 1) : [];
  for (const [side, name] of [
    [ours, "ours"],
    [theirs, "theirs"],
  ] as const) {
    for (let change = 0; change < 1 + random(3); change += 1) {
      const at = keys.length > 2 ? keys.splice(random(keys.length), 1)[0] : undefined;
      const kind = random(4);
      if (kind === 0 || at === undefined) side.set(`NEW_${name.toUpperCase()}_${change}`, `${name} new ${change}`);
      else if (kind === 1) side.delete(at);
      else side.set(at, `${name} ${index} ${change}`);
    }
  }
  // The same change on both sides is none of the conflicts.
  if (random(3) === 0 && keys.length > 2) for (const side of [ours, theirs]) side.set(keys[0] ?? "", "both the same");
  for (const key of shared) {
    const kind = random(3);
    if (kind === 0) ours.delete(key);
    else ours.set(key, "ours in conflict");
    theirs.set(key, "theirs in conflict");
  }
  const merged = new Map<string, string>();
  for (const key of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    if (shared.includes(key)) continue;
    const [old, left, right] = [base.get(key), ours.get(key), theirs.get(key)];
    const value = left === old ? right : left;
    if (value !== undefined) merged.set(key, value);
  }
  return { format: FORMATS[index % FORMATS.length] ?? "yaml", base, ours, theirs, conflicts: shared, merged };
}

export function print(values: Values, format: FormatId): string {
  const entries = [...values];
  switch (format) {
    case "json":
      return `${JSON.stringify(Object.fromEntries(entries), undefined, "\t")}\n`;
    case "dotenv":
      return entries.map(([key, value]) => `${key}=${value}\n`).join("");
    case "ini":
      return `[app]\n${entries.map(([key, value]) => `${key} = ${value}\n`).join("")}`;
    case "yaml":
    case "binary":
      return `app:\n${entries.map(([key, value]) => `  ${key}: ${value}\n`).join("")}`;
  }
}

/** Reads what {@link print}, or a program that lays it out in its own way, has printed. */
export function read(text: string, format: FormatId): Values {
  if (format === "json") return new Map(Object.entries(JSON.parse(text) as Readonly<Record<string, string>>));
  const pairs = text.split("\n").flatMap((line) => {
    const [, key, value] = /^\s*(\w+)\s*[:=]\s*(\S.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });
  return new Map(pairs);
}
