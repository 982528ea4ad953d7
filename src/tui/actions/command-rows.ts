/** The rows of the palette: what can be done here, by name, the best match first. */
import * as fuzzysort from "fuzzysort";
import type { State } from "../model/state.ts";
import { type Action, type Keymap, scopesOf } from "./action.ts";
import { showKey } from "./keymap.ts";

export interface CommandRow {
  readonly action: Action;
  /** Its first key as people read it; empty without one. */
  readonly key: string;
  /** Why it cannot be done now. */
  readonly reason: string | undefined;
  /** Places in the title that were hit. */
  readonly hits: readonly number[];
}

/** How much a hit in the id, in the help and in the name of a key counts against one in the title. */
const WEIGHTS = [1, 0.9, 0.5] as const;
/** Letters that are strewn over a long sentence are no hit. */
const LEAST = 0.25;

/** Without a text: what was run from here before, then what can be done, in the order of the table. */
export function commandRows(state: State, keymap: Keymap): readonly CommandRow[] {
  const query = state.overlay?.kind === "palette" ? state.overlay.field.text.trim() : "";
  const rows = available(state, keymap);
  if (query === "") {
    const rank = (row: CommandRow): number => {
      const at = state.recent.indexOf(row.action.id);
      return at !== -1 ? at - state.recent.length : row.reason === undefined ? 0 : 1;
    };
    return rows.toSorted((left, right) => rank(left) - rank(right));
  }
  return rows
    .map((row) => ({ row, ...scoreOf(query, row) }))
    .filter(({ score }) => score >= LEAST)
    .toSorted((left, right) => right.score - left.score)
    .map(({ row, hits }) => ({ ...row, hits }));
}

function scoreOf(query: string, { action, key }: CommandRow): { readonly score: number; readonly hits: readonly number[] } {
  if (query === key) return { score: 2, hits: [] };
  const [title, ...others] = [action.title, action.id, action.help].map((text) => fuzzysort.single(query, text));
  const scores = [title, ...others].map((result, index) => (result?.score ?? 0) * (WEIGHTS[index] ?? 0));
  return { score: Math.max(...scores), hits: title?.indexes ?? [] };
}

/** What the screen below has, each once. What only answers a question is there while it can be asked. */
function available(state: State, keymap: Keymap): readonly CommandRow[] {
  const below = { ...state, overlay: undefined };
  const scopes = scopesOf(below);
  return keymap.actions.flatMap((action): CommandRow[] => {
    if (action.id === "palette.open" || !action.scopes.some((scope) => scopes.includes(scope))) return [];
    const enabled = action.enabled?.(below) ?? true;
    if (enabled !== true && action.keys.length === 0) return [];
    // A nearer scope may have another use for a key.
    const bound = keymap.keysOf(action.id).find((one) => keymap.find(scopes, one) === action);
    const key = showKey(bound ?? "", state.look.ascii);
    return [{ action, key, reason: enabled === true ? undefined : enabled, hits: [] }];
  });
}
