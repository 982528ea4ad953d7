/** One value at a time: shown for a short while, or on the clipboard. */
import type { ValueEvent } from "../model/events.ts";
import type { State } from "../model/state.ts";
import { step, type Step, tell } from "../model/step.ts";

/** In milliseconds. */
export const REVEAL_TIME = 15_000;

export function reduceValue(state: State, event: ValueEvent): Step {
  switch (event.kind) {
    case "revealed":
      // It may have been locked, or shared, in the meantime.
      if (state.locked || state.shared) return step(state);
      return step({ ...state, reveal: { source: event.source, text: event.text, until: state.now + REVEAL_TIME } });
    case "copied": {
      const { label, until, terminal } = event;
      const next: State = { ...state, clipboard: { label, until } };
      if (terminal) {
        return step(tell(next, "info", "Sent to your terminal's clipboard. We cannot check or read it back; clearing may not work here."));
      }
      if (until === undefined) return step(tell({ ...state }, "fine", `Copied ${label}.`));
      return step(tell(next, "fine", `Copied ${label}. Clears in ${Math.round((until - state.now) / 1000)} s (x clears now).`));
    }
    case "cleared": {
      const text = event.how === "cleared" ? "Clipboard cleared." : "The clipboard holds something else now; it was left alone.";
      return step(tell({ ...state, clipboard: undefined }, "info", text));
    }
  }
}
