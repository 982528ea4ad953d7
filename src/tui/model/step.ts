/** What an event leads to: another state, and what is to be done outside. */
import type { Effect } from "./effects.ts";
import { say, type Tone } from "./messages.ts";
import type { State } from "./state.ts";

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export function step(state: State, ...effects: readonly Effect[]): Step {
  return { state, effects };
}

/** Says something in passing. */
export function tell(state: State, tone: Tone, text: string): State {
  return { ...state, messages: say(state.messages, tone, text, state.now) };
}

export function andThen(first: Step, next: (state: State) => Step): Step {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}
