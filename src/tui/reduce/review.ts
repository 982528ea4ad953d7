/** What comes back about this topic. */
import type { ReviewEvent } from "../model/review.ts";
import type { State } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";

export function reduceReview(state: State, _event: ReviewEvent): Step {
  return step(state);
}
