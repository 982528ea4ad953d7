/** What comes back about this topic. */
import type { AccessEvent } from "../model/access.ts";
import type { State } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";

export function reduceAccess(state: State, _event: AccessEvent): Step {
  return step(state);
}
