/** One secret in two environments of which one is kept apart. */
import { canTell } from "../deploy/compare-environments.ts";
import type { EnvironmentValue, OpenEnvironment } from "../deploy/environment.ts";
import { formatPath } from "../file/path.ts";
import type { EnvironmentFinding } from "./findings.ts";
import type { Schema } from "./model.ts";

/** @param open all environments that could be opened @returns findings by the name of the environment */
export function checkIsolation(
  open: readonly OpenEnvironment[],
  schema: Schema | undefined,
): ReadonlyMap<string, readonly EnvironmentFinding[]> {
  const readable = new Set(schema?.keys.filter(({ secret, type }) => secret === false || type === "email").map(({ name }) => name));
  const owners = new Map(schema?.keys.map(({ name, owner }) => [name, owner]));
  const places = new Map<string, { readonly environment: OpenEnvironment; readonly value: EnvironmentValue }[]>();
  for (const environment of open) {
    for (const value of environment.values) {
      if (value.node.kind !== "scalar" || !canTell(value) || readable.has(formatPath(value.path))) continue;
      const same = places.get(value.node.canonical);
      if (same === undefined) places.set(value.node.canonical, [{ environment, value }]);
      else same.push({ environment, value });
    }
  }
  const found = new Map<string, EnvironmentFinding[]>();
  for (const same of places.values()) {
    for (const { environment, value } of same) {
      const others = same.filter(
        (other) =>
          other.environment !== environment &&
          // What both take from one file was given to both.
          other.value.file !== value.file &&
          (other.environment.setting?.isolated === true || environment.setting?.isolated === true),
      );
      if (others.length === 0) continue;
      const path = formatPath(value.path);
      const names = [...new Set(others.map((other) => describe(other.environment, other.value, path)))].join(", ");
      const owner = owners.get(path);
      const list = found.get(environment.name ?? "") ?? [];
      list.push({
        kind: "shared",
        path,
        file: value.file,
        message: `is the same in ${names}, though they are kept apart`,
        ...(owner === undefined ? {} : { owner }),
      });
      found.set(environment.name ?? "", list);
    }
  }
  return found;
}

function describe({ name = "" }: OpenEnvironment, value: EnvironmentValue, path: string): string {
  const other = formatPath(value.path);
  return other === path ? name : `${name} (${other})`;
}
