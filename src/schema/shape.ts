/** The one tree of all environments: what the files hold, and what the schema says of it. Without a value. */
import { isRequired, type KeySchema, type Schema } from "./model.ts";
import type { Kind, Observed, ObservedBranch } from "./observe.ts";

export interface Shape {
  /** What stands there in some environment, beside a mapping. */
  readonly kinds: ReadonlySet<Kind>;
  readonly children: ReadonlyMap<string, Shape>;
  readonly key: KeySchema | undefined;
  /** True where some environment may do without. */
  readonly optional: boolean;
}

interface MutableShape {
  readonly kinds: Set<Kind>;
  readonly children: Map<string, MutableShape>;
  /** Environments that have it. */
  readonly seen: Set<string>;
  key: KeySchema | undefined;
  optional: boolean;
}

export interface ShapeOptions {
  readonly schema: Schema | undefined;
  readonly observed: readonly Observed[];
  /** Names of all environments that are deployed. */
  readonly environments: readonly string[];
}

/** In the order of the schema, then of the files. What a strict schema does not know is left out. */
export function shapeOf({ schema, observed, environments }: ShapeOptions): Shape {
  const root = newShape();
  for (const key of schema?.keys ?? []) placeAt(root, key.path).key = key;
  for (const { name, root: branch } of observed) add(root, branch, name, schema?.strict === true);
  decide(root, environments);
  root.optional = false;
  return root;
}

const newShape = (): MutableShape => ({ kinds: new Set(), children: new Map(), seen: new Set(), key: undefined, optional: true });

function childOf(shape: MutableShape, key: string): MutableShape {
  const found = shape.children.get(key);
  if (found !== undefined) return found;
  const made = newShape();
  shape.children.set(key, made);
  return made;
}

function placeAt(root: MutableShape, path: readonly string[]): MutableShape {
  let at = root;
  for (const part of path) at = childOf(at, part);
  return at;
}

function add(shape: MutableShape, branch: ObservedBranch, environment: string, strict: boolean): void {
  for (const [key, value] of branch.children) {
    if (strict && !shape.children.has(key)) continue;
    const child = childOf(shape, key);
    child.seen.add(environment);
    if (typeof value === "string") child.kinds.add(value);
    // What the schema takes for one value, such as JSON, has no keys of its own.
    else if (child.key === undefined) add(child, value, environment, strict);
    else child.kinds.add("mapping");
  }
}

/** @returns true where every environment has it */
function decide(shape: MutableShape, environments: readonly string[]): boolean {
  const inner = [...shape.children.values()].map((child) => decide(child, environments));
  const { key, seen } = shape;
  const always =
    key === undefined
      ? inner.some(Boolean) || (environments.length > 0 && environments.every((name) => seen.has(name)))
      : environments.length > 0
        ? environments.every((name) => isRequired(key, name))
        : key.required === true && key.environments === undefined;
  shape.optional = !always;
  return always;
}
