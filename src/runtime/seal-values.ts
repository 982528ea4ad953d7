/** Values for a program that uses them, in objects that do not show them when they are printed as a whole. */
import { unfit } from "../deploy/environment.ts";
import { toValue } from "../file/convert.ts";
import { formatPath, type PathPart } from "../file/path.ts";
import type { Branch } from "../model/tree.ts";

/** What stands for a value where an object is printed. */
const MASK = "***";

/** Node and Deno print an object by the method of this name. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

type Inspect = (value: unknown, options?: unknown) => string;

/**
 * Plain objects and lists, all frozen. `JSON.stringify` and `util.inspect` show `***` for each value in them; a value by itself is a
 * plain text, number or truth value and shows what it is.
 * @throws SottoError `ENVIRONMENT_UNFIT` for a key that would switch that off
 */
export function sealValues(root: Branch): unknown {
  const problems: string[] = [];
  const sealed = seal(toValue(root), [], problems);
  if (problems.length > 0) throw unfit(problems, ["rename the keys, or leave them out with only"]);
  return sealed;
}

function seal(value: unknown, path: readonly PathPart[], problems: string[]): unknown {
  if (Array.isArray(value)) return hide(value.map((item: unknown, index) => seal(item, [...path, index], problems)));
  if (typeof value !== "object" || value === null) return value;
  // `fromEntries` defines properties, so that `__proto__` is a key like any other.
  const object = Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const at = [...path, key];
      if (key === "toJSON")
        problems.push(`${formatPath(at)}: JSON.stringify calls what is named toJSON, and would print the values beside it`);
      return [key, seal(item, at, problems)];
    }),
  );
  return hide(object);
}

function hide(object: object): object {
  const masked = (): unknown => mask(object);
  if (!Object.hasOwn(object, "toJSON")) Object.defineProperty(object, "toJSON", { value: masked });
  Object.defineProperty(object, INSPECT, { value: (_depth: number, options: unknown, inspect: Inspect) => inspect(masked(), options) });
  return Object.freeze(object);
}

function mask(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value !== "object" || value === null) return MASK;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mask(item)]));
}
