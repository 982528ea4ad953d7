/** What comes back about this topic. */
import type { DoctorEvent } from "../model/doctor.ts";
import type { State } from "../model/state.ts";
import { step, type Step } from "../model/step.ts";

export function reduceDoctor(state: State, _event: DoctorEvent): Step {
  return step(state);
}
