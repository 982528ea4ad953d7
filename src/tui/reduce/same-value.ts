/** Whether a value that was just kept stands in other environments, too. */
import type { EditorTarget } from "../model/editor.ts";
import { pathKey } from "../model/edits.ts";
import type { ValueRef } from "../model/facts.ts";
import { currentMatrix } from "../model/matrix-view.ts";
import { placeCell } from "../model/matrix.ts";
import type { State } from "../model/state.ts";

export interface Shared {
  /** The configuration keeps one of the environments apart. */
  readonly isolated: boolean;
  /** A sentence. */
  readonly text: string;
}

/**
 * Compares digests of secrets under the same path. Places that were set together share their value on purpose, unless the
 * configuration keeps one of them apart.
 * @returns undefined when the value is of its own
 */
export function sharedWith(state: State, targets: readonly EditorTarget[], values: readonly ValueRef[]): Shared | undefined {
  const { environments } = state.project;
  const matrix = currentMatrix(state);
  const names = new Set<string>();
  const apart = new Set<string>();
  for (const [index, target] of targets.entries()) {
    const value = values[index];
    const row = matrix.rows[matrix.byId.get(pathKey(target.path)) ?? -1];
    if (row === undefined || value === undefined || value.plain !== undefined || value.facts.length === 0) continue;
    const own = environments.filter((environment) => environment.own.includes(target.file));
    for (const [column, environment] of environments.entries()) {
      const place = row.places[column];
      const cell = placeCell(state.files, state.edits, place);
      if (place?.file === target.file || cell.kind !== "secret" || cell.facts.digest !== value.facts.digest) continue;
      const isolated = [environment, ...own].filter((one) => one.isolated);
      const together = targets.some((other) => other.file === place?.file && pathKey(other.path) === pathKey(target.path));
      // Ports and switches are the same everywhere for good reasons.
      if (isolated.length === 0 && (together || value.facts.type !== "str")) continue;
      names.add(environment.name);
      for (const one of isolated) apart.add(one.name);
    }
  }
  if (names.size === 0) return undefined;
  if (apart.size === 0) {
    const where = listNames([...names]);
    return { isolated: false, text: `${where} ${names.size === 1 ? "has" : "have"} the same value.` };
  }
  const all = listNames([...new Set([...targets.map((target) => target.label), ...names])]);
  return {
    isolated: true,
    text: `${all} have the same value, and ${listNames([...apart])} ${apart.size === 1 ? "is" : "are"} meant to be isolated.`,
  };
}

/** Four of them at most: it is one line. */
function listNames(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1) ?? ""}`;
}
