/** What a project says about the keys of its environments: `secrets/schema.yaml`. */
import type { Position } from "../model/error.ts";
import type { Pattern } from "../policy/re2.ts";

export const TYPES = [
  "string",
  "int",
  "float",
  "bool",
  "port",
  "url",
  "email",
  "enum",
  "regex",
  "pem",
  "jwt",
  "uuid",
  "base64",
  "hex",
  "duration",
  "json",
  "list",
  "any",
] as const;

export type ValueType = (typeof TYPES)[number];

/** A period as it was written, and in days. */
export interface Period {
  readonly text: string;
  readonly days: number;
}

export interface KeySchema {
  readonly path: readonly string[];
  /** Dotted. */
  readonly name: string;
  readonly type: ValueType;
  /** For `enum`. */
  readonly values: readonly string[];
  /** For `regex`: RE2, matches anywhere unless it is anchored. */
  readonly pattern: { readonly text: string; readonly compiled: Pattern } | undefined;
  /** In all environments that may have the key, in these, or in none. */
  readonly required: boolean | readonly string[];
  /** Where the key may be; everywhere when absent. */
  readonly environments: readonly string[] | undefined;
  /** True for what must be encrypted, false for what everybody may read; undefined leaves it to the rules. */
  readonly secret: boolean | undefined;
  readonly owner: string | undefined;
  readonly description: string | undefined;
  /** How long a value may stay. */
  readonly rotateAfter: Period | undefined;
  /** The day of the last rotation, where history does not tell it. */
  readonly rotated: Date | undefined;
  readonly example: string | undefined;
  /** What a program takes when the key is absent. */
  readonly default: string | undefined;
  readonly position: Position;
}

export interface Schema {
  readonly path: string;
  /** A key that is not named here is a finding. */
  readonly strict: boolean;
  readonly keys: readonly KeySchema[];
}

/** True where the key has to be. */
export function isRequired({ required, environments }: KeySchema, environment: string): boolean {
  if (typeof required !== "boolean") return required.includes(environment);
  return required && (environments === undefined || environments.includes(environment));
}
