/** How two environments differ, by key: what one lacks, what is empty, and what is the same though they are kept apart. Values stay here. */
import { formatPath } from "../file/path.ts";
import { looksLikePlaceholder } from "../file/placeholder.ts";
import type { EnvironmentValue, OpenEnvironment } from "./environment.ts";
import { textOf } from "./names.ts";

/**
 * `missing` in one of them; `empty` in one of them; of another `type`; another `value`, which is what environments are for; the `same`
 * secret although one of the two is isolated.
 */
export type EnvironmentDifferenceKind = "missing" | "empty" | "type" | "value" | "same";

export interface ComparedValue {
  /** Of a scalar, or `list`, `mapping`, `null`. */
  readonly type: string;
  readonly empty: boolean;
  readonly encrypted: boolean;
  readonly file: string;
  readonly fingerprint: string;
}

export interface EnvironmentDifference {
  readonly path: string;
  readonly kind: EnvironmentDifferenceKind;
  /** Absent where there is no such key. */
  readonly left?: ComparedValue;
  readonly right?: ComparedValue;
}

/** Of a type and a text; equal ones are equal values. */
export type DescribeSecret = (type: string, text: string) => string;

/** In the order of the left, then what only the right has. */
export function compareEnvironments(
  left: OpenEnvironment,
  right: OpenEnvironment,
  fingerprint: DescribeSecret,
): readonly EnvironmentDifference[] {
  const apart = left.setting?.isolated === true || right.setting?.isolated === true;
  const rest = new Map(right.values.map((value) => [formatPath(value.path), value]));
  const differences: EnvironmentDifference[] = [];
  for (const value of left.values) {
    const path = formatPath(value.path);
    const other = rest.get(path);
    rest.delete(path);
    const one = describe(value, fingerprint);
    if (other === undefined) {
      differences.push({ path, kind: "missing", left: one });
      continue;
    }
    const two = describe(other, fingerprint);
    const kind = kindOf(one, two, apart && canTell(value) && value.file !== other.file);
    if (kind !== undefined) differences.push({ path, kind, left: one, right: two });
  }
  for (const [path, value] of rest) differences.push({ path, kind: "missing", right: describe(value, fingerprint) });
  return differences;
}

function kindOf(left: ComparedValue, right: ComparedValue, apart: boolean): EnvironmentDifferenceKind | undefined {
  if (left.empty !== right.empty) return "empty";
  if (left.empty) return undefined;
  if (left.type !== right.type) return "type";
  if (left.fingerprint !== right.fingerprint) return "value";
  return apart ? "same" : undefined;
}

function describe({ node, file, encrypted }: EnvironmentValue, fingerprint: DescribeSecret): ComparedValue {
  const type = typeOf(node);
  const text = textOf(node);
  return { type, empty: text === "", encrypted, file, fingerprint: fingerprint(type, text) };
}

function typeOf(node: EnvironmentValue["node"]): string {
  if (node.kind === "scalar") return node.type;
  if (node.kind === "sequence") return "list";
  return node.kind === "branch" ? "mapping" : "null";
}

/** Shorter texts are equal by chance. */
const TELLING = 8;

/** True for a value that says something when it stands in two places: a secret, and no address that everybody may know. */
export function canTell({ node, encrypted }: EnvironmentValue): boolean {
  if (!encrypted || node.kind !== "scalar" || node.type !== "str") return false;
  const text = node.canonical.trim();
  if (text.length < TELLING || looksLikePlaceholder(text)) return false;
  const authority = /^[a-z][a-z\d+.-]*:\/\/([^\s/?#]*)/i.exec(text)?.[1];
  return authority === undefined || authority.includes("@");
}
