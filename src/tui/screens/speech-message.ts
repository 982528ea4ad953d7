/** What was said last, and what is going on: as text, without what counts or spins. */
import type { Tone } from "../model/messages.ts";
import type { State } from "../model/state.ts";
import { show } from "../text/show.ts";

const TONES: Readonly<Record<Tone, string>> = { fine: "", info: "", warning: "Warning: ", error: "Error: " };

export function spokenMessage(state: State): readonly string[] {
  const { job } = state;
  const { toast } = state.messages;
  return [
    ...(job === undefined ? [] : [`${show(job.label)}.${job.cancellable ? " Control C cancels." : ""}`]),
    ...(toast === undefined ? [] : [`${TONES[toast.tone]}${show(toast.text)}`]),
  ];
}
