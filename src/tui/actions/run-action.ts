/** An action is run if it can be; else its reason is told. */
import type { State } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";
import type { Action, Keymap } from "./action.ts";

export function runAction(state: State, action: Action, keymap: Keymap): Step {
  const enabled = action.enabled?.(state) ?? true;
  return enabled === true ? action.run(state, keymap) : step(tell(state, "info", `${action.title}: ${enabled}`));
}
