/** Runs the program's loop: events change the state, effects are handed to the edge, whoever draws is told. */
import type { Keymap } from "./actions/keymap.ts";
import type { Effect } from "./model/effects.ts";
import type { Event } from "./model/events.ts";
import type { State } from "./model/state.ts";
import { reduce } from "./reduce/reduce.ts";

export interface Store {
  readonly state: State;
  readonly dispatch: (event: Event) => void;
  /** @returns what ends it */
  readonly subscribe: (listener: () => void) => () => void;
}

/** Does what reducers ask for. What comes of it arrives as events. */
export type RunEffect = (effect: Effect) => void;

/**
 * @param now the clock, in milliseconds since 1970
 * @param run is called after the state was changed
 */
export function createStore(first: State, keymap: Keymap, now: () => number, run: RunEffect): Store {
  let state = first;
  const listeners = new Set<() => void>();
  return {
    get state() {
      return state;
    },
    dispatch(event) {
      const next = reduce(state, event, keymap, now());
      const changed = next.state !== state;
      state = next.state;
      for (const effect of next.effects) run(effect);
      if (changed) for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
