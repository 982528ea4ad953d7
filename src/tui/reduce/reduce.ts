/** The one reducer: an event and a state give the next state and what is to be done outside. */
import type { Keymap } from "../actions/keymap.ts";
import { settle } from "../model/cursor.ts";
import type { Event } from "../model/events.ts";
import type { State } from "../model/state.ts";
import type { Step } from "../model/step.ts";
import { reduceAccess } from "./access.ts";
import { reduceDoctor } from "./doctor.ts";
import { reduceEditor } from "./editor.ts";
import { followHistory, reduceHistory } from "./history.ts";
import { reduceInput } from "./input.ts";
import { reduceProject } from "./project.ts";
import { reduceRecovery } from "./recovery.ts";
import { reduceReview } from "./review.ts";
import { reduceStart } from "./start.ts";
import { reduceValue } from "./value.ts";

/** @param now in milliseconds since 1970 */
export function reduce(before: State, event: Event, keymap: Keymap, now: number): Step {
  const state = before.now === now ? before : { ...before, now };
  const next = followHistory(before, reduceTopic(state, event, keymap));
  const settled = settle(state, next.state);
  return settled === next.state ? next : { ...next, state: settled };
}

function reduceTopic(state: State, event: Event, keymap: Keymap): Step {
  switch (event.topic) {
    case "input":
      return reduceInput(state, event, keymap);
    case "project":
      return reduceProject(state, event);
    case "value":
      return reduceValue(state, event);
    case "editor":
      return reduceEditor(state, event);
    case "recovery":
      return reduceRecovery(state, event);
    case "review":
      return reduceReview(state, event);
    case "history":
      return reduceHistory(state, event);
    case "access":
      return reduceAccess(state, event);
    case "doctor":
      return reduceDoctor(state, event);
    case "start":
      return reduceStart(state, event);
  }
}
