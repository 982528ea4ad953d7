/** What comes back about this topic. */
import type { HistoryEvent } from "../model/history.ts";
import type { State } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";

export function reduceHistory(state: State, _event: HistoryEvent): Step {
  return step(state);
}
