/** What comes back about this topic. */
import type { StartEvent } from "../model/start.ts";
import type { State } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";

export function reduceStart(state: State, _event: StartEvent): Step {
  return step(state);
}
